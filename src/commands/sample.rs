//! `auditdiff sample`: the bundled recordings.

use super::World;
use super::account::reports;
use super::show;
use crate::audit::select::Wanted;
use crate::audit::{Event, order};
use crate::cli::args::SampleArgs;
use crate::cli::{Exit, Failure};
use crate::replay::{Context, study};
use crate::samples::{self, Sample};
use crate::source::{Origin, Record};

/// Lists the samples, or runs one.
///
/// # Errors
/// A usage failure for a name that is none, or a closed or full output.
pub fn run(args: &SampleArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    match &args.name {
        None => list(world),
        Some(name) => {
            let sample = samples::find(name).ok_or_else(|| unknown(name))?;
            show::show(&account(sample), &args.output, world)?;
            Ok(Exit::Done)
        }
    }
}

fn list(world: &mut World<'_>) -> Result<Exit, Failure> {
    for sample in samples::all() {
        writeln!(world.out, "{:<28} {}", sample.name, sample.title)?;
    }
    writeln!(world.out, "\nRun one: auditdiff sample {}", samples::all().first().map_or("NAME", |sample| sample.name))?;
    world.out.flush()?;
    Ok(Exit::Done)
}

fn unknown(name: &str) -> Failure {
    let nearest = samples::all().iter().min_by_key(|sample| strsim::damerau_levenshtein(sample.name, name));
    let nearest = nearest.map_or(String::new(), |sample| format!(" Did you mean {}?", sample.name));
    Failure::usage(format!("there is no sample of that name.{nearest} `auditdiff sample` lists them"))
}

/// The admissions of the sample's Pod, or of all Pods if it compares them.
fn account(sample: &Sample) -> Vec<crate::report::Report> {
    let source = format!("sample {}", sample.name).into();
    let lines = sample.log.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    let records = lines
        .map(|(at, line)| Record { origin: Origin { source: std::sync::Arc::clone(&source), place: at as u64 + 1 }, text: line.to_vec() });
    let (events, _) = order::in_time(records.filter_map(|record| Event::parse(&record).ok()).collect());
    let mut context = Context::default();
    events.iter().for_each(|event| context.absorb(study(event)));
    let events: Vec<Event> = events.into_iter().filter(|event| is_asked(sample, event)).collect();
    reports(&events, &context)
}

fn is_asked(sample: &Sample, event: &Event) -> bool {
    match sample.pod {
        Some((namespace, name)) => {
            Wanted::Object { resource: "pods".into(), namespace: Some(namespace.into()), name: name.into() }.is_meant_by(event)
        }
        None => event.object_ref().resource == "pods",
    }
}
