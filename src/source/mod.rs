//! Bytes to records.
//!
//! What enters: paths, stdin, a question to CloudWatch. What leaves: [`Record`]s, each the JSON text of what should be one audit event, with its
//! [`Origin`]; and [`Skipped`] values for what could not be read as a record. Promise: nothing vanishes silently, and
//! records + skipped = everything found.

use std::fmt;
use std::sync::Arc;

mod blocks;
mod buffer;
mod content;
pub mod file;
mod folder;
mod framing;
pub mod glimpse;
#[cfg(feature = "cloudwatch")]
pub mod insights;
mod needles;
mod parallel;
mod progress;
pub mod query;
#[cfg(feature = "cloudwatch")]
pub mod save;
mod sink;
pub mod timespan;
mod whole;
mod window;

/// The largest record that is read, in bytes. An API server keeps its events under a few MiB, and CloudWatch under 1 MiB
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>): what is longer is not an
/// audit event, and must not fill the memory.
pub const RECORD_LIMIT: usize = 16 << 20;

/// Where a record was found: what to tell a user who wants to look at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file's path as the user wrote it, `stdin`, `sample irsa-basic`, or a log group.
    pub source: Arc<str>,
    /// The one-based line or record number within the source; 0 is the source as a whole.
    pub place: u64,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            0 => f.write_str(&self.source),
            place => write!(f, "{}:{place}", self.source),
        }
    }
}

/// The JSON text of one audit event (not yet parsed), and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it was found.
    pub origin: Origin,
    /// The event's JSON text.
    pub text: Vec<u8>,
}

/// A record that could not be used, and why. Counted, summarised on stderr, never silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it was found.
    pub origin: Origin,
    /// One clause, without values from the log: `not JSON: expected value at column 1`.
    pub reason: String,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.reason)
    }
}

/// A source as a whole failed: exit code 3.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A path could not be opened or read.
    #[error("cannot read {path}: {reason}. {hint}")]
    Unreadable {
        /// The path as the user wrote it.
        path: String,
        /// What the operating system said.
        reason: String,
        /// What to do next.
        hint: &'static str,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {reason}. Check the folder, its permissions and the space left")]
    Unwritable {
        /// The path as the user wrote it.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// CloudWatch has no answer, or none that is complete.
    #[cfg(feature = "cloudwatch")]
    #[error(transparent)]
    Insights(#[from] insights::InsightsError),
}

/// What a reader needs to know of the question that is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// A record can matter only if one of these stands in its bytes; none means that every record matters. They are looked
    /// for before any JSON is read, so they must be texts that no JSON writer escapes: names of Kubernetes objects, audit
    /// annotation keys up to their `/`. Records without them are counted, but not looked at: whether they are valid is not known.
    pub needles: Vec<Vec<u8>>,
}

/// What a reader came across.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Everything that was found: delivered, passed over as not belonging to the question, or skipped.
    pub records: u64,
    /// Those of them that could not be read.
    pub skipped: u64,
    /// Bytes as they lie in the files (compressed ones as compressed).
    pub bytes: u64,
}

impl std::ops::AddAssign for Counted {
    fn add_assign(&mut self, other: Counted) {
        self.records += other.records;
        self.skipped += other.skipped;
        self.bytes += other.bytes;
    }
}
