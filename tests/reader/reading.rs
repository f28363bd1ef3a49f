//! What the reader's tests share.

use auditdiff::source::{Counted, Question, Record, Skipped, file};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A folder of its own for each test, gone at its end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("auditdiff-source-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn with(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Everything that was read.
pub struct Read {
    pub records: Vec<Record>,
    pub skipped: Vec<Skipped>,
    pub counted: Counted,
}

/// Reads everything, and holds the counts against it.
pub fn read(paths: &[&Path], needles: &[&str]) -> Read {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    let question = Question { needles: needles.iter().map(|needle| needle.as_bytes().to_vec()).collect() };
    let (mut records, mut skipped) = (Vec::new(), Vec::new());
    let counted = file::read(&paths, &question, &mut |found| {
        match found {
            Ok(record) => records.push(record),
            Err(reason) => skipped.push(reason),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(counted.skipped, skipped.len() as u64);
    if needles.is_empty() {
        assert_eq!(counted.records, (records.len() + skipped.len()) as u64);
    }
    Read { records, skipped, counted }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
