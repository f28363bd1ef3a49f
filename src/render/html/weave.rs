//! All states of an object in one list of lines: each line knows in which step it came and in which it went.
//!
//! So a page needs each line only once, however many steps there are, and the script shows the state after any step by
//! hiding lines.

use crate::render::document::{self, Line};
use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One line of the object, over all steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thread {
    /// The line of YAML.
    pub text: String,
    /// Where it stands in the last state that has it.
    pub pointer: String,
    /// The step after which it is there.
    pub born: usize,
    /// The step after which it is gone.
    pub died: Option<usize>,
}

/// Weaves the states after the steps of these numbers, in this order.
pub(super) fn weave<'a>(states: impl Iterator<Item = (usize, &'a Value)>) -> Vec<Thread> {
    let mut weave: Vec<Thread> = Vec::new();
    for (step, state) in states {
        weave = next(weave, step, document::lines(state));
    }
    weave
}

fn next(weave: Vec<Thread>, step: usize, lines: Vec<Line>) -> Vec<Thread> {
    let old: Vec<&str> = weave.iter().filter(|thread| thread.died.is_none()).map(|thread| thread.text.as_str()).collect();
    let new: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let mut woven = Vec::with_capacity(weave.len() + lines.len());
    let mut lines = lines.into_iter();
    let mut threads = weave.into_iter().peekable();
    for op in ops {
        let (stay, go, come) = match op {
            DiffOp::Equal { len, .. } => (len, 0, 0),
            DiffOp::Delete { old_len, .. } => (0, old_len, 0),
            DiffOp::Insert { new_len, .. } => (0, 0, new_len),
            DiffOp::Replace { old_len, new_len, .. } => (0, old_len, new_len),
        };
        for at in 0..stay + go {
            // Lines that went earlier keep their place.
            while let Some(gone) = threads.next_if(|thread| thread.died.is_some()) {
                woven.push(gone);
            }
            if let Some(mut thread) = threads.next() {
                if at < stay {
                    thread.pointer = lines.next().map_or(thread.pointer, |line| line.pointer);
                } else {
                    thread.died = Some(step);
                }
                woven.push(thread);
            }
        }
        woven.extend(lines.by_ref().take(come).map(|line| Thread { text: line.text, pointer: line.pointer, born: step, died: None }));
    }
    woven.extend(threads);
    woven
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        #[test]
        fn every_state_can_be_read_off_the_weave(states in prop::collection::vec(prop::collection::vec(0u8..6, 0..8), 1..6)) {
            let states: Vec<Value> = states.into_iter().map(|items| json!({"items": items})).collect();
            let weave = weave(states.iter().enumerate());
            for (step, state) in states.iter().enumerate() {
                let there = |thread: &&Thread| thread.born <= step && thread.died.is_none_or(|died| died > step);
                let shown: Vec<&str> = weave.iter().filter(there).map(|thread| thread.text.as_str()).collect();
                let wanted = document::lines(state);
                prop_assert_eq!(shown, wanted.iter().map(|line| line.text.as_str()).collect::<Vec<_>>());
            }
        }
    }
}
