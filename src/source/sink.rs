//! Where framed records go: counted, held against the question, freed of their envelope, delivered.

use super::needles::Needles;
use super::{Counted, Origin, Record, Skipped};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Takes the records of one source.
pub(super) struct Sink<'a> {
    pub source: Arc<str>,
    pub needles: &'a Needles,
    pub counted: Counted,
    pub each: &'a mut dyn FnMut(Result<Record, Skipped>) -> ControlFlow<()>,
}

impl Sink<'_> {
    /// One framed record that may matter or not.
    pub fn offer(&mut self, place: u64, bytes: &[u8]) -> ControlFlow<()> {
        if self.needles.stand_in(bytes) {
            return self.deliver(place, bytes);
        }
        self.counted.records += 1;
        ControlFlow::Continue(())
    }

    /// One framed record that matters.
    pub fn deliver(&mut self, place: u64, bytes: &[u8]) -> ControlFlow<()> {
        self.counted.records += 1;
        let origin = self.origin(place);
        (self.each)(Ok(Record { origin, text: bytes.to_vec() }))
    }

    /// Something that could not be framed, and why.
    pub fn skip(&mut self, place: u64, reason: impl Into<String>) -> ControlFlow<()> {
        self.counted.records += 1;
        self.counted.skipped += 1;
        let origin = self.origin(place);
        (self.each)(Err(Skipped { origin, reason: reason.into() }))
    }

    fn origin(&self, place: u64) -> Origin {
        Origin { source: self.source.clone(), place }
    }
}
