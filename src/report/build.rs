//! A replayed admission as a report.

use super::{Actor, Fidelity, Kind, Object, Outcome, Replay, Report, Response, SCHEMA_VERSION, Step};
use crate::audit::Event;
use crate::audit::annotation::Call;
use crate::diff;
use crate::replay::admission::{End, Replayed, Turn};
use crate::replay::chain::Who;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tells one replayed event.
pub fn report(event: &Event, replayed: Replayed) -> Report {
    let reference = event.object_ref();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let metadata = |field: &str| {
        let stored = event.stored().and_then(|stored| stored.pointer(&format!("/metadata/{field}"))?.as_str().map(str::to_owned));
        stored.filter(|text| !text.is_empty())
    };
    let mut report = Report {
        schema_version: SCHEMA_VERSION,
        audit_id: event.audit_id.clone(),
        stage: event.stage.clone(),
        level: event.level.name(),
        verb: event.verb.clone(),
        time: event.time().map(str::to_owned),
        user: match &event.impersonated_user {
            Some(user) => format!("{} (as {})", event.user.username, user.username),
            None => event.user.username.clone(),
        },
        user_agent: event.user_agent.clone(),
        dry_run: event.dry_run(),
        object: Object {
            api_version: reference.group_version(),
            resource: reference.resource.clone(),
            subresource: some(&reference.subresource),
            namespace: some(&reference.namespace),
            name: event.name().map(str::to_owned),
            uid: some(&reference.uid).or_else(|| metadata("uid")),
        },
        response: Response { code: event.code(), message: event.message().map(str::to_owned) },
        replay: Replay {
            fidelity: replayed.verdict.fidelity,
            why: replayed.verdict.why.clone(),
            reproduces_stored: replayed.reproduces_stored,
            residue: replayed.residue.clone(),
        },
        steps: Vec::with_capacity(replayed.turns.len() + 2),
        notes: replayed.notes.clone(),
        origin: event.origin.to_string(),
    };
    report.steps.push(request_step(event, &replayed));
    report.steps.extend(replayed.turns.iter().map(|turn| turn_step(turn, &replayed)));
    report.steps.extend(last_steps(event, &replayed));
    report
}

fn actor(kind: Kind) -> Actor {
    Actor { kind, name: None, configuration: None, round: None, index: None }
}

fn request_step(event: &Event, replayed: &Replayed) -> Step {
    let manager =
        event.request_uri.split_once('?').and_then(|(_, query)| query.split('&').find_map(|pair| pair.strip_prefix("fieldManager=")));
    let program = event.user_agent.split(['/', ' ']).next().unwrap_or("");
    let name = manager.or((!program.is_empty()).then_some(program)).map(str::to_owned);
    Step {
        actor: Actor { name, ..actor(Kind::Request) },
        outcome: Outcome::Submitted,
        patch: None,
        changes: Vec::new(),
        before: None,
        after: replayed.start.clone(),
        fidelity: if replayed.start.is_some() { Fidelity::Exact } else { Fidelity::Unknown },
        why: None,
        annotations: BTreeMap::new(),
    }
}

fn turn_step(turn: &Turn, replayed: &Replayed) -> Step {
    let changes = match (&turn.before, &turn.after) {
        (Some(before), Some(after)) if !Arc::ptr_eq(before, after) => diff::compare(before, after),
        _ => Vec::new(),
    };
    let mut step = Step {
        actor: actor(Kind::Builtin),
        outcome: if changes.is_empty() { Outcome::Unchanged } else { Outcome::Mutated },
        patch: None,
        changes,
        before: turn.before.clone(),
        after: turn.after.clone(),
        fidelity: turn.verdict.fidelity,
        why: turn.verdict.why.clone(),
        annotations: BTreeMap::new(),
    };
    match turn.who {
        Who::Builtin(name, round) => step.actor = Actor { name: Some(name.into()), round: Some(round), ..actor(Kind::Builtin) },
        Who::Policy(_, round) => step.actor = Actor { round: Some(round), ..actor(Kind::Policy) },
        Who::Call(at) => {
            let call = &replayed.calls[at];
            let some = |text: &String| (!text.is_empty()).then(|| text.clone());
            step.actor = Actor {
                kind: Kind::Webhook,
                name: some(&call.webhook),
                configuration: some(&call.configuration),
                round: Some(call.slot.round),
                index: Some(call.slot.index),
            };
            step.outcome = outcome(at, call, replayed, &step);
            step.patch = call.operations().and_then(|operations| serde_json::to_value(operations).ok());
            step.annotations = call.annotations.clone();
        }
    }
    step
}

fn outcome(at: usize, call: &Call, replayed: &Replayed, step: &Step) -> Outcome {
    match replayed.refused {
        Some(End::Denied(by)) if by == at => Outcome::Denied,
        Some(End::Failed(by)) if by == at => Outcome::Failed,
        _ if call.failed_open => Outcome::FailedOpen,
        _ if !step.changes.is_empty() => Outcome::Mutated,
        // Where the objects are not known, what the API server said stands.
        _ if step.after.is_none() && call.mutated == Some(true) => Outcome::Mutated,
        _ => Outcome::Unchanged,
    }
}

/// What nothing explains, and what the server set at the end.
fn last_steps(event: &Event, replayed: &Replayed) -> Vec<Step> {
    let mut steps = Vec::new();
    let (Some(stored), Some(end)) = (event.stored(), &replayed.end) else { return steps };
    let stored = Arc::new(stored.clone());
    let mut before = end.clone();
    if !replayed.residue.is_empty() {
        let after = Arc::new(diff::apply(&replayed.residue, &before));
        steps.push(Step {
            actor: actor(Kind::Unattributed),
            outcome: Outcome::Mutated,
            patch: None,
            changes: replayed.residue.clone(),
            before: Some(before),
            after: Some(after.clone()),
            fidelity: Fidelity::Unknown,
            why: Some("Nothing in the log explains these differences between the replayed and the stored object.".into()),
            annotations: BTreeMap::new(),
        });
        before = after;
    }
    steps.push(Step {
        actor: actor(Kind::Server),
        outcome: if event.dry_run() { Outcome::Unchanged } else { Outcome::Stored },
        patch: None,
        changes: server_changes(&before, &stored),
        before: Some(before),
        after: Some(stored),
        fidelity: replayed.verdict.fidelity,
        why: None,
        annotations: BTreeMap::new(),
    });
    steps
}

/// The request body of some clients has no type header; that is no change.
fn server_changes(before: &Value, stored: &Value) -> Vec<diff::Change> {
    let mut changes = diff::compare(before, stored);
    changes.retain(|change| !matches!(change.pointer.as_str(), "/kind" | "/apiVersion"));
    changes
}
