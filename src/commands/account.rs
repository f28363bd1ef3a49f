//! The account of what is wanted: one Pod, one object, one request, or several Pods beside one another.

use super::gather::{self, Gathered};
use super::show;
use super::{World, nothing};
use crate::audit::select::{Wanted, is_admission};
use crate::audit::{Event, order, owner};
use crate::cli::args::AccountArgs;
use crate::cli::{Exit, Failure};
use crate::replay::{Context, History, replay, study};
use crate::report::build::report;
use crate::report::{Fidelity, Report};

/// Finds the admissions and tells them.
///
/// # Errors
/// A failure with its exit code: an unreadable source, nothing that matches, a closed or full output.
pub(super) fn run(wanted: &Wanted, args: &AccountArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let paths = &args.files;
    if paths.is_empty() {
        return live(wanted, args, world);
    }
    let all_at_once = gather::once_only(paths);
    let mut gathered = if all_at_once || args.strict { gather::thorough(paths, wanted)? } else { gather::quick(paths, wanted)? };
    let mut reports = tell(&mut gathered, wanted);
    let unsure = reports.is_empty() || reports.iter().any(|report| is_unsure(report, wanted));
    if unsure && !all_at_once {
        gathered = gather::thorough(paths, &with_past(wanted, &reports))?;
        reports = tell(&mut gathered, wanted);
    }
    finish(&reports, &gathered, wanted, args, world)
}

/// Whether another reading could tell more.
fn is_unsure(report: &Report, wanted: &Wanted) -> bool {
    match report.replay.fidelity {
        Fidelity::Exact => false,
        Fidelity::Inferred => true,
        Fidelity::Unknown => matches!(wanted, Wanted::Request(_)),
    }
}

/// What an update or a patch started from stands in other events of its object.
fn with_past(wanted: &Wanted, reports: &[Report]) -> Wanted {
    match (wanted, reports.first().map(|report| &report.object)) {
        (Wanted::Request(_), Some(object)) if object.name.is_some() => Wanted::Object {
            resource: object.resource.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone().unwrap_or_default(),
        },
        _ => wanted.clone(),
    }
}

/// Finds the admissions in CloudWatch and tells them.
#[cfg(feature = "cloudwatch")]
fn live(wanted: &Wanted, args: &AccountArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let question = crate::cli::question::of(wanted)?;
    let mut gathered = Gathered::default();
    let fetched = super::live::fetch(&args.live, &world.environment, &question, &mut |record| {
        gathered.counted.records += 1;
        gathered.take(record.map(|record| gather::look(&record, wanted)))
    })?;
    let reports = tell(&mut gathered, wanted);
    if reports.is_empty() && !fetched.gaps.is_empty() {
        // That nothing matched is more than a search with gaps can say.
        let message = "nothing was found, but the search has the gaps named above: narrow the time range and ask again".into();
        return Err(Failure { message, exit: Exit::SourceFailed });
    }
    let exit = finish(&reports, &gathered, wanted, args, world)?;
    Ok(if args.strict && !fetched.gaps.is_empty() { Exit::Incomplete } else { exit })
}

/// This build reads files only.
#[cfg(not(feature = "cloudwatch"))]
fn live(_: &Wanted, _: &AccountArgs, _: &mut World<'_>) -> Result<Exit, Failure> {
    Err(Failure::usage("say where the audit log is: -f FILE (this build was made without CloudWatch)"))
}

fn finish(reports: &[Report], gathered: &Gathered, wanted: &Wanted, args: &AccountArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    gathered.losses.tell(gathered.counted, world.err)?;
    if reports.is_empty() {
        return Err(Failure { message: nothing::message(gathered, wanted), exit: Exit::NothingMatched });
    }
    show::show(reports, &args.output, world)?;
    let incomplete = gathered.losses.count > 0 || reports.iter().any(Report::is_incomplete);
    Ok(if args.strict && incomplete { Exit::Incomplete } else { Exit::Done })
}

/// Replays what was gathered, in the order of time.
fn tell(gathered: &mut Gathered, wanted: &Wanted) -> Vec<Report> {
    let (mut events, lost) = order::in_time(std::mem::take(&mut gathered.events));
    lost.into_iter().for_each(|skipped| gathered.losses.add(skipped));
    events.retain(|event| !is_strangers(event, gathered));
    gathered.seen = events.len();
    let mut context = std::mem::take(&mut gathered.context);
    events.iter().for_each(|event| context.absorb(study(event)));
    let mut reports = reports(&events, &context);
    if let Wanted::Request(id) = wanted {
        reports.retain(|report| report.audit_id == *id);
    }
    reports
}

fn is_strangers(pod: &Event, gathered: &Gathered) -> bool {
    !gathered.strangers.is_empty() && {
        let body = pod.stored().or(pod.request_object.as_ref());
        body.and_then(owner::controller).is_some_and(|(kind, name)| kind == "ReplicaSet" && gathered.strangers.contains(name))
    }
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
