//! Memory that files are read into.

/// The length of a cache line. The kernel copies several times more slowly to an address that does not begin one, and
/// large allocations never do: the allocator's own bookkeeping stands there.
const LINE: usize = 64;

/// Bytes that begin at a cache line; they grow when needed and are never given back.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    begin: usize,
}

impl Buffer {
    /// The first `length` bytes: what was there, then whatever.
    pub fn first(&mut self, length: usize) -> &mut [u8] {
        if self.bytes.len() < self.begin + length {
            let mut larger = vec![0; (length + LINE).next_power_of_two()];
            let begin = larger.as_ptr().align_offset(LINE).min(LINE);
            let kept = &self.bytes[self.begin..];
            larger[begin..begin + kept.len()].copy_from_slice(kept);
            *self = Buffer { bytes: larger, begin };
        }
        &mut self.bytes[self.begin..self.begin + length]
    }

    /// All bytes.
    pub fn all(&self) -> &[u8] {
        &self.bytes[self.begin..]
    }
}
