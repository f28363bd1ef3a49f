//! Files, folders and stdin.

use super::content::{self, Content};
use super::needles::Needles;
use super::sink::Sink;
use super::window::Window;
use super::{Counted, Question, Record, Skipped, SourceError, folder, framing};
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Streams the records of everything the user named, `-` being stdin and a folder every file in it, in the order of the
/// input. Memory does not grow with the input.
///
/// Records that cannot belong to the question are counted, but neither delivered nor looked at: an invalid one among
/// them goes unnoticed.
///
/// # Errors
/// [`SourceError::Unreadable`] for a named path that is missing or cannot be read. A file inside a folder that cannot be
/// read is a [`Skipped`].
pub fn read(
    paths: &[PathBuf],
    question: &Question,
    each: &mut dyn FnMut(Result<Record, Skipped>) -> ControlFlow<()>,
) -> Result<Counted, SourceError> {
    let needles = Needles::new(question);
    let mut counted = Counted::default();
    for path in paths {
        if path.as_os_str() != "-" {
            path.metadata().map_err(|error| unreadable(path, &error))?;
        }
    }
    for named in paths {
        for path in folder::files(named) {
            let source = path.as_ref().map_or_else(|skipped| skipped.origin.source.clone(), |path| name(path));
            let mut sink = Sink::new(source, &needles, each);
            let flow = match path {
                Ok(path) => whole(&path, path == *named, &mut sink)?,
                Err(skipped) => sink.skip(0, skipped.reason),
            };
            counted += sink.counted;
            if flow.is_break() {
                return Ok(counted);
            }
        }
    }
    Ok(counted)
}

/// As [`read`], with work to be done on each record; what it gives comes in the order of the input.
///
/// # Errors
/// As [`read`].
pub fn map<T: Send>(
    paths: &[PathBuf],
    question: &Question,
    work: impl Fn(Record) -> Option<T> + Sync,
    mut each: impl FnMut(Result<T, Skipped>) -> ControlFlow<()>,
) -> Result<Counted, SourceError> {
    read(paths, question, &mut |found| match found {
        Ok(record) => work(record).map_or(ControlFlow::Continue(()), |made| each(Ok(made))),
        Err(skipped) => each(Err(skipped)),
    })
}

/// One file or stdin from its first byte to its last.
fn whole(path: &Path, named: bool, sink: &mut Sink<'_>) -> Result<ControlFlow<()>, SourceError> {
    let stdin = path.as_os_str() == "-";
    let opened = if stdin { Ok(Box::new(io::stdin().lock()) as Box<dyn Read>) } else { File::open(path).map(|file| Box::new(file) as _) };
    let mut bytes = 0;
    let ended = opened.and_then(|input| match content::open(Tallied { input, bytes: &mut bytes })? {
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
        Ok((_, Some(error))) | Err(error) if named => Err(unreadable(path, &error)),
        Ok((_, Some(error))) | Err(error) => Ok(sink.skip(0, format!("cannot be read: {error}"))),
    }
}

fn name(path: &Path) -> Arc<str> {
    if path.as_os_str() == "-" { "stdin".into() } else { path.display().to_string().into() }
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

fn unreadable(path: &Path, error: &io::Error) -> SourceError {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "Check the path; `-f -` reads standard input.",
        io::ErrorKind::PermissionDenied => "Check its permissions.",
        _ => "Check that it is a readable file or folder.",
    };
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".into(),
        _ => error.to_string(),
    };
    SourceError::Unreadable { path: path.display().to_string(), reason, hint }
}
