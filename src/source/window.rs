//! A moving view of a stream: what is in memory of it at one time.

use memchr::memchr;
use std::io::{self, Read};

/// How much is read at once: small enough for the second-level cache, large enough for few system calls.
pub(super) const PIECE: usize = 1 << 18;

/// The unread bytes of a stream, as far as they are in memory.
pub(super) struct Window<R> {
    input: R,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    failure: Option<io::Error>,
}

impl<R: Read> Window<R> {
    pub fn new(input: R) -> Window<R> {
        Window { input, bytes: Vec::new(), start: 0, end: 0, failure: None }
    }

    /// What is in memory and not consumed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Lets go of the first `count` bytes.
    pub fn consume(&mut self, count: usize) {
        self.start += count.min(self.end - self.start);
    }

    /// Reads another piece behind what is there; `false` at the end of the stream, which a failure is as well.
    pub fn more(&mut self) -> bool {
        if self.failure.is_some() {
            return false;
        }
        self.make_room();
        loop {
            match self.input.read(&mut self.bytes[self.end..self.end + PIECE]) {
                Ok(count) => {
                    self.end += count;
                    return count > 0;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    return false;
                }
            }
        }
    }

    /// Moves what is kept to the front, into a larger place if need be.
    fn make_room(&mut self) {
        let kept = self.end - self.start;
        if self.bytes.len() < kept + PIECE {
            let mut larger = vec![0; (kept + PIECE).next_power_of_two()];
            larger[..kept].copy_from_slice(self.bytes());
            self.bytes = larger;
        } else {
            self.bytes.copy_within(self.start..self.end, 0);
        }
        (self.start, self.end) = (0, kept);
    }

    /// Reads until at least `count` bytes are there or the stream ends.
    pub fn fill(&mut self, count: usize) -> &[u8] {
        while self.bytes().len() < count && self.more() {}
        self.bytes()
    }

    /// Lets go of everything up to and including the next line feed, however far that is.
    pub fn pass_line(&mut self) {
        loop {
            match memchr(b'\n', self.bytes()) {
                Some(end) => return self.consume(end + 1),
                None => self.consume(usize::MAX),
            }
            if !self.more() {
                return;
            }
        }
    }

    /// Whether reading ended early.
    pub fn failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Why reading ended early, if it did.
    pub fn into_failure(self) -> Option<io::Error> {
        self.failure
    }
}
