//! JSON documents one after another, on however many lines: an audit webhook's EventList, everything `aws logs` and the
//! console print as JSON, subscription objects (which Firehose writes without line feeds), `jq`'s pretty print.
//!
//! A list that an export puts its records in is never held as a whole: its elements are handed out one by one, whatever the
//! length of the document.

use super::scanner::{Pause, Scanner};
use super::{TOO_LONG, stamped, subscription};
use crate::source::RECORD_LIMIT;
use crate::source::sink::Sink;
use crate::source::window::Window;
use std::io::Read;
use std::ops::ControlFlow;

/// The members that hold the records of an export: of an EventList, of get-query-results, of filter-log-events and
/// get-log-events, of a subscription, of Azure's event hubs.
const LISTS: [&[u8]; 5] = [b"items", b"results", b"events", b"logEvents", b"records"];

const CUT: &str = "cut off: the JSON document has no end";
const TORN: &str = "broken JSON: what follows in this document cannot be read";

/// Frames a stream of documents.
pub(in crate::source) fn frame<R: Read>(window: &mut Window<R>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    Documents { window, sink, place: 0 }.frame()
}

/// Whether `head`, which ends in `[`, ends in the beginning of a list of records.
pub(super) fn opens_records(head: &[u8]) -> bool {
    let member = || {
        let before = head.strip_suffix(b"[")?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")?;
        let quote = memchr::memrchr(b'"', before)?;
        Some(&before[quote + 1..])
    };
    member().is_some_and(is_list)
}

/// Whether a list of this name holds the records of an export.
pub(super) fn is_list(member: &[u8]) -> bool {
    LISTS.contains(&member)
}

struct Documents<'a, 's, R> {
    window: &'a mut Window<R>,
    sink: &'a mut Sink<'s>,
    place: u64,
}

/// What became of one value.
enum Value {
    /// It is in memory, this long.
    Whole(usize),
    /// It holds a list of records, which begins after this many bytes.
    Records(usize),
    /// Too long to be kept; its end is passed.
    TooLong,
    /// It has no end; so many bytes of it are good for nothing.
    Torn(usize),
    /// The stream ended first.
    Cut,
}

impl<R: Read> Documents<'_, '_, R> {
    fn frame(&mut self) -> ControlFlow<()> {
        while let Some(first) = self.next_of(b",\x1e") {
            match first {
                b'{' => self.object()?,
                b'[' => {
                    self.window.consume(1);
                    self.records(Scanner::inside(0))?;
                }
                _ => self.line()?,
            }
        }
        ControlFlow::Continue(())
    }

    /// A document: a record itself, or a list of them with something around it.
    fn object(&mut self) -> ControlFlow<()> {
        match self.value(true) {
            Value::Records(head) => {
                let control = subscription::is_control(&self.window.bytes()[..head]);
                self.window.consume(head);
                if control { self.pass(Scanner::inside(2)) } else { self.records(Scanner::inside(1)) }
            }
            value => self.record(value),
        }
    }

    /// The elements of a list; then, up to its end, what it is part of.
    fn records(&mut self, around: Scanner) -> ControlFlow<()> {
        loop {
            match self.next_of(b",") {
                Some(b']') => {
                    self.window.consume(1);
                    return if around.is_done() { ControlFlow::Continue(()) } else { self.pass(around) };
                }
                Some(b'{' | b'[' | b'"') => match self.value(false) {
                    value @ (Value::Torn(_) | Value::Cut) => return self.record(value),
                    value => self.record(value)?,
                },
                Some(_) => self.scalar()?,
                None => return self.cut(),
            }
        }
    }

    fn record(&mut self, value: Value) -> ControlFlow<()> {
        match value {
            Value::Whole(length) | Value::Records(length) => {
                self.place += 1;
                let flow = self.sink.offer(self.place, &self.window.bytes()[..length]);
                self.window.consume(length);
                flow
            }
            Value::TooLong => self.skip(TOO_LONG),
            Value::Torn(length) => {
                self.window.consume(length);
                self.skip(TORN)?;
                self.find_document()
            }
            Value::Cut => {
                self.window.consume(usize::MAX);
                self.cut()
            }
        }
    }

