//! The command line as typed. Help, parsing and completions come from here alone.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Who changed the Pod on its way into the cluster.
#[derive(Debug, Parser)]
#[command(name = "auditdiff", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay the admissions of one Pod and show who changed what.
    Pod(PodArgs),
    /// Replay every admission with a webhook in a log, any resource.
    Replay(ReplayArgs),
    /// Tell what is in a log: its time range, levels, webhooks, Pods, and what cannot be read.
    List(ListArgs),
    /// Replay a bundled recording; without a name, list them.
    Sample(SampleArgs),
}

/// `auditdiff pod`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff pod default/aws-cli -f samples/irsa-basic/audit.jsonl")]
pub struct PodArgs {
    /// The Pod: NAMESPACE/NAME, or NAME with -n.
    pub pod: String,
    /// The namespace, when the Pod is given without one.
    #[arg(short, long)]
    pub namespace: Option<String>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `auditdiff replay`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff replay -f samples/irsa-basic/audit.jsonl -o ndjson")]
pub struct ReplayArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// text: a line per event; json: one list; ndjson: one document per line.
    #[arg(short, long, value_enum, default_value = "text")]
    pub output: ReplayForm,
}

/// `auditdiff list`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff list -f samples/irsa-basic/audit.jsonl")]
pub struct ListArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// The form of the answer.
    #[arg(short, long, value_enum, default_value = "text")]
    pub output: ListForm,
}

/// `auditdiff sample`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff sample irsa-basic")]
pub struct SampleArgs {
    /// Which sample to run.
    pub name: Option<String>,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Where the events come from.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// An audit log: a file, a folder (every file in it), or - for standard input. May be repeated.
    #[arg(short, long = "file", value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Exit with 5 when records were skipped or evidence is incomplete.
    #[arg(long)]
    pub strict: bool,
}

/// How the answer looks.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// The form of the answer.
    #[arg(short, long, value_enum, default_value = "text")]
    pub output: Form,
    /// Also show bookkeeping: managedFields, versions, status, last-applied-configuration.
    #[arg(long)]
    pub show_noise: bool,
}

/// The forms of a Pod's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For reading.
    Text,
    /// A list of documents (schemaVersion 1).
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
