//! What a file holds, told by its first bytes and never by its name: compressed data is unpacked, and what can never be
//! a log is refused with one clear word.

use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Cursor, Read};

/// Enough to see a tar's magic, which stands at 257.
const HEAD: usize = 512;

/// A subscription's objects are gzip, and Firehose may compress them once more; deeper than this nobody packs a log.
const LAYERS: usize = 3;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// What a file turned out to be.
pub(super) enum Content<'a> {
    /// Text, as it lies there or unpacked.
    Text(Box<dyn Read + 'a>),
    /// Nothing to read, and why: one clause.
    Refused(&'static str),
}

/// Whether the first bytes are those of text that can be read as it lies there.
pub(super) fn is_text(head: &[u8]) -> bool {
    !is_packed(head) && refusal(&head[..head.len().min(HEAD)]).is_none()
}

fn is_packed(head: &[u8]) -> bool {
    head.starts_with(GZIP) || head.starts_with(ZSTD)
}

/// Looks at the first bytes and unpacks what is packed.
///
/// # Errors
/// Those of the input itself. Damage in compressed data comes later, while reading, as [`io::ErrorKind::InvalidData`].
pub(super) fn open<'a>(input: impl Read + 'a) -> io::Result<Content<'a>> {
    let mut input: Box<dyn Read + 'a> = Box::new(input);
    for layer in 0..=LAYERS {
        let mut head = Vec::with_capacity(HEAD);
        input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        if let Some(reason) = refusal(&head) {
            return Ok(Content::Refused(reason));
        }
        let whole = Cursor::new(head.clone()).chain(input);
        input = match head {
            head if !is_packed(&head) => return Ok(Content::Text(Box::new(whole))),
            _ if layer == LAYERS => break,
            head if head.starts_with(GZIP) => {
                Box::new(Unpacking { name: "gzip", input: MultiGzDecoder::new(BufReader::with_capacity(1 << 16, whole)) })
            }
            _ => Box::new(Unpacking { name: "zstd", input: zstd::Decoder::new(whole)? }),
        };
    }
    Ok(Content::Refused("compressed more than three times over"))
}

fn refusal(head: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "a zip archive: unpack it first, then give the folder"),
        (b"BZh", "compressed with bzip2: unpack it first (gzip and zstd are read as they are)"),
        (b"\xfd7zXZ\0", "compressed with xz: unpack it first (gzip and zstd are read as they are)"),
        (b"\xff\xfe", "UTF-16 text, as Windows PowerShell writes it: convert it to UTF-8 first"),
        (b"\xfe\xff", "UTF-16 text: convert it to UTF-8 first"),
        (b"PAR1", "a Parquet file: export it as JSON first"),
    ];
    if head.is_empty() {
        return Some("empty");
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some("a tar archive: unpack it first, then give the folder");
    }
    if let Some((_, reason)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(reason);
    }
    (!is_packed(head) && head.contains(&0)).then_some("binary data, not a log")
}

/// A decoder whose errors say, in one clause, what is wrong with the data.
struct Unpacking<R> {
    name: &'static str,
    input: R,
}

impl<R: Read> Read for Unpacking<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.input.read(into).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted | io::ErrorKind::InvalidData => error,
            io::ErrorKind::UnexpectedEof => damaged(format!("the {} data is cut off; what stood before was read", self.name)),
            _ => damaged(format!("the {} data is damaged; what stood before was read", self.name)),
        })
    }
}

fn damaged(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
