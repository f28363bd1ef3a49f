//! Which files a path means, in a defined order.

use super::{Origin, Skipped};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The object that CloudWatch Logs leaves beside every export to test its permission
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasks.html>).
const EXPORT_PROBE: &str = "aws-logs-write-test";

/// Every file that `path` means: itself, or all regular files below it, names in byte order at each level, links followed.
pub(super) fn files(path: &Path) -> Vec<Result<PathBuf, Skipped>> {
    if path.as_os_str() == "-" || !path.is_dir() {
        return vec![Ok(path.to_owned())];
    }
    let entries = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
    entries
        .filter(|entry| !matches!(entry, Ok(entry) if !entry.file_type().is_file() || entry.file_name() == EXPORT_PROBE))
        .map(|entry| entry.map(walkdir::DirEntry::into_path).map_err(|error| unreadable(path, &error)))
        .collect()
}

fn unreadable(folder: &Path, error: &walkdir::Error) -> Skipped {
    let source = error.path().unwrap_or(folder).display().to_string().into();
    let reason = match error.io_error() {
        Some(error) => format!("cannot be read: {error}"),
        None => "a link that leads back to a folder above it".into(),
    };
    Skipped { origin: Origin { source, place: 0 }, reason }
}
