//! `auditdiff fetch`: audit events from CloudWatch to a file or to stdout, as JSON Lines.

use super::{Losses, World, live};
use crate::cli::args::FetchArgs;
use crate::cli::{Exit, Failure, question};
use crate::source::Counted;
use crate::source::save::write_line;
use std::ops::ControlFlow;

/// Fetches what the question asks for.
///
/// # Errors
/// A usage failure for a wrong command line, a source failure when CloudWatch has no answer or the events cannot be written.
pub fn run(args: &FetchArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let question = question::question(&args.question)?;
    let to_stdout = args.live.save.is_none();
    let mut written = Ok(());
    let mut losses = Losses::default();
    let fetched = live::fetch(&args.live, &world.environment, &question, &mut |record| {
        match record {
            Ok(record) if to_stdout => written = write_line(world.out, &record),
            Ok(_) => {}
            Err(skipped) => losses.add(skipped),
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written.and_then(|()| world.out.flush())?;
    losses.tell(Counted { records: fetched.records + fetched.skipped, ..Counted::default() }, world.err)?;
    let incomplete = fetched.skipped > 0 || !fetched.gaps.is_empty();
    Ok(match fetched.answers {
        _ if args.strict && incomplete => Exit::Incomplete,
        // That nothing matched is more than a search with gaps can say.
        0 if incomplete => Exit::SourceFailed,
        0 => Exit::NothingMatched,
        _ => Exit::Done,
    })
}
