//! `auditdiff deployment` and the like: the Pods of one workload, their differences first.

use super::{World, account};
use crate::audit::owner::Workload;
use crate::cli::args::WorkloadArgs;
use crate::cli::{Exit, Failure, settings};

/// Finds the admissions of the workload's Pods and tells them.
///
/// # Errors
/// A failure with its exit code: a wrong name, an unreadable source, no such Pod in the log, a closed or full output.
pub fn run(workload: Workload, args: &WorkloadArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let wanted = settings::owned(workload, &args.name, args.namespace.as_deref())?;
    account::run(&wanted, &args.account, world)
}
