//! `auditdiff object`: the account of one object of any resource.

use super::{World, account};
use crate::cli::args::ObjectArgs;
use crate::cli::{Exit, Failure, settings};

/// Finds the admissions and tells them.
///
/// # Errors
/// A failure with its exit code: a wrong name, an unreadable source, no such object in the log, a closed or full output.
pub fn run(args: &ObjectArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let wanted = settings::object(&args.resource, &args.object, args.namespace.as_deref())?;
    account::run(&wanted, &args.account, world)
}
