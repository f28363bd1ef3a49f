//! Files, folders and stdin.

use super::{Origin, Record, SourceError};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens everything the user named, `-` being stdin and a folder every file in it (sorted by path), and hands out its
/// records one by one.
///
/// # Errors
/// [`SourceError::Unreadable`] for a path that is missing or cannot be read.
pub fn open(paths: &[PathBuf]) -> impl Iterator<Item = Result<Record, SourceError>> {
    paths.iter().flat_map(|path| files(path)).flat_map(|file| match file {
        Ok(path) => lines(&path),
        Err(error) => Box::new(std::iter::once(Err(error))),
    })
}

fn files(path: &Path) -> Vec<Result<PathBuf, SourceError>> {
    if !path.is_dir() {
        return vec![Ok(path.to_owned())];
    }
    match std::fs::read_dir(path) {
        Ok(entries) => {
            let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            inside.sort();
            inside.iter().flat_map(|path| files(path)).collect()
        }
        Err(error) => vec![Err(unreadable(path, &error))],
    }
}

type Records = Box<dyn Iterator<Item = Result<Record, SourceError>>>;

fn lines(path: &Path) -> Records {
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        match File::open(path) {
            Ok(file) => Box::new(file),
            Err(error) => return Box::new(std::iter::once(Err(unreadable(path, &error)))),
        }
    };
    let source: Arc<str> = if path.as_os_str() == "-" { "stdin".into() } else { path.display().to_string().into() };
    let mut input = BufReader::with_capacity(1 << 16, input);
    let path = path.to_owned();
    let mut place = 0;
    Box::new(std::iter::from_fn(move || {
        loop {
            let mut text = Vec::new();
            match input.read_until(b'\n', &mut text) {
                Ok(0) => return None,
                Ok(_) => {
                    place += 1;
                    let text = text.trim_ascii().to_vec();
                    if !text.is_empty() {
                        return Some(Ok(Record { origin: Origin { source: source.clone(), place }, text }));
                    }
                }
                Err(error) => return Some(Err(unreadable(&path, &error))),
            }
        }
    }))
}

fn unreadable(path: &Path, error: &std::io::Error) -> SourceError {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => "Check the path; `-f -` reads standard input.",
        std::io::ErrorKind::PermissionDenied => "Check its permissions.",
        _ => "Check that it is a readable file or folder.",
    };
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".into(),
        _ => error.to_string(),
    };
    SourceError::Unreadable { path: path.display().to_string(), reason, hint }
}
