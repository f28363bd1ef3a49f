//! From a stream of bytes to records, one file per form.

pub(super) mod lines;

use super::sink::Sink;
use super::window::Window;
use std::io::Read;
use std::ops::ControlFlow;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) const TOO_LONG: &str = "longer than 16 MiB: too long for an audit event";

/// Frames a stream of text, whatever its form.
pub(super) fn frame<R: Read>(window: &mut Window<R>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    if window.fill(BYTE_ORDER_MARK.len()).starts_with(BYTE_ORDER_MARK) {
        window.consume(BYTE_ORDER_MARK.len());
    }
    lines::frame(window, sink)
}
