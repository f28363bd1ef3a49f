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
    let ended = opened.map_err(Failed::Input).and_then(|input| frame_open(Watched { input, progress }, sink));
    match ended {
        Ok(flow) => Ok(flow),
        Err(Failed::Data(reason)) => Ok(sink.skip(0, reason)),
        Err(Failed::Input(error)) if named => Err(file::unreadable(path, &error)),
        Err(Failed::Input(error)) => Ok(sink.skip(0, format!("cannot be read: {error}"))),
    }
}

/// Why reading ended early.
pub(super) enum Failed {
    /// What was read is damaged: one clause.
    Data(String),
    /// It could not be read.
    Input(io::Error),
}

/// Frames everything in an input that is open.
pub(super) fn frame_open(input: impl Read, sink: &mut Sink<'_>) -> Result<ControlFlow<()>, Failed> {
    let mut bytes = 0;
    let ended = content::open(Tallied { input, bytes: &mut bytes }).map(|content| match content {
        Content::Refused(reason) => (sink.skip(0, reason), None),
        Content::Text(text) => {
            let mut window = Window::new(text);
            let flow = framing::frame(&mut window, sink);
            (flow, window.into_failure())
        }
    });
    sink.counted.bytes += bytes;
    match ended {
        Ok((flow, None)) => Ok(flow),
        Ok((ControlFlow::Break(()), _)) => Ok(ControlFlow::Break(())),
        Ok((_, Some(error))) | Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(Failed::Data(error.to_string())),
        Ok((_, Some(error))) | Err(error) => Err(Failed::Input(error)),
    }
}

/// Counts the bytes that pass.
struct Tallied<'a, R> {
    input: R,
    bytes: &'a mut u64,
}

impl<R: Read> Read for Tallied<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(into)?;
        *self.bytes += count as u64;
        Ok(count)
    }
}

/// Shows how many bytes have passed.
struct Watched<'a, R> {
    input: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(into)?;
        self.progress.add(count as u64);
        Ok(count)
    }
}
