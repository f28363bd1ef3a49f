//! How the answer looks.

use crate::cli::terminal::When;
use clap::{Args, ValueEnum};

/// How the answer looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// The form of the answer.
    #[arg(short, long, value_enum, default_value = "text")]
    pub output: Form,
    /// Only this step, counted from 0 (the request) as in the table of actors. Not for text, wide and ndjson.
    #[arg(long, value_name = "N")]
    pub step: Option<usize>,
    /// Only the calls of this webhook. Not for text, wide and ndjson.
    #[arg(long, value_name = "NAME", conflicts_with = "step")]
    pub webhook: Option<String>,
    /// The object that the actor received (without a step: as requested), as yaml or json.
    #[arg(long)]
    pub before: bool,
    /// The object that the actor left (without a step: as stored), as yaml or json.
    #[arg(long, conflicts_with = "before")]
    pub after: bool,
    /// Replace values that may be secret by marks. Always done for html and markdown.
    #[arg(long)]
    pub redact: bool,
    /// Show values also in html and markdown.
    #[arg(long, conflicts_with = "redact")]
    pub no_redact: bool,
    /// Also show bookkeeping: managedFields, versions, status, last-applied-configuration.
    #[arg(long)]
    pub show_noise: bool,
    /// Write the html page to a private file in the temporary folder, and open it.
    #[arg(long)]
    pub open: bool,
}

/// How the terminal is used.
#[derive(Debug, Args)]
#[command(next_help_heading = "Terminal")]
pub struct TerminalArgs {
    /// Colours. NO_COLOR and CLICOLOR_FORCE are understood.
    #[arg(long, value_enum, default_value = "auto", global = true)]
    pub color: When,
    /// Never use a pager.
    #[arg(long, global = true)]
    pub no_pager: bool,
}

/// The forms of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For reading.
    Text,
    /// For reading, nothing folded.
    Wide,
    /// Unified diff of the objects as YAML.
    Diff,
    /// The stored object, and who set each line.
    Blame,
    /// An object.
    Yaml,
    /// RFC 6902, from before to after.
    JsonPatch,
    /// For a ticket or a pull request.
    Markdown,
    /// A page of its own, for a colleague or a class.
    Html,
    /// A list of documents (schemaVersion 1); with --step, --webhook, --before or --after, an object.
    Json,
    /// One document per line.
    Ndjson,
}

/// The forms of a replayed log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReplayForm {
    /// A line per event.
    Text,
    /// A list of documents (schemaVersion 1).
    Json,
    /// One document per line.
    Ndjson,
}

/// The forms of what is in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListForm {
    /// For reading.
    Text,
    /// One document (schemaVersion 1).
    Json,
}
