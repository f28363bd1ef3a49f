//! The prefilter: whether a record can matter, by its bytes alone.

use super::Question;
use memchr::memmem::Finder;

/// The needles of a question, made ready for searching.
#[derive(Debug)]
pub(super) struct Needles(Vec<Finder<'static>>);

impl Needles {
    pub fn new(question: &Question) -> Needles {
        Needles(question.needles.iter().map(|needle| Finder::new(needle).into_owned()).collect())
    }

    /// Whether one of them stands in `bytes`; without needles, always.
    pub fn stand_in(&self, bytes: &[u8]) -> bool {
        self.0.is_empty() || self.0.iter().any(|needle| needle.find(bytes).is_some())
    }

    /// The first hit at or after each of ascending positions, in one pass over `bytes`.
    pub fn hits<'a>(&'a self, bytes: &'a [u8]) -> Hits<'a> {
        Hits { needles: self, bytes, next: vec![0; self.0.len()], fresh: vec![false; self.0.len()] }
    }
}

/// Hits in one stretch of bytes, asked for in ascending order.
pub(super) struct Hits<'a> {
    needles: &'a Needles,
    bytes: &'a [u8],
    next: Vec<usize>,
    fresh: Vec<bool>,
}

impl Hits<'_> {
    /// The first hit at or after `from`, or the end of the bytes.
    pub fn after(&mut self, from: usize) -> usize {
        if self.needles.0.is_empty() {
            return from;
        }
        let mut first = self.bytes.len();
        for (index, needle) in self.needles.0.iter().enumerate() {
            if !self.fresh[index] || self.next[index] < from {
                self.next[index] = needle.find(&self.bytes[from..]).map_or(self.bytes.len(), |at| from + at);
                self.fresh[index] = true;
            }
            first = first.min(self.next[index]);
        }
        first
    }
}
