//! `auditdiff query`: the text of a Logs Insights query, to paste into the console.

use super::World;
use crate::cli::args::QueryArgs;
use crate::cli::{Exit, Failure, question};
use crate::source::query::Streams;

/// Prints the query, its comment on top. Nothing is sent.
///
/// # Errors
/// A usage failure for what is no name, or a closed or full output.
pub fn run(args: &QueryArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let query = question::question(&args.question)?.query(&Streams::Audit);
    world.out.write_all(query.as_bytes())?;
    world.out.flush()?;
    Ok(Exit::Done)
}
