//! Raw events to a file that reads back to the same result.

use super::{Record, SourceError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// JSON Lines for the owner alone (mode 0600): audit events hold secrets. The file appears when it is complete, and not at
/// all if it never is.
#[derive(Debug)]
pub struct Saved {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Saved {
    /// Begins a file beside `path`.
    ///
    /// # Errors
    /// [`SourceError::Unwritable`] for a folder that is missing or cannot be written to.
    pub fn create(path: &Path) -> Result<Saved, SourceError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A temporary file is made with mode 0600.
        let file = NamedTempFile::with_prefix_in(".auditdiff-", folder).map_err(|error| unwritable(path, &error))?;
        Ok(Saved { path: path.to_owned(), file: BufWriter::new(file) })
    }

    /// Adds a record.
    ///
    /// # Errors
    /// [`SourceError::Unwritable`], for example when the disk is full.
    pub fn add(&mut self, record: &Record) -> Result<(), SourceError> {
        write_line(&mut self.file, record).map_err(|error| unwritable(&self.path, &error))
    }

    /// Puts the file in its place, over one that was there.
    ///
    /// # Errors
    /// [`SourceError::Unwritable`].
    pub fn finish(self) -> Result<(), SourceError> {
        let Saved { path, file } = self;
        let file = file.into_inner().map_err(|error| unwritable(&path, error.error()))?;
        file.persist(&path).map_err(|error| unwritable(&path, &error.error))?;
        Ok(())
    }
}

/// Writes a record as one line. Line ends within it can only stand between JSON tokens, or in what is no JSON anyway.
///
/// # Errors
/// The writer's.
pub fn write_line(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    for part in record.text.split_inclusive(|b| matches!(b, b'\n' | b'\r')) {
        match part.split_last() {
            Some((b'\n' | b'\r', text)) => {
                out.write_all(text)?;
                out.write_all(b" ")?;
            }
            _ => out.write_all(part)?,
        }
    }
    out.write_all(b"\n")
}

fn unwritable(path: &Path, error: &io::Error) -> SourceError {
    SourceError::Unwritable { path: path.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    fn record(text: &str) -> Record {
        Record { origin: Origin { source: "/aws/eks/x/cluster".into(), place: 1 }, text: text.into() }
    }

    #[test]
    fn a_file_is_private_and_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("events.jsonl");
        let mut saved = Saved::create(&path).expect("a file");
        saved.add(&record(r#"{"a":1}"#)).expect("written");
        assert!(!path.exists());
        saved.add(&record("{\n  \"b\":\r\n 2}")).expect("written");
        saved.finish().expect("in its place");
        assert_eq!(std::fs::read_to_string(&path).expect("readable"), "{\"a\":1}\n{   \"b\":   2}\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_given_up_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut saved = Saved::create(&folder.path().join("events.jsonl")).expect("a file");
        saved.add(&record("{}")).expect("written");
        drop(saved);
        assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0);
    }

    #[test]
    fn a_missing_folder_is_said() {
        let error = Saved::create(Path::new("/nowhere/at/all/events.jsonl")).expect_err("no folder");
        assert!(error.to_string().starts_with("cannot write /nowhere/at/all/events.jsonl: "), "{error}");
    }
}
