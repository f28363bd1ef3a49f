//! From a stream of bytes to records, one file per form.
//!
//! A stream is told by its beginning: one record a line ([`lines`]), JSON documents ([`document`]), a table ([`csv`]). What a
//! record is, is told one by one ([`envelope`]), so that a folder, and a file of lines, may mix forms.

mod aks;
mod csv;
mod document;
pub(super) mod envelope;
mod gke;
pub(super) mod lines;
mod log_event;
mod scanner;
mod stamped;
pub(super) mod subscription;

use super::sink::Sink;
use super::window::Window;
use scanner::{Pause, Scanner};
use std::io::Read;
use std::ops::ControlFlow;

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
pub(super) const TOO_LONG: &str = "longer than 16 MiB: too long for an audit event";

/// How much of a stream is looked at to tell its form.
pub(super) const HEAD: usize = 1 << 16;

/// How a stream is cut into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One record a line.
    Lines,
    /// JSON documents, on however many lines.
    Documents,
    /// A table with a header.
    Table,
}

impl Form {
    /// Tells the form by the first bytes of a text.
    pub fn of(head: &[u8]) -> Form {
        let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head).trim_ascii_start();
        if csv::begins(head) {
            return Form::Table;
        }
        let message = stamped::message(head).map_or(head, |at| &head[at..]);
        match message.first() {
            Some(b'{') if !is_line(message) => Form::Documents,
            Some(b'[' | b'\n' | b'\r') => Form::Documents,
            _ => Form::Lines,
        }
    }
}

/// Whether the object that begins here ends where its line ends, and is no document with a list of records.
fn is_line(head: &[u8]) -> bool {
    if subscription::is_lambda(head) {
        return false;
    }
    let mut scanner = Scanner::default();
    let mut at = 0;
    loop {
        match scanner.run(head, at, true) {
            Pause::List(after) if document::opens_records(&head[..after]) => return false,
            Pause::List(after) => at = after,
            Pause::Ended(end) => {
                let behind = head[end..].iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
                return !head[..end].contains(&b'\n') && matches!(behind, None | Some(b'\n'));
            }
            Pause::Torn(_) => return true,
            Pause::More(_) => return !head.contains(&b'\n'),
        }
    }
}

/// Frames a stream of text, whatever its form.
pub(super) fn frame<R: Read>(window: &mut Window<R>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let form = Form::of(window.fill(HEAD));
    if window.bytes().starts_with(BYTE_ORDER_MARK) {
        window.consume(BYTE_ORDER_MARK.len());
    }
    match form {
        Form::Lines => lines::frame(window, sink),
        Form::Documents => document::frame(window, sink),
        Form::Table => csv::frame(window, sink),
    }
}
