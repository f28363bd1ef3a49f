//! The command line as typed. Help, parsing and completions come from here alone.

use super::terminal::When;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The promise of [`super::Exit`], at the end of the help.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a check that was asked for failed
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

/// `auditdiff query`
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff query pod default/aws-cli")]
pub struct QueryArgs {
    /// What is asked of the log.
    #[command(subcommand)]
    pub question: QuestionArgs,
}

/// `auditdiff fetch`
#[cfg(feature = "cloudwatch")]
#[derive(Debug, Args)]
#[command(before_help = "Example: auditdiff fetch pod default/aws-cli --cluster prod --since 2h --save events.jsonl")]
pub struct FetchArgs {
    /// What is asked of the log.
    #[command(subcommand)]
    pub question: QuestionArgs,
    /// Where to look in CloudWatch.
    #[command(flatten)]
    pub live: LiveArgs,
    /// Exit with 5 when rows could not be read or events are known to be missing.
    #[arg(long, global = true)]
    pub strict: bool,
}

/// What is asked of the log.
#[derive(Debug, Subcommand)]
pub enum QuestionArgs {
    /// The admissions of one Pod, and what they read.
    Pod {
        /// The Pod: NAMESPACE/NAME, or NAME with -n.
        pod: String,
        /// The namespace, when the Pod is given without one.
        #[arg(short, long)]
        namespace: Option<String>,
    },
    /// The writes to one object of any resource.
    Object {
        /// The plural resource, for example deployments.
        resource: String,
        /// The object: NAMESPACE/NAME, or NAME for cluster-scoped objects.
        object: String,
    },
    /// Every request that a mutating webhook was called for.
    Webhooks,
    /// The stages of one request.
    AuditId {
        /// The auditID.
        id: String,
    },
}

/// Where and when to look in CloudWatch.
#[cfg(feature = "cloudwatch")]
#[derive(Debug, Args)]
#[command(next_help_heading = "CloudWatch")]
pub struct LiveArgs {
    /// An EKS cluster; its log group is /aws/eks/NAME/cluster. May be repeated. Without it, the current kubeconfig context.
    #[arg(long = "cluster", value_name = "NAME", global = true)]
    pub clusters: Vec<String>,
    /// A log group, by name or ARN. May be repeated.
    #[arg(long = "log-group", value_name = "GROUP", global = true)]
    pub log_groups: Vec<String>,
    /// How far back: 90s, 15m, 1h30m, 2d, 1w. [default: 1h]
    #[arg(long, value_name = "DURATION", global = true, conflicts_with = "start")]
    pub since: Option<String>,
    /// The first instant: RFC 3339, a date, a local time, or a duration ago.
    #[arg(long, value_name = "TIME", global = true)]
    pub start: Option<String>,
    /// The last instant. [default: now]
    #[arg(long, value_name = "TIME", global = true)]
    pub end: Option<String>,
    /// An AWS profile.
    #[arg(long, global = true)]
    pub profile: Option<String>,
    /// An AWS region.
    #[arg(long, global = true)]
    pub region: Option<String>,
    /// Where CloudWatch Logs is, if not at AWS.
    #[arg(long, value_name = "URL", global = true)]
    pub endpoint_url: Option<String>,
    /// Show the query that is run.
    #[arg(long, global = true)]
    pub print_query: bool,
    /// Keep the raw events in this file, one a line, readable by you alone: -f reads it back.
    #[arg(long, value_name = "FILE", global = true)]
    pub save: Option<PathBuf>,
    /// No progress, no notices.
    #[arg(short, long, global = true)]
    pub quiet: bool,
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
