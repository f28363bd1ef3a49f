//! What a framed record is, told by its outermost keys, and the events inside it.

use super::{aks, document, gke, log_event, stamped, subscription};
use std::borrow::Cow;

/// What a record turned out to be.
pub(in crate::source) enum Opened<'a> {
    /// The text of one event (or of something that is none, which its parser tells best).
    Event(Cow<'a, [u8]>),
    /// A document that holds events in turn.
    Document,
    /// Compressed data with documents in it.
    Packed(Vec<u8>),
    /// Nothing that could be used: one clause.
    Unusable(&'static str),
}

impl<'a> From<Result<Cow<'a, [u8]>, &'static str>> for Opened<'a> {
    fn from(text: Result<Cow<'a, [u8]>, &'static str>) -> Opened<'a> {
        text.map_or_else(Opened::Unusable, |text| match text {
            Cow::Borrowed(text) => Opened::Event(text.trim_ascii().into()),
            Cow::Owned(text) => Opened::Event(text.trim_ascii().to_vec().into()),
        })
    }
}

/// Opens a record.
pub(in crate::source) fn open(item: &[u8]) -> Opened<'_> {
    match item.first() {
        Some(b'{') => {}
        Some(b'[') if is_row(item) => return log_event::of_row(item).into(),
        Some(b'[') => return Opened::Document,
        Some(b'"') => return log_event::of_string(item).into(),
        _ => match stamped::message(item).map(|at| &item[at..]) {
            Some(message @ [b'{', ..]) => return open(message),
            _ => return Opened::Event(item.into()),
        },
    }
    match shape(item) {
        Shape::Event => Opened::Event(item.into()),
        Shape::LogEvent => log_event::of_object(item).into(),
        Shape::Aks => aks::event(item).into(),
        Shape::Gke => gke::event(item).map(Cow::Owned).into(),
        Shape::Lambda => subscription::payload(item).map_or_else(Opened::Unusable, Opened::Packed),
        Shape::Document => Opened::Document,
    }
}

enum Shape {
    Event,
    LogEvent,
    Aks,
    Gke,
    Lambda,
    Document,
}

fn is_row(item: &[u8]) -> bool {
    let inside = |text: &'static [u8], item: &[u8]| item.strip_prefix(text).map(|rest| rest.trim_ascii_start().to_vec());
    let head = &item[..item.len().min(256)];
    inside(b"[", head)
        .and_then(|rest| inside(b"{", &rest))
        .is_some_and(|rest| rest.starts_with(b"\"field\"") || rest.starts_with(b"\"value\""))
}

/// Tells a record by the first of its keys that only one form has.
fn shape(item: &[u8]) -> Shape {
    for (key, value) in Members(&item[1..]) {
        return match key {
            b"kind" if value.starts_with(b"\"Event\"") => Shape::Event,
            b"auditID" | b"stage" | b"requestURI" | b"verb" | b"objectRef" | b"sourceIPs" | b"userAgent" => Shape::Event,
            b"message" | b"@message" | b"@timestamp" | b"@ptr" | b"@logStream" | b"@log" => Shape::LogEvent,
            b"eventId" | b"ingestionTime" | b"logStreamName" => Shape::LogEvent,
            b"category" | b"operationName" | b"properties" | b"resourceId" => Shape::Aks,
            b"protoPayload" | b"insertId" | b"logName" => Shape::Gke,
            b"awslogs" => Shape::Lambda,
            key if value.starts_with(b"[") && document::is_list(key) => Shape::Document,
            _ => continue,
        };
    }
    Shape::Event
}

/// The members of an object, from behind its brace: raw keys, and the text from the value on. Ends where JSON ends.
struct Members<'a>(&'a [u8]);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        use super::scanner::{Pause, Scanner};
        let start = self.0.trim_ascii_start();
        let Pause::Ended(end) = Scanner::default().run(start.starts_with(b"\"").then_some(start)?, 0, false) else { return None };
        let key = &start[1..end - 1];
        let value = start[end..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        let length = match value.first()? {
            b'{' | b'[' | b'"' => match Scanner::default().run(value, 0, false) {
                Pause::Ended(end) => end,
                _ => value.len(),
            },
            _ => value.iter().position(|byte| matches!(byte, b',' | b'}')).unwrap_or(value.len()),
        };
        let rest = value[length..].trim_ascii_start();
        self.0 = rest.strip_prefix(b",").unwrap_or(b"");
        Some((key, value))
    }
}
