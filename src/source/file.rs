//! Files, folders and stdin: the door of this room.

use super::needles::Needles;
use super::progress::Progress;
use super::{Counted, Question, Record, Skipped, SourceError, folder, parallel};
use std::io;
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
    map(paths, question, Some, each)
}

/// As [`read`], with work to be done on each record, on all cores; what it makes comes in the order of the input.
///
/// # Errors
/// As [`read`].
pub fn map<T: Send>(
    paths: &[PathBuf],
    question: &Question,
    work: impl Fn(Record) -> Option<T> + Sync,
    mut each: impl FnMut(Result<T, Skipped>) -> ControlFlow<()>,
) -> Result<Counted, SourceError> {
    for path in paths.iter().filter(|path| path.as_os_str() != "-") {
        path.metadata().map_err(|error| unreadable(path, &error))?;
    }
    let progress = Progress::new(|| length(paths));
    parallel::run(paths, &Needles::new(question), &progress, &work, &mut each)
}

/// The length of everything, in bytes, if it can be known before reading.
fn length(paths: &[PathBuf]) -> Option<u64> {
    let files = paths.iter().flat_map(|path| folder::files(path)).filter_map(Result::ok);
    files.map(|path| path.metadata().ok().filter(|metadata| metadata.is_file()).map(|metadata| metadata.len())).sum()
}

/// What a path is called in an origin.
pub(super) fn name(path: &Path) -> Arc<str> {
    if path.as_os_str() == "-" { "stdin".into() } else { path.display().to_string().into() }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> SourceError {
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
