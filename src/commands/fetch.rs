//! `auditdiff fetch`: audit events from CloudWatch to a file or to stdout, as JSON Lines.

use crate::cli::args::FetchArgs;
use crate::cli::live::{self, Environment};
use crate::cli::{Exit, Failure, question};
use crate::source::insights;
use crate::source::save::{Saved, write_line};
use crate::source::{Record, Skipped};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// Fetches what the question asks for.
///
/// # Errors
/// A usage failure for a wrong command line, a source failure when CloudWatch has no complete answer or the events cannot
/// be written.
pub fn run(args: &FetchArgs, world: &Environment, out: &mut dyn Write) -> Result<Exit, Failure> {
    let question = question::question(&args.question)?;
    let (settings, mut progress) = live::settings(&args.live, world)?;
    let mut sink = match &args.live.save {
        Some(path) => Sink::File(Saved::create(path)?),
        None => Sink::Out(out),
    };
    let mut failed = None;
    let mut unreadable = Vec::new();
    let fetched = insights::fetch(&settings, &question, &mut progress, &mut |record| match record {
        Ok(record) => match sink.add(&record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        },
        Err(skipped) => {
            unreadable.push(skipped);
            ControlFlow::Continue(())
        }
    })?;
    match failed {
        Some(Unwritten::ClosedPipe) => return Ok(Exit::Done),
        Some(Unwritten::Failed(failure)) => return Err(failure),
        None => sink.finish()?,
    }
    for Skipped { origin, reason } in &unreadable {
        progress.say(&format!("skipped {origin}: {reason}"));
    }
    progress.summary(&fetched);
    if fetched.records == 0 {
        progress.say("nothing matched. Check the name and the window; audit events arrive in CloudWatch some minutes late");
    }
    let incomplete = fetched.skipped > 0 || !fetched.gaps.is_empty();
    Ok(match fetched.records {
        _ if args.strict && incomplete => Exit::Incomplete,
        0 => Exit::NothingMatched,
        _ => Exit::Done,
    })
}

enum Sink<'a> {
    File(Saved),
    Out(&'a mut dyn Write),
}

/// Why a record could not be written.
enum Unwritten {
    /// Nobody reads on: no failure.
    ClosedPipe,
    Failed(Failure),
}

impl Sink<'_> {
    fn add(&mut self, record: &Record) -> Result<(), Unwritten> {
        match self {
            Sink::File(file) => file.add(record).map_err(|error| Unwritten::Failed(error.into())),
            Sink::Out(out) => write_line(out, record).map_err(|error| match error.kind() {
                io::ErrorKind::BrokenPipe => Unwritten::ClosedPipe,
                _ => Unwritten::Failed(Failure::output(&error)),
            }),
        }
    }

    fn finish(self) -> Result<(), Failure> {
        match self {
            Sink::File(file) => Ok(file.finish()?),
            Sink::Out(out) => match out.flush() {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::output(&error)),
                _ => Ok(()),
            },
        }
    }
}
