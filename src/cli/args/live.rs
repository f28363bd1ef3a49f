//! What is asked of CloudWatch, and where to look.

use clap::{Args, Subcommand};
#[cfg(feature = "cloudwatch")]
use std::path::PathBuf;

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
