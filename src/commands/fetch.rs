//! `auditdiff fetch`: audit events from CloudWatch to a file or to stdout, as JSON Lines.

use super::live;
use crate::cli::args::FetchArgs;
use crate::cli::live::Environment;
use crate::cli::{Exit, Failure, question};
use crate::source::save::write_line;
use std::io::{self, Write};
use std::ops::ControlFlow;

/// Fetches what the question asks for.
///
/// # Errors
/// A usage failure for a wrong command line, a source failure when CloudWatch has no answer or the events cannot be written.
pub fn run(args: &FetchArgs, world: &Environment, out: &mut dyn Write) -> Result<Exit, Failure> {
    let question = question::question(&args.question)?;
    let to_stdout = args.live.save.is_none();
    let mut written = Ok(());
    let mut skipped = Vec::new();
    let fetched = live::fetch(&args.live, world, &question, &mut |record| {
        match record {
            Ok(record) if to_stdout => written = write_line(out, &record),
            Ok(_) => {}
            Err(row) => skipped.push(row),
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    match written.and_then(|()| out.flush()) {
        // Nobody reads on: no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Done),
        written => written.map_err(|error| Failure::output(&error))?,
    }
    if !args.live.quiet {
        skipped.iter().for_each(|row| eprintln!("auditdiff: skipped {row}"));
    }
    let incomplete = fetched.skipped > 0 || !fetched.gaps.is_empty();
    Ok(match fetched.records {
        _ if args.strict && incomplete => Exit::Incomplete,
        // That nothing matched is more than a search with gaps can say.
        0 if incomplete => Exit::SourceFailed,
        0 => Exit::NothingMatched,
        _ => Exit::Done,
    })
}
