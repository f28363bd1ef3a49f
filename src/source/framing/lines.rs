//! One record a line: the audit log file of an API server, and everything that was made by `grep` or `jq -c`.

use super::TOO_LONG;
use crate::source::RECORD_LIMIT;
use crate::source::needles::Needles;
use crate::source::sink::Sink;
use crate::source::window::Window;
use memchr::{memchr_iter, memrchr};
use std::io::Read;
use std::ops::ControlFlow;

/// What a block of whole lines holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Lines {
    /// All lines, blank ones included: what a line number counts.
    pub lines: u64,
    /// Lines that are records: not blank.
    pub records: u64,
}

/// Hands out the lines of a block in which a needle stands, with their zero-based number, trimmed. The last line may lack its
/// line feed.
pub(in crate::source) fn select<'a>(
    block: &'a [u8],
    needles: &Needles,
    mut each: impl FnMut(u64, &'a [u8]) -> ControlFlow<()>,
) -> (Lines, ControlFlow<()>) {
    let mut hits = needles.hits(block);
    let mut seen = Lines::default();
    let mut start = 0;
    let mut hit = hits.after(0);
    for end in memchr_iter(b'\n', block).chain(block.last().is_some_and(|last| *last != b'\n').then_some(block.len())) {
        let line = &block[start..end];
        let blank = line.first().is_none_or(u8::is_ascii_whitespace) && line.trim_ascii().is_empty();
        seen.lines += 1;
        seen.records += u64::from(!blank);
        if hit < start {
            hit = hits.after(start);
        }
        if hit < end && !blank {
            let flow = each(seen.lines - 1, line.trim_ascii());
            if flow.is_break() {
                return (seen, flow);
            }
        }
        start = end + 1;
    }
    (seen, ControlFlow::Continue(()))
}

/// Frames a stream.
pub(in crate::source) fn frame<R: Read>(window: &mut Window<R>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let mut place = 0;
    loop {
        let whole = match memrchr(b'\n', window.bytes()) {
            Some(last) => last + 1,
            None if window.bytes().len() > RECORD_LIMIT => {
                place += 1;
                sink.skip(place, TOO_LONG)?;
                window.pass_line();
                continue;
            }
            None if window.more() => continue,
            None if window.failed() || window.bytes().is_empty() => return ControlFlow::Continue(()),
            None => window.bytes().len(),
        };
        let (seen, flow) = {
            let needles = sink.needles;
            let (block, first) = (&window.bytes()[..whole], place + 1);
            let mut selected = 0;
            let (seen, flow) = select(block, needles, |line, text| {
                selected += 1;
                sink.deliver(first + line, text)
            });
            sink.counted.records += seen.records - selected;
            (seen, flow)
        };
        place += seen.lines;
        window.consume(whole);
        flow?;
    }
}