    /// Scans the value that begins here.
    fn value(&mut self, lists: bool) -> Value {
        let mut scanner = Scanner::default();
        let mut at = 0;
        loop {
            match scanner.run(self.window.bytes(), at, lists) {
                Pause::Ended(end) => return Value::Whole(end),
                Pause::List(after) if opens_records(&self.window.bytes()[..after]) => return Value::Records(after),
                Pause::List(after) => at = after,
                Pause::Torn(end) => return Value::Torn(end),
                Pause::More(next) => {
                    at = next;
                    if at > RECORD_LIMIT {
                        self.window.consume(at);
                        return self.rest(scanner).unwrap_or(Value::TooLong);
                    }
                    if !self.window.more() {
                        return Value::Cut;
                    }
                }
            }
        }
    }

    /// Lets go of the rest of a value; gives what is wrong with it, if anything.
    fn rest(&mut self, mut scanner: Scanner) -> Option<Value> {
        loop {
            let (end, ended) = match scanner.run(self.window.bytes(), 0, false) {
                Pause::Ended(end) | Pause::List(end) => (end, true),
                Pause::Torn(end) => return Some(Value::Torn(end)),
                Pause::More(next) => (next, false),
            };
            self.window.consume(end);
            if ended {
                return None;
            }
            if !self.window.more() {
                return Some(Value::Cut);
            }
        }
    }

    fn pass(&mut self, scanner: Scanner) -> ControlFlow<()> {
        match self.rest(scanner) {
            Some(broken) => self.record(broken),
            None => ControlFlow::Continue(()),
        }
    }

    /// A number, `true`, or nonsense where a record should stand.
    fn scalar(&mut self) -> ControlFlow<()> {
        loop {
            if let Some(end) = self.window.bytes().iter().position(|byte| matches!(byte, b',' | b']' | b'\n')) {
                self.window.consume(end);
                break;
            }
            self.window.consume(usize::MAX);
            if !self.window.more() {
                return self.cut();
            }
        }
        self.skip("not an audit event")
    }

    /// Text between documents: a time stamp before one, or a line that is none.
    fn line(&mut self) -> ControlFlow<()> {
        let head = self.window.fill(stamped::LONGEST);
        if let Some(message) = stamped::message(head) {
            let begins = matches!(head.get(message), None | Some(b'{' | b'\n' | b'\r'));
            self.window.consume(message);
            if begins {
                return if self.next_of(b"").is_none() { self.cut() } else { ControlFlow::Continue(()) };
            }
        }
        self.window.pass_line();
        self.skip("not JSON")
    }

    /// After a break: goes on where a line begins with a document.
    fn find_document(&mut self) -> ControlFlow<()> {
        while let Some(first) = self.window.fill(1).first() {
            if matches!(first, b'{' | b'[') || stamped::message(self.window.fill(stamped::LONGEST)).is_some() {
                break;
            }
            self.window.pass_line();
        }
        ControlFlow::Continue(())
    }

    /// The next byte that is neither space nor one of `between`, which stays.
    fn next_of(&mut self, between: &[u8]) -> Option<u8> {
        loop {
            let found = self.window.bytes().iter().position(|byte| !byte.is_ascii_whitespace() && !between.contains(byte));
            self.window.consume(found.unwrap_or(usize::MAX));
            if found.is_some() {
                return self.window.bytes().first().copied();
            }
            if !self.window.more() {
                return None;
            }
        }
    }

    /// The end of the stream inside a document. If reading failed, the failure tells it.
    fn cut(&mut self) -> ControlFlow<()> {
        if self.window.failed() { ControlFlow::Continue(()) } else { self.skip(CUT) }
    }

    fn skip(&mut self, reason: &str) -> ControlFlow<()> {
        self.place += 1;
        self.sink.skip(self.place, reason)
    }
}
