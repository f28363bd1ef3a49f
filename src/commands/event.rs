//! `auditdiff event`: the account of one request, by its auditID.

use super::{World, account};
use crate::cli::args::EventArgs;
use crate::cli::{Exit, Failure, settings};

/// Finds the request and tells it.
///
/// # Errors
/// A failure with its exit code: what is no auditID, an unreadable source, no such request in the log, a closed or full output.
pub fn run(args: &EventArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let wanted = settings::request(&args.id)?;
    account::run(&wanted, &args.account, world)
}
