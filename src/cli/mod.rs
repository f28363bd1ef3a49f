//! Words to settings: [`args`] is what was typed, [`settings`] what is meant.

pub mod args;
pub mod called;
#[cfg(feature = "cloudwatch")]
pub mod cluster;
#[cfg(feature = "cloudwatch")]
pub mod kubeconfig;
#[cfg(feature = "cloudwatch")]
pub mod live;
#[cfg(feature = "cloudwatch")]
pub mod progress;
pub mod question;
pub mod settings;
pub mod terminal;
#[cfg(feature = "cloudwatch")]
pub mod time;

/// What the program tells its caller. A promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A check that was asked for failed.
    CheckFailed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A source failed.
    SourceFailed = 3,
    /// Nothing matched.
    NothingMatched = 4,
    /// Done, but records were skipped or evidence is incomplete, under `--strict`.
    Incomplete = 5,
}

/// Why a command ended without an answer: the sentence for stderr, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened and what to do next.
    pub message: String,
    /// The exit code.
    pub exit: Exit,
}

impl Failure {
    /// A wrong command line.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), exit: Exit::Usage }
    }
}

impl From<crate::source::SourceError> for Failure {
    fn from(error: crate::source::SourceError) -> Failure {
        Failure { message: error.to_string(), exit: Exit::SourceFailed }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        match error.kind() {
            // Whoever read the answer has had enough: that is no failure.
            std::io::ErrorKind::BrokenPipe => Failure { message: String::new(), exit: Exit::Done },
            _ => Failure { message: format!("cannot write the answer: {error}"), exit: Exit::SourceFailed },
        }
    }
}
