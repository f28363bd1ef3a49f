//! `auditdiff query`: the text of a Logs Insights query, to paste into the console.

use crate::cli::args::QueryArgs;
use crate::cli::{Exit, Failure, question};
use crate::source::query::Streams;
use std::io::{self, Write};

/// Prints the query, its comment on top. Nothing is sent.
///
/// # Errors
/// A usage failure for what is no name.
pub fn run(args: &QueryArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let query = question::question(&args.question)?.query(&Streams::Audit);
    match out.write_all(query.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::output(&error)),
        _ => Ok(Exit::Done),
    }
}
