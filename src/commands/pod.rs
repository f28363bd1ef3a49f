//! `auditdiff pod`: the account of one Pod.

use super::gather::{self, Gathered};
use super::show;
use super::{Losses, World};
use crate::audit::select::{Wanted, is_admission};
use crate::audit::{Event, order};
use crate::cli::args::PodArgs;
use crate::cli::{Exit, Failure, settings};
use crate::replay::{Context, History, replay, study};
use crate::report::build::report;
use crate::report::{Fidelity, Report};

/// Finds the Pod's admissions in files and tells them.
///
/// # Errors
/// A failure with its exit code: a wrong name, an unreadable source, no such Pod in the log, a closed or full output.
pub fn run(args: &PodArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let wanted = settings::pod(&args.pod, args.namespace.as_deref())?;
    let paths = &args.input.files;
    if paths.is_empty() {
        return live(args, &wanted, world);
    }
    let all_at_once = gather::once_only(paths);
    let mut gathered = if all_at_once || args.input.strict { gather::thorough(paths, &wanted)? } else { gather::quick(paths, &wanted)? };
    let mut reports = tell(&mut gathered);
    let unsure = reports.is_empty() || reports.iter().any(|report| report.replay.fidelity == Fidelity::Inferred);
    if unsure && !all_at_once {
        gathered = gather::thorough(paths, &wanted)?;
        reports = tell(&mut gathered);
    }
    finish(&reports, &gathered, &wanted, args, world)
}

/// Finds the Pod's admissions in CloudWatch and tells them.
#[cfg(feature = "cloudwatch")]
fn live(args: &PodArgs, wanted: &Wanted, world: &mut World<'_>) -> Result<Exit, Failure> {
    let question = crate::cli::question::of_pod(wanted)?;
    let mut gathered = Gathered::default();
    let fetched = super::live::fetch(&args.live, &world.environment, &question, &mut |record| {
        gathered.counted.records += 1;
        gathered.take(record.map(|record| gather::look(&record, wanted)))
    })?;
    let reports = tell(&mut gathered);
    let exit = finish(&reports, &gathered, wanted, args, world)?;
    Ok(if args.input.strict && !fetched.gaps.is_empty() { Exit::Incomplete } else { exit })
}

/// This build reads files only.
#[cfg(not(feature = "cloudwatch"))]
fn live(_: &PodArgs, _: &Wanted, _: &mut World<'_>) -> Result<Exit, Failure> {
    Err(Failure::usage("say where the audit log is: -f FILE (this build was made without CloudWatch)"))
}

fn finish(reports: &[Report], gathered: &Gathered, wanted: &Wanted, args: &PodArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    gathered.losses.tell(gathered.counted, world.err)?;
    if reports.is_empty() {
        return Err(Failure { message: nothing(gathered, wanted), exit: Exit::NothingMatched });
    }
    show::show(reports, &args.output, world)?;
    let incomplete = gathered.losses.count > 0 || reports.iter().any(Report::is_incomplete);
    Ok(if args.input.strict && incomplete { Exit::Incomplete } else { Exit::Done })
}

/// Replays what was gathered, in the order of time.
fn tell(gathered: &mut Gathered) -> Vec<Report> {
    let (events, lost) = order::in_time(std::mem::take(&mut gathered.events));
    let mut losses = Losses::default();
    std::mem::swap(&mut losses, &mut gathered.losses);
    lost.into_iter().for_each(|skipped| losses.add(skipped));
    gathered.losses = losses;
    let mut context = std::mem::take(&mut gathered.context);
    events.iter().for_each(|event| context.absorb(study(event)));
    reports(&events, &context)
}

/// One report per admission among these events of one object, which are in the order of time.
pub(super) fn reports(events: &[Event], context: &Context) -> Vec<Report> {
    let mut history = History::default();
    let mut reports = Vec::new();
    for event in events {
        if is_admission(event) {
            reports.push(report(event, replay(event, history.before(event).as_ref(), context)));
        }
        history.learn(event);
    }
    reports
}

/// How many names are suggested.
const SUGGESTED: usize = 5;

/// Nothing matched: what there is instead.
fn nothing(gathered: &Gathered, wanted: &Wanted) -> String {
    let namespace = wanted.namespace.as_deref().unwrap_or("");
    let asked = format!("{namespace}/{}", wanted.name);
    let mut message = format!("no admission of Pod {asked} in {} records", gathered.counted.records);
    if !gathered.events.is_empty() {
        message.push_str(" (other events of it are there: its create request may be older than the log)");
    }
    let near = nearest(&asked, &wanted.name, &gathered.others);
    if near.is_empty() {
        message.push_str(". Check the namespace, the name and the time range of the log");
    } else {
        message.push_str(". Did you mean:");
        near.iter().for_each(|name| message.push_str(&format!("\n  {name}")));
    }
    message
}

/// Names that begin with the one asked for, that are the same in another namespace, or that differ in a few letters.
fn nearest(asked: &str, name: &str, others: &std::collections::BTreeSet<String>) -> Vec<String> {
    let mut ranked: Vec<(usize, &String)> = others
        .iter()
        .filter_map(|other| {
            let (_, other_name) = other.split_once('/')?;
            let rank = if other.starts_with(asked) || other_name == name {
                0
            } else if other_name.starts_with(name) || (!other_name.is_empty() && name.starts_with(other_name)) {
                1
            } else {
                1 + Some(strsim::damerau_levenshtein(asked, other)).filter(|distance| *distance <= 1 + asked.len() / 4)?
            };
            Some((rank, other))
        })
        .collect();
    ranked.sort();
    ranked.into_iter().take(SUGGESTED).map(|(_, name)| name.escape_debug().to_string()).collect()
}
