//! Where a JSON value ends, found without reading it: brackets and strings are followed, nothing is built, so neither depth
//! nor length costs memory.

use memchr::memchr3;

/// Follows one value through a stream.
#[derive(Debug, Clone, Default)]
pub(super) struct Scanner {
    depth: u64,
    in_string: bool,
    escaped: bool,
}

/// Why scanning paused, and at which offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    /// The value's last byte stands before this offset.
    Ended(usize),
    /// A list begins here as a member of the outermost object (only when asked for).
    List(usize),
    /// No JSON any more: a line feed inside a string, or a document that begins within another.
    Torn(usize),
    /// All bytes are seen; go on here when there are more.
    More(usize),
}

impl Scanner {
    /// Starts inside brackets that were opened before.
    pub fn inside(depth: u64) -> Scanner {
        Scanner { depth, ..Scanner::default() }
    }

    /// Whether no bracket is open.
    pub fn is_done(&self) -> bool {
        self.depth == 0
    }

    /// Goes on at `at`. `bytes` is all of the value that is in memory, so that it can be looked back. With `lists`, pauses at
    /// each list that is a member of the outermost object.
    pub fn run(&mut self, bytes: &[u8], mut at: usize, lists: bool) -> Pause {
        if std::mem::take(&mut self.escaped) && at < bytes.len() {
            at += 1;
        }
        while at < bytes.len() {
            if self.in_string {
                let Some(found) = memchr3(b'"', b'\\', b'\n', &bytes[at..]) else { return Pause::More(bytes.len()) };
                at += found + 1;
                match bytes[at - 1] {
                    b'\n' => return Pause::Torn(at),
                    b'\\' if at == bytes.len() => self.escaped = true,
                    b'\\' => at += 1,
                    _ => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Pause::Ended(at);
                        }
                    }
                }
                continue;
            }
            match bytes[at] {
                b'"' => self.in_string = true,
                b'{' => self.depth += 1,
                b'[' => {
                    self.depth += 1;
                    if lists && self.depth == 2 {
                        at += 1;
                        return Pause::List(at);
                    }
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Pause::Ended(at + 1);
                    }
                }
                b'\n' if at + 1 == bytes.len() => return Pause::More(at),
                b'\n' if begins_anew(bytes, at) => return Pause::Torn(at + 1),
                _ => {}
            }
            at += 1;
        }
        Pause::More(at)
    }
}

/// Whether another document begins after the line feed at `at`, although this one has not ended: its line starts at the
/// margin, where no printer puts a nested value, and no value can stand there.
fn begins_anew(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at + 1], b'{' | b'0'..=b'9' | b'\x1b')
        && bytes[..at].trim_ascii_end().last().is_some_and(|last| !matches!(last, b',' | b':' | b'['))
}
