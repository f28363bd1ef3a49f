//! What a patch proves by having applied: an operation whose place is missing from the replayed object shows that the API
//! server's object had it.

use super::Evidence;
use crate::diff::{Change, Op, Path, Segment, list_key, path};
use crate::replay::chain::{Case, Guess, Intervention, Run};
use crate::replay::patch::{Failed, Reason};
use serde_json::Value;

/// Stands for a value that was there and is not in the log.
pub const UNKNOWN_VALUE: &str = "(not in the log)";

/// The guess in which something put there what the failed operation needs.
pub(super) fn from_failure(case: &Case<'_>, evidence: &Evidence<'_>, guess: &Guess, run: &Run, at: usize, failed: Failed) -> Option<Guess> {
    let operation = case.calls[at].operations()?.get(failed.at)?;
    let place = if operation.op == "move" { operation.from.as_deref()? } else { &operation.path };
    let needed = match (failed.reason, operation.op.as_str()) {
        (Reason::TestFailed, _) => operation.value.clone()?,
        (Reason::Missing, "remove" | "move") => {
            let still = evidence.stored.as_ref().and_then(|stored| stored.pointer(place)).cloned();
            still.unwrap_or_else(|| UNKNOWN_VALUE.into())
        }
        _ => return None,
    };
    let before = &run.turns.last()?.before;
    let change = Change {
        op: if before.pointer(place).is_some() { Op::Replaced } else { Op::Added },
        path: readable(before, place)?,
        pointer: place.to_owned(),
        before: before.pointer(place).cloned(),
        after: Some(needed),
        order: false,
    };
    let mut interventions = guess.interventions.clone();
    match interventions.first_mut() {
        Some(first) => first.changes.push(change),
        None => interventions.push(Intervention { rounds: [true, true], changes: vec![change] }),
    }
    Some(Guess { interventions, ..guess.clone() })
}

/// The pointer as a path with keys, as far as the object has its lists.
fn readable(object: &Value, pointer: &str) -> Option<Path> {
    let mut segments = Vec::new();
    let mut node = Some(object);
    for token in path::tokens(pointer) {
        match node {
            Some(Value::Array(items)) => {
                let index: usize = token.parse().ok()?;
                let field = match segments.last() {
                    Some(Segment::Field(name)) => name,
                    _ => "",
                };
                let ids = list_key::identities(field, [items, &[]]);
                segments.push(
                    ids.and_then(|[mut ids, _]| (index < ids.len()).then(|| ids.swap_remove(index))).unwrap_or(Segment::Index(index)),
                );
                node = items.get(index);
            }
            other => {
                node = other.and_then(|object| object.get(&token));
                segments.push(Segment::Field(token));
            }
        }
    }
    (!segments.is_empty()).then_some(Path(segments))
}
