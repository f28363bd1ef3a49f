//! `auditdiff pod`: the account of one Pod, or of the Pods that carry a label.

use super::{World, account};
use crate::cli::args::PodArgs;
use crate::cli::{Exit, Failure, settings};

/// Finds the admissions and tells them.
///
/// # Errors
/// A failure with its exit code: a wrong name, an unreadable source, no such Pod in the log, a closed or full output.
pub fn run(args: &PodArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let namespace = args.namespace.as_deref();
    let wanted = match (&args.pod, &args.selector) {
        (Some(pod), _) => settings::pod(pod, namespace)?,
        (None, Some(selector)) => settings::labelled(selector, namespace)?,
        (None, None) => return Err(Failure::usage("name the Pod, NAMESPACE/NAME, or select Pods with -l KEY=VALUE")),
    };
    account::run(&wanted, &args.account, world)
}
