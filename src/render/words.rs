//! The words and symbols for outcomes, actors and degrees of certainty: the same in every form.

use super::Style;
use super::paint::Role;
use crate::report::{Actor, Fidelity, Kind, Object, Outcome, Report, Step};

/// The symbol and the words of an outcome: told apart without colour.
pub(super) fn outcome(outcome: Outcome, style: &Style) -> (&'static str, &'static str, Role) {
    let symbol = |unicode, ascii| if style.unicode { unicode } else { ascii };
    match outcome {
        Outcome::Submitted => (symbol("▸", ">"), "submitted", Role::Plain),
        Outcome::Mutated => (symbol("●", "*"), "changed it", Role::Title),
        Outcome::Unchanged => (symbol("○", "o"), "no change", Role::Quiet),
        Outcome::FailedOpen => (symbol("▲", "!"), "failed open", Role::Caution),
        Outcome::Denied => (symbol("✖", "X"), "denied", Role::Alarm),
        Outcome::Failed => (symbol("✖", "X"), "failed", Role::Alarm),
        Outcome::Stored => (symbol("■", "="), "stored", Role::Plain),
    }
}

/// The symbol and the word of a fidelity.
pub(super) fn fidelity(fidelity: Fidelity, style: &Style) -> (&'static str, &'static str, Role) {
    let symbol = |unicode, ascii| if style.unicode { unicode } else { ascii };
    match fidelity {
        Fidelity::Exact => (symbol("✓", "="), "exact", Role::Plain),
        Fidelity::Inferred => (symbol("≈", "~"), "inferred", Role::Caution),
        Fidelity::Unknown => ("?", "unknown", Role::Caution),
    }
}

/// What kind of actor, in words.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Request => "request",
        Kind::Builtin => "built-in plugin",
        Kind::Policy => "policy",
        Kind::Webhook => "webhook",
        Kind::Server => "API server",
        Kind::Unattributed => "nothing explains it",
    }
}

/// The name to call an actor by.
pub(super) fn name(actor: &Actor) -> &str {
    match (&actor.name, actor.kind) {
        (Some(name), _) => name,
        (None, Kind::Policy) => "a policy or another plugin",
        (None, Kind::Webhook) => "a webhook without a name",
        (None, Kind::Unattributed) => "unattributed",
        (None, other) => kind(other),
    }
}

/// Where in the order a webhook stands: `round/index`; a plugin has only a round.
pub(super) fn slot(actor: &Actor) -> String {
    match (actor.round, actor.index) {
        (Some(round), Some(index)) => format!("{round}/{index}"),
        (Some(round), None) => round.to_string(),
        _ => String::new(),
    }
}

/// `Pod`, `Deployment`: the kind of the object, else its resource.
pub(super) fn object_kind(report: &Report) -> String {
    let objects = report.steps.iter().rev().flat_map(|step| [&step.after, &step.before]).flatten();
    let kind = objects.filter_map(|object| object.get("kind")?.as_str()).find(|kind| !kind.is_empty());
    match (kind, report.object.resource.as_str()) {
        (Some(kind), _) => kind.to_owned(),
        (None, "pods") => "Pod".to_owned(),
        (None, resource) => resource.to_owned(),
    }
}

/// `default/aws-cli`; `(name not in the log)` where it is not.
pub(super) fn object_name(object: &Object) -> String {
    let name = object.name.as_deref().unwrap_or("(name not in the log)");
    let subresource = object.subresource.as_deref().map(|subresource| format!(" ({subresource})")).unwrap_or_default();
    match &object.namespace {
        Some(namespace) => format!("{namespace}/{name}{subresource}"),
        None => format!("{name}{subresource}"),
    }
}

/// `2026-11-23 03:24:13 UTC` of an RFC 3339 time in UTC; any other text as it is.
pub(super) fn time(time: Option<&str>) -> String {
    let Some(time) = time else { return "at a time the log does not say".into() };
    match chrono::DateTime::parse_from_rfc3339(time) {
        Ok(at) => at.to_utc().format("%Y-%m-%d %H:%M:%S%.3f UTC").to_string(),
        Err(_) => time.to_owned(),
    }
}

