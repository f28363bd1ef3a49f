//! One file, or stdin, from its first byte to its last.

use super::content::{self, Content};
use super::progress::Progress;
use super::sink::Sink;
use super::window::Window;
use super::{SourceError, file, framing};
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// Frames everything in it. `named` tells whether the user named it, or it was found in a folder.
pub(super) fn frame(path: &Path, named: bool, sink: &mut Sink<'_>, progress: &Progress) -> Result<ControlFlow<()>, SourceError> {
    let opened = if path.as_os_str() == "-" {
        Ok(Box::new(io::stdin().lock()) as Box<dyn Read>)
    } else {
        File::open(path).map(|file| Box::new(file) as _)
    };
    let mut bytes = 0;
    let ended = opened.and_then(|input| match content::open(Tallied { input, bytes: &mut bytes, progress })? {
        Content::Refused(reason) => Ok((sink.skip(0, reason), None)),
        Content::Text(text) => {
            let mut window = Window::new(text);
            let flow = framing::frame(&mut window, sink);
            Ok((flow, window.into_failure()))
        }
    });
    sink.counted.bytes += bytes;
    match ended {
        Ok((flow, None)) => Ok(flow),
        Ok((_, Some(error))) | Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(sink.skip(0, error.to_string())),
        Ok((_, Some(error))) | Err(error) if named => Err(file::unreadable(path, &error)),
        Ok((_, Some(error))) | Err(error) => Ok(sink.skip(0, format!("cannot be read: {error}"))),
    }
}

/// Counts the bytes that pass.
struct Tallied<'a, R> {
    input: R,
    bytes: &'a mut u64,
    progress: &'a Progress,
}

impl<R: Read> Read for Tallied<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(into)?;
        *self.bytes += count as u64;
        self.progress.add(count as u64);
        Ok(count)
    }
}
