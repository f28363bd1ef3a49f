//! A large file of lines, in blocks that are read at the same time.
//!
//! The file is read, not mapped: a mapped file that somebody cuts short ends the program with SIGBUS, and reading pieces
//! that fit the cache costs no more than the page faults of a map.

use super::buffer::Buffer;
use super::framing::{BYTE_ORDER_MARK, Form, HEAD, TOO_LONG, lines};
use super::sink::Sink;
use super::window::PIECE;
use super::{RECORD_LIMIT, content};
use memchr::{memchr, memrchr};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// The length of a block: large enough for few system calls, small enough for the second-level cache.
const BLOCK: u64 = 1 << 20;

/// How much more is read first to complete a block's last line: most events are shorter.
const TAIL: usize = 1 << 13;

/// A file that can be read in blocks.
pub(super) struct Blocks {
    pub source: Arc<str>,
    file: File,
    length: u64,
    numbers: Mutex<Numbers>,
    counted: Condvar,
}

/// How many lines begin before each block, as far as that is known.
#[derive(Default)]
struct Numbers {
    before: Vec<u64>,
    sum: u64,
    early: BTreeMap<u64, u64>,
}

impl Blocks {
    /// The file, if it is large enough to be worth it, plain text, and one record a line.
    pub fn open(path: &Path, source: &Arc<str>) -> Option<Blocks> {
        let metadata = path.metadata().ok()?;
        if !metadata.is_file() || metadata.len() < 2 * BLOCK {
            return None;
        }
        let file = File::open(path).ok()?;
        let mut head = vec![0; HEAD];
        let count = read_at(&file, &mut head, 0).ok()?;
        if !content::is_text(&head[..count]) || Form::of(&head[..count]) != Form::Lines {
            return None;
        }
        Some(Blocks { source: source.clone(), file, length: metadata.len(), numbers: Mutex::default(), counted: Condvar::new() })
    }

    /// How many blocks there are.
    pub fn count(&self) -> u64 {
        self.length.div_ceil(BLOCK)
    }

    /// The length of one block in bytes.
    pub fn length(&self, block: u64) -> u64 {
        BLOCK.min(self.length - block * BLOCK)
    }

    /// Frames the lines that begin in one block. Blocks may be framed at the same time, if they are begun in their order.
    ///
    /// # Errors
    /// Those of reading the file.
    pub fn frame(&self, block: u64, buffer: &mut Buffer, sink: &mut Sink<'_>) -> io::Result<ControlFlow<()>> {
        let read = self.read(block, buffer);
        let (text, endless) = match &read {
            Ok((lines, endless)) => (&buffer.all()[lines.clone()], *endless),
            Err(_) => (&[][..], false),
        };
        let mut selected = Vec::new();
        let (seen, _) = lines::select(text, sink.needles, |line, text| {
            selected.push((line, text));
            ControlFlow::Continue(())
        });
        self.publish(block, seen.lines + u64::from(endless));
        read?;
        sink.counted.records += seen.records - selected.len() as u64;
        if selected.is_empty() && !endless {
            return Ok(ControlFlow::Continue(()));
        }
        let first = self.lines_before(block) + 1;
        for (line, text) in selected {
            if sink.deliver(first + line, text).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(if endless { sink.skip(first + seen.lines, TOO_LONG) } else { ControlFlow::Continue(()) })
    }

    /// Reads a block and the rest of its last line; gives where its lines stand in the buffer, and whether one
    /// follows that is too long to be read.
    ///
    /// A line belongs to the block in which the line feed before it stands. So reading begins at the block's first byte, at a
    /// page of the file: copying from odd addresses takes several times as long.
    fn read(&self, block: u64, buffer: &mut Buffer) -> io::Result<(Range<usize>, bool)> {
        let from = block * BLOCK;
        let mut length = read_at(&self.file, buffer.first(self.length(block) as usize), from)?;
        let bytes = buffer.first(length);
        let start = match block {
            0 if bytes.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
            0 => 0,
            _ => match memchr(b'\n', bytes) {
                Some(at) => at + 1,
                None => return Ok((length..length, false)),
            },
        };
        let last = start + memrchr(b'\n', &bytes[start..]).map_or(0, |at| at + 1);
        let mut piece = TAIL;
        while length - last <= RECORD_LIMIT {
            let more = &mut buffer.first(length + piece)[length..];
            let count = read_at(&self.file, more, from + length as u64)?;
            let rest = memchr(b'\n', &more[..count]);
            length += rest.map_or(count, |at| at + 1);
            if rest.is_some() || count == 0 {
                return Ok((start..length, false));
            }
            piece = PIECE;
        }
        Ok((start..last, true))
    }

    fn publish(&self, block: u64, lines: u64) {
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        numbers.early.insert(block, lines);
        while let Some(lines) = {
            let next = numbers.before.len() as u64;
            numbers.early.remove(&next)
        } {
            let sum = numbers.sum;
            numbers.before.push(sum);
            numbers.sum += lines;
        }
        self.counted.notify_all();
    }

    /// Waits until all blocks before this one are counted, which is the first thing done with each.
    fn lines_before(&self, block: u64) -> u64 {
        let numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = self.counted.wait_while(numbers, |numbers| numbers.before.len() as u64 <= block);
        numbers.unwrap_or_else(PoisonError::into_inner).before[block as usize]
    }
}

/// Fills `into` from a place in the file, as far as the file reaches.
fn read_at(file: &File, into: &mut [u8], place: u64) -> io::Result<usize> {
    #[cfg(unix)]
    use std::os::unix::fs::FileExt;
    #[cfg(windows)]
    use std::os::windows::fs::FileExt;
    let mut filled = 0;
    while filled < into.len() {
        #[cfg(unix)]
        let read = file.read_at(&mut into[filled..], place + filled as u64);
        #[cfg(windows)]
        let read = file.seek_read(&mut into[filled..], place + filled as u64);
        match read {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