/// What the API server answered: `201, stored`.
pub(super) fn result(report: &Report) -> (String, Role) {
    let refused = report.response.code.is_some_and(|code| code >= 400);
    let what = match (report.response.code, report.dry_run) {
        (Some(code), _) if code >= 500 => "the request failed, nothing was stored",
        (Some(code), _) if code >= 400 => "refused, nothing was stored",
        (Some(_), true) => "accepted as a dry run, nothing was stored",
        (Some(201), false) => "created",
        (Some(_), false) => "stored",
        (None, _) => "the log does not say",
    };
    let code = report.response.code.map(|code| format!("{code}, ")).unwrap_or_default();
    (format!("{code}{what}"), if refused { Role::Alarm } else { Role::Plain })
}

/// Who sent the request, and with what program.
pub(super) fn sender(report: &Report) -> String {
    match report.user_agent.as_str() {
        "" => report.user.clone(),
        program => format!("{} with {program}", report.user),
    }
}

/// How far the replay explains the stored object, in one sentence.
pub(super) fn verdict(report: &Report) -> String {
    let residue = report.replay.residue.len();
    match (report.replay.reproduces_stored, report.replay.fidelity) {
        (Some(true), Fidelity::Exact) => "the replay ends in the stored object, every step is certain".into(),
        (Some(true), _) => "the replay ends in the stored object, a step may have been otherwise".into(),
        (Some(false), _) if residue > 0 => {
            format!(
                "the replay does not end in the stored object: {} nothing in the log explains",
                super::columns::count(residue, "difference")
            )
        }
        (Some(false), _) => "the replay did not reach the stored object".into(),
        (None, Fidelity::Unknown) => "the objects are not in the log, so there is nothing to replay on".into(),
        (None, _) => "no stored object in the log, so the end of the replay cannot be checked".into(),
    }
}

/// Where and why a refused request ended.
pub(super) fn ending(report: &Report) -> Option<String> {
    report.response.code.filter(|code| *code >= 400)?;
    let last = report.steps.iter().rev().find(|step| matches!(step.outcome, Outcome::Denied | Outcome::Failed));
    let webhooks = report.steps.iter().filter(|step| step.actor.kind == Kind::Webhook).count();
    Some(match last {
        Some(step) => {
            let how = if step.outcome == Outcome::Denied { "which denied the request" } else { "whose call failed" };
            format!("at webhook {} (round/index {}), {how}; no later actor saw the object", name(&step.actor), slot(&step.actor))
        }
        None if webhooks == 0 => "before any mutating webhook left a trace".into(),
        None => "after the mutating webhooks: validation, a policy, a quota or the registry refused the object as they left it".into(),
    })
}

/// What an unusual outcome means.
pub(super) fn sentence(report: &Report, step: &Step) -> Option<String> {
    let nothing_logged = step.patch.is_none() && step.after.is_none();
    Some(match step.outcome {
        Outcome::FailedOpen => {
            "The call failed, and the webhook's failurePolicy Ignore let the request through: what it would have changed is missing.".into()
        }
        Outcome::Denied => format!("It refused the request: {}", report.response.message.as_deref().unwrap_or("the log does not say why.")),
        Outcome::Failed => {
            format!("The call failed and ended the request: {}", report.response.message.as_deref().unwrap_or("the log does not say why."))
        }
        Outcome::Mutated if nothing_logged => "It changed the object; what it changed is not in the log.".into(),
        _ => return None,
    })
}

/// The indexes that were passed over before this step in the first round: webhooks that the request did not concern.
pub(super) fn not_called(report: &Report, at: usize) -> Option<(u32, u32)> {
    let index = |step: &Step| step.actor.index.filter(|_| step.actor.round == Some(0));
    let here = index(report.steps.get(at)?)?;
    let next = report.steps[..at].iter().filter_map(index).max().map_or(0, |last| last + 1);
    (here > next).then(|| (next, here - 1))
}

/// `0/0-4`: the slots of a run of indexes in the first round.
pub(super) fn slots((from, to): (u32, u32)) -> String {
    if from == to { format!("0/{from}") } else { format!("0/{from}-{to}") }
}
