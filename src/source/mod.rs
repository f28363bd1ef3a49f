//! Bytes to records.
//!
//! What enters: paths, stdin. What leaves: [`Record`]s, each the JSON text of what should be one audit event, with its
//! [`Origin`]; and [`Skipped`] values for what could not be read as a record. Promise: nothing vanishes silently, and
//! records + skipped = everything found.

use std::fmt;
use std::sync::Arc;

pub mod file;
pub mod glimpse;
#[cfg(feature = "cloudwatch")]
pub mod insights;
pub mod query;
#[cfg(feature = "cloudwatch")]
pub mod save;
pub mod timespan;

/// Where a record was found: what to tell a user who wants to look at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file's path as the user wrote it, `stdin`, `sample irsa-basic`, or a log group.
    pub source: Arc<str>,
    /// The one-based line or record number within the source.
    pub place: u64,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.place)
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
