//! The prefilter: whether a record can matter, by its bytes alone.

use super::Question;
use aho_corasick::{AhoCorasick, Input};
use memchr::memmem::Finder;

/// The needles of a question, made ready for searching.
#[derive(Debug)]
pub(super) struct Needles(Search);

#[derive(Debug)]
enum Search {
    /// One pass for each: the fastest way for a few.
    Few(Vec<Finder<'static>>),
    /// One pass for all.
    Many(Box<AhoCorasick>),
}

/// With more needles than this, one pass for all of them is faster than one for each.
const FEW: usize = 8;

impl Needles {
    pub fn new(question: &Question) -> Needles {
        let needles = &question.needles;
        let many = if needles.len() > FEW { AhoCorasick::new(needles).ok() } else { None };
        Needles(match many {
            Some(automaton) => Search::Many(Box::new(automaton)),
            None => Search::Few(needles.iter().map(|needle| Finder::new(needle).into_owned()).collect()),
        })
    }

    /// Whether one of them stands in `bytes`; without needles, always.
    pub fn stand_in(&self, bytes: &[u8]) -> bool {
        match &self.0 {
            Search::Few(needles) => needles.is_empty() || needles.iter().any(|needle| needle.find(bytes).is_some()),
            Search::Many(automaton) => automaton.is_match(bytes),
        }
    }

    /// The first hit at or after each of ascending positions, in one pass over `bytes`.
    pub fn hits<'a>(&'a self, bytes: &'a [u8]) -> Hits<'a> {
        let searches = match &self.0 {
            Search::Few(needles) => needles.len(),
            Search::Many(_) => 1,
        };
        Hits { needles: self, bytes, next: vec![None; searches] }
    }

    /// The first hit of one search at or after `from`, or the end of the bytes.
    fn find(&self, search: usize, bytes: &[u8], from: usize) -> usize {
        let hit = match &self.0 {
            Search::Few(needles) => needles[search].find(&bytes[from..]).map(|at| from + at),
            Search::Many(automaton) => automaton.find(Input::new(bytes).range(from..)).map(|hit| hit.start()),
        };
        hit.unwrap_or(bytes.len())
    }
}

/// Hits in one stretch of bytes, asked for in ascending order.
pub(super) struct Hits<'a> {
    needles: &'a Needles,
    bytes: &'a [u8],
    /// The last hit of each search, `None` before the first question.
    next: Vec<Option<usize>>,
}

impl Hits<'_> {
    /// The first hit at or after `from`, or the end of the bytes.
    pub fn after(&mut self, from: usize) -> usize {
        if self.next.is_empty() {
            return from;
        }
        let mut first = self.bytes.len();
        for (search, next) in self.next.iter_mut().enumerate() {
            let hit = match *next {
                Some(hit) if hit >= from => hit,
                _ => self.needles.find(search, self.bytes, from),
            };
            *next = Some(hit);
            first = first.min(hit);
        }
        first
    }
}
