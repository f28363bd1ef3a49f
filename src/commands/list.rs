//! `auditdiff list`: what is in a log. The first thing to run on an unknown file.

use super::World;
use crate::audit::glance::Glance;
use crate::cli::args::{ListArgs, ListForm};
use crate::cli::{Exit, Failure};
use crate::render;
use crate::report::listing::{Fact, Listing};
use crate::source::{Question, Record, Skipped, file};
use std::ops::ControlFlow;

/// Reads every record and tells what is there. Skipped records are part of the answer.
///
/// # Errors
/// A failure with its exit code: an unreadable source, no audit event at all, a closed or full output.
pub fn run(args: &ListArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let mut listing = Listing::default();
    let counted = file::map(
        &args.input.files,
        &Question::default(),
        |record| Some(fact(&record)),
        |found| {
            match found {
                Ok(Ok(fact)) => listing.add(fact),
                Ok(Err(skipped)) | Err(skipped) => listing.skip(&skipped),
            }
            ControlFlow::Continue(())
        },
    )?;
    let listing = listing.finished(counted);
    match args.output {
        ListForm::Text => render::listing::text(&listing, world.out)?,
        ListForm::Json => {
            serde_json::to_writer_pretty(&mut *world.out, &listing).map_err(std::io::Error::from)?;
            world.out.write_all(b"\n")?;
        }
    }
    world.out.flush()?;
    Ok(match listing.events {
        0 => Exit::NothingMatched,
        _ if args.input.strict && !listing.skipped.is_empty() => Exit::Incomplete,
        _ => Exit::Done,
    })
}

fn fact(record: &Record) -> Result<Fact, Skipped> {
    Glance::at(record).map(|glance| Fact::of(&glance, &record.origin))
}
