//! The command line as typed. Help, parsing and completions come from here alone.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

mod live;
mod output;

#[cfg(feature = "cloudwatch")]
pub use live::{FetchArgs, LiveArgs};
pub use live::{QueryArgs, QuestionArgs};
pub use output::{Form, ListForm, OutputArgs, ReplayForm, TerminalArgs};

/// The promise of [`crate::cli::Exit`], at the end of the help.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  2  the command line is wrong
  3  a source failed
  4  nothing matched
  5  done, but records were skipped or evidence is incomplete (with --strict)";

/// Who changed the Pod on its way into the cluster.
#[derive(Debug, Parser)]
#[command(
    name = "auditdiff",
    version,
    about,
    max_term_width = 100,
    before_help = "Example: auditdiff sample irsa-basic",
    after_help = EXIT_CODES
)]
pub struct Cli {
    /// How the terminal is used.
    #[command(flatten)]
    pub terminal: TerminalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay the admissions of one Pod, or of the Pods with a label.
    #[command(visible_alias = "po")]
    Pod(PodArgs),
    /// Replay the admissions of a Deployment's Pods, differences first.
    #[command(visible_alias = "deploy")]
    Deployment(WorkloadArgs),
    /// Replay the admissions of a ReplicaSet's Pods, differences first.
    #[command(visible_alias = "rs")]
    Replicaset(WorkloadArgs),
    /// Replay the admissions of a DaemonSet's Pods, differences first.
    #[command(visible_alias = "ds")]
    Daemonset(WorkloadArgs),
    /// Replay the admissions of a StatefulSet's Pods, differences first.
    #[command(visible_alias = "sts")]
    Statefulset(WorkloadArgs),
    /// Replay the admissions of a Job's Pods, differences first.
    Job(WorkloadArgs),
    /// Replay the admissions of one object of any resource.
    Object(ObjectArgs),
    /// Replay one request, by its auditID.
    Event(EventArgs),
    /// Replay every admission with a webhook in a log, any resource.
    Replay(ReplayArgs),
    /// Tell what is in a log: its time range, levels, webhooks, Pods, and what cannot be read.
    List(ListArgs),
    /// Replay a bundled recording; without a name, list them.
    Sample(SampleArgs),
    /// Print a Logs Insights query, to paste into the CloudWatch console.
    Query(QueryArgs),
    /// Fetch audit events from CloudWatch and keep them, without replaying them.
    #[cfg(feature = "cloudwatch")]
    Fetch(FetchArgs),
    /// Print what a shell needs to complete the command line.
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands into a folder.
    Man(ManArgs),
}

/// `auditdiff pod`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff pod default/aws-cli -f samples/irsa-basic/audit.jsonl")]
pub struct PodArgs {
    /// The Pod: NAMESPACE/NAME, or NAME with -n.
    pub pod: Option<String>,
    /// All Pods of the namespace with this label: KEY=VALUE, several with commas between them.
    #[arg(short = 'l', long, value_name = "LABELS", conflicts_with = "pod")]
    pub selector: Option<String>,
    /// The namespace, when it is not given with the name. [default: default]
    #[arg(short, long)]
    pub namespace: Option<String>,
    /// Where the events come from, and how the account looks.
    #[command(flatten)]
    pub account: AccountArgs,
}

/// `auditdiff deployment`, `auditdiff job` and the like
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff deployment web/shop -f samples/replica-mismatch/audit.jsonl")]
pub struct WorkloadArgs {
    /// The owner of the Pods: NAMESPACE/NAME, or NAME with -n.
    pub name: String,
    /// The namespace, when it is not given with the name. [default: default]
    #[arg(short, long)]
    pub namespace: Option<String>,
    /// Where the events come from, and how the account looks.
    #[command(flatten)]
    pub account: AccountArgs,
}

/// `auditdiff object`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff object deployments web/shop -f samples/replica-mismatch/audit.jsonl")]
pub struct ObjectArgs {
    /// The plural resource, for example deployments.
    pub resource: String,
    /// The object: NAMESPACE/NAME, NAME with -n, or NAME alone for what is in no namespace.
    pub object: String,
    /// The namespace, when it is not given with the name.
    #[arg(short, long)]
    pub namespace: Option<String>,
    /// Where the events come from, and how the account looks.
    #[command(flatten)]
    pub account: AccountArgs,
}

/// `auditdiff event`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff event 64d87192-f3eb-4b6f-b955-8b6f7526293d -f samples/irsa-basic/audit.jsonl")]
pub struct EventArgs {
    /// The auditID.
    pub id: String,
    /// Where the events come from, and how the account looks.
    #[command(flatten)]
    pub account: AccountArgs,
}

/// `auditdiff completions`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff completions bash")]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// `auditdiff man`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff man")]
pub struct ManArgs {
    /// Where to write the pages of all commands. Without it, the page of the program goes to stdout.
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// Where the events of an account come from, and how it looks.
#[derive(Debug, Args)]
pub struct AccountArgs {
    /// An audit log: a file, a folder (every file in it), or - for standard input. May be repeated. Without it, CloudWatch.
    #[arg(short, long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Exit with 5 when records were skipped or evidence is incomplete.
    #[arg(long)]
    pub strict: bool,
    /// How the answer looks.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Where to look in CloudWatch.
    #[cfg(feature = "cloudwatch")]
    #[command(flatten)]
    pub live: LiveArgs,
}

/// `auditdiff replay`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff replay -f samples/irsa-basic/audit.jsonl -o ndjson")]
pub struct ReplayArgs {
    /// Where the events come from.
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
    /// Where the events come from.
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
    /// How the answer looks.
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
