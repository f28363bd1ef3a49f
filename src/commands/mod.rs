//! One file per command: thin, source -> audit -> replay -> report -> render.

use crate::cli::terminal::Terminal;
use crate::render::Style;
use crate::source::{Counted, Skipped};
use std::io::Write;
use std::path::PathBuf;

mod account;
pub mod completions;
pub mod event;
#[cfg(feature = "cloudwatch")]
pub mod fetch;
mod gather;
pub mod list;
#[cfg(feature = "cloudwatch")]
pub mod live;
pub mod man;
mod nothing;
pub mod object;
pub mod pod;
pub mod query;
pub mod replay;
pub mod sample;
mod show;
pub mod workload;

/// What a command acts on: where the answer and the notices go, and how they may look.
pub struct World<'a> {
    /// The answer.
    pub out: &'a mut dyn Write,
    /// Notices.
    pub err: &'a mut dyn Write,
    /// How the answer may look.
    pub style: Style,
    /// The terminal that the answer goes to.
    pub terminal: Terminal<'a>,
    /// A pager may be used.
    pub pages: bool,
    /// Runs a pager's command line on a text.
    pub page: fn(&str, &[u8]) -> std::io::Result<()>,
    /// Keeps a page in a private file and opens it; tells where it is.
    pub open: fn(&[u8]) -> std::io::Result<PathBuf>,
    /// The clock, the kubeconfig and the terminal, for looking in CloudWatch.
    #[cfg(feature = "cloudwatch")]
    pub environment: crate::cli::live::Environment,
}

/// How many skipped records are told one by one.
const TOLD: usize = 5;

/// Records that could not be used: the first few told one by one, all counted.
#[derive(Debug, Default)]
struct Losses {
    first: Vec<Skipped>,
    count: u64,
}

impl Losses {
    fn add(&mut self, skipped: Skipped) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(skipped);
        }
    }

    /// Tells of them, escaped: a file's name may hold anything.
    fn tell(&self, counted: Counted, err: &mut dyn Write) -> std::io::Result<()> {
        for skipped in &self.first {
            writeln!(err, "skipped {}", skipped.to_string().escape_debug())?;
        }
        if self.count > self.first.len() as u64 {
            writeln!(err, "skipped {} more", self.count - self.first.len() as u64)?;
        }
        if self.count > 0 {
            let rest = if self.count < counted.records { "; the rest was used" } else { "" };
            writeln!(err, "{} of {} records could not be read{rest}.", self.count, counted.records)?;
        }
        Ok(())
    }
}
