//! Where framed records go: counted, held against the question, freed of their envelope, delivered.

use super::content::{self, Content};
use super::framing::envelope::{self, Opened};
use super::framing::{self, subscription};
use super::needles::Needles;
use super::window::Window;
use super::{Counted, Origin, Record, Skipped};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Exports hold events, subscriptions hold exports, Lambda's hold subscriptions; deeper is only what means harm.
const NESTING: u8 = 3;

/// Takes the records of one source.
pub(super) struct Sink<'a> {
    source: Arc<str>,
    pub needles: &'a Needles,
    pub counted: Counted,
    /// How many documents are open, and the place of the outermost one: inner records have no place of their own.
    within: (u8, u64),
    each: &'a mut dyn FnMut(Result<Record, Skipped>) -> ControlFlow<()>,
}

impl<'a> Sink<'a> {
    pub fn new(source: Arc<str>, needles: &'a Needles, each: &'a mut dyn FnMut(Result<Record, Skipped>) -> ControlFlow<()>) -> Sink<'a> {
        Sink { source, needles, counted: Counted::default(), within: (0, 0), each }
    }

    /// One framed record that may matter or not.
    pub fn offer(&mut self, place: u64, bytes: &[u8]) -> ControlFlow<()> {
        if self.needles.stand_in(bytes) || subscription::is_lambda(bytes) { self.deliver(place, bytes) } else { self.pass() }
    }

    /// One framed record that does not matter.
    pub fn pass(&mut self) -> ControlFlow<()> {
        self.counted.records += 1;
        ControlFlow::Continue(())
    }

    /// One framed record that matters.
    pub fn deliver(&mut self, place: u64, bytes: &[u8]) -> ControlFlow<()> {
        match envelope::open(bytes) {
            Opened::Event(text) => {
                self.counted.records += 1;
                let record = Record { origin: self.origin(place), text: text.into_owned() };
                (self.each)(Ok(record))
            }
            Opened::Unusable(reason) => self.skip(place, reason),
            Opened::Document => self.inner(place, bytes),
            Opened::Packed(bytes) => match content::open(bytes.as_slice()) {
                Ok(Content::Text(text)) => self.inner(place, text),
                Ok(Content::Refused(reason)) => self.skip(place, reason),
                Err(error) => self.skip(place, error.to_string()),
            },
        }
    }

    /// Something that could not be framed, and why.
    pub fn skip(&mut self, place: u64, reason: impl Into<String>) -> ControlFlow<()> {
        self.counted.records += 1;
        self.counted.skipped += 1;
        let origin = self.origin(place);
        (self.each)(Err(Skipped { origin, reason: reason.into() }))
    }

    /// The records of a document within a record.
    fn inner(&mut self, place: u64, text: impl std::io::Read) -> ControlFlow<()> {
        let outer = self.within;
        if outer.0 == NESTING {
            return self.skip(place, "documents within documents within documents: not an export of audit events");
        }
        self.within = (outer.0 + 1, if outer.0 == 0 { place } else { outer.1 });
        let mut window = Window::new(Box::new(text) as Box<dyn std::io::Read>);
        let mut flow = framing::frame(&mut window, self);
        self.within = outer;
        if let (ControlFlow::Continue(()), Some(failure)) = (flow, window.into_failure()) {
            flow = self.skip(place, failure.to_string());
        }
        flow
    }

    fn origin(&self, place: u64) -> Origin {
        Origin { source: self.source.clone(), place: if self.within.0 == 0 { place } else { self.within.1 } }
    }
}
