//! The CloudWatch source as commands use it: settings, notices, `--save`, and what it cost.

use crate::cli::Failure;
use crate::cli::args::LiveArgs;
use crate::cli::live::{self, Environment};
use crate::source::insights::{self, Each, Fetched};
use crate::source::query::Question;
use crate::source::save::Saved;
use std::ops::ControlFlow;

/// Hands out every event that answers the question, and keeps it if `--save` asks for that. The file is there only after
/// a search that came to its end.
///
/// # Errors
/// A usage failure for a wrong command line, a source failure when CloudWatch has no answer or the file cannot be written.
pub fn fetch(args: &LiveArgs, world: &Environment, question: &Question, each: &mut Each<'_>) -> Result<Fetched, Failure> {
    let (settings, mut progress) = live::settings(args, world)?;
    let mut saved = args.save.as_deref().map(Saved::create).transpose()?;
    let mut ended = Ok(ControlFlow::Continue(()));
    let fetched = insights::fetch(&settings, question, &mut progress, &mut |record| {
        if let (Some(saved), Ok(record)) = (&mut saved, &record)
            && let Err(error) = saved.add(record)
        {
            ended = Err(error);
            return ControlFlow::Break(());
        }
        let next = each(record);
        ended = Ok(next);
        next
    })?;
    if let (Some(saved), ControlFlow::Continue(())) = (saved, ended?) {
        saved.finish()?;
    }
    progress.summary(&fetched);
    Ok(fetched)
}
