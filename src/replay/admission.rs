//! One event, replayed: the door to this room.

use super::builtin::Operation;
use super::chain::{Broken, Case, Run, Who};
use super::comparable::{comparable, registry_fields};
use super::context::Context;
use super::fidelity::{Fidelity, Verdict, judge};
use super::kind::{Treatment, treatment};
use super::learn::reproduced;
use super::request::{Submitted, backwards, submitted};
use super::solve::{self, Evidence, Solution};
use crate::audit::annotation::{Call, Calls};
use crate::audit::evidence::evidence;
use crate::audit::{Event, annotation};
use crate::diff::Change;
use serde_json::Value;
use std::sync::Arc;

/// How a request that was refused came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// This call refused it.
    Denied(usize),
    /// This call failed, and its failure policy ended the request.
    Failed(usize),
    /// All mutating webhooks were through; validation, a quota or the registry refused it.
    Later,
}

/// One turn of the replayed admission.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Who.
    pub who: Who,
    /// The object received, if it can be known.
    pub before: Option<Arc<Value>>,
    /// The object left, if it can be known.
    pub after: Option<Arc<Value>>,
    /// How sure both are.
    pub verdict: Verdict,
}

/// A replayed admission.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The calls of the event, in slot order.
    pub calls: Vec<Call>,
    /// The object as it came to admission, if it can be known.
    pub start: Option<Arc<Value>>,
    /// Every turn: all calls, and whoever else changed something.
    pub turns: Vec<Turn>,
    /// The replayed object after admission, if the replay got there.
    pub end: Option<Arc<Value>>,
    /// How the request came to its end, if it was refused.
    pub refused: Option<End>,
    /// Whether the replayed object equals the stored one; `None` if none was logged.
    pub reproduces_stored: Option<bool>,
    /// What the stored object has and the replay does not.
    pub residue: Vec<Change>,
    /// What casts doubt on the replay as a whole.
    pub verdict: Verdict,
    /// Plain sentences on what this event cannot show.
    pub notes: Vec<String>,
}

/// Replays one event. `old` is the object before the request, as earlier events of the log show it.
pub fn replay(event: &Event, old: Option<&Value>, context: &Context) -> Replayed {
    let Calls { calls, problems } = annotation::calls(&event.annotations);
    let proof = evidence(event);
    let mut notes = proof.limits;
    notes.extend(problems.into_iter().map(|problem| format!("The {problem}.")));
    let refused = refusal(event, &calls);
    let treatment = treatment(event.object_ref());
    let before_pod_security = before_pod_security(event).or(context.before_pod_security.known().copied());
    let evidence = Evidence { stored: event.stored().cloned().map(comparable), before_pod_security, context };
    let mut readings = submitted(event, treatment, old);
    if readings.is_empty() && event.verb == "patch" {
        readings = backwards::submitted(event, &calls, treatment).into_iter().collect();
    }
    let solved = readings.into_iter().map(|reading| {
        let case = case(event, treatment, &reading, old, &calls, refused);
        let solution = solve::nearest(&case, &evidence);
        (reading, solution)
    });
    let best = solved.reduce(|best, next| if next.1.distance < best.1.distance { next } else { best });
    match best {
        Some((reading, mut solution)) => {
            let case = case(event, treatment, &reading, old, &calls, refused);
            solve::look_around(&case, &evidence, &mut solution);
            let mut replayed = told(&case, &evidence, solution, calls.clone(), refused, notes);
            reading.doubt.into_iter().for_each(|doubt| replayed.doubt(&doubt));
            replayed
        }
        None => {
            let why = notes.first().cloned().unwrap_or_else(|| why_no_start(event));
            unknown(calls, refused, notes, why)
        }
    }
}

/// What one event tells about the cluster: an event about a LimitRange, a service account or a class by its object, a
/// stored Pod by its replay.
pub fn study(event: &Event) -> Context {
    let mut context = Context::default();
    context.learn(event);
    let treatment = treatment(event.object_ref());
    if event.stored().is_none() || !event.object_ref().is_pod() {
        return context;
    }
    let Calls { calls, .. } = annotation::calls(&event.annotations);
    let empty = Context::default();
    let before_pod_security = before_pod_security(event);
    before_pod_security.into_iter().for_each(|before| context.before_pod_security.learn(before));
    let evidence = Evidence { stored: event.stored().cloned().map(comparable), before_pod_security, context: &empty };
    for reading in submitted(event, treatment, None).into_iter().filter(|reading| reading.operation == Operation::Create).take(1) {
        let case = case(event, treatment, &reading, None, &calls, None);
        let solution = solve::nearest(&case, &evidence);
        context.learn_from(&case, &solution, reproduced(&solution.run, &solution.residue));
    }
    context
}

/// From 1.23 PodSecurity says on the event of every Pod it let through which policy it went by
/// (<https://kubernetes.io/docs/reference/labels-annotations-taints/audit-annotations/>).
fn before_pod_security(event: &Event) -> Option<bool> {
    let admitted = event.object_ref().is_pod() && event.stored().is_some() && event.verb == "create";
    admitted.then(|| !event.annotations.keys().any(|key| key.starts_with("pod-security.kubernetes.io/")))
}

fn case<'a>(
    event: &'a Event,
    treatment: Treatment,
    reading: &'a Submitted,
    old: Option<&'a Value>,
    calls: &'a [Call],
    refused: Option<End>,
) -> Case<'a> {
    Case {
        operation: reading.operation,
        treatment,
        plugins: event.object_ref().is_pod(),
        start: &reading.object,
        old,
        namespace: &event.object_ref().namespace,
        calls,
        registry: registry_fields(event.object_ref()),
        ended_by: match refused {
            Some(End::Denied(at) | End::Failed(at)) => Some(at),
            _ => None,
        },
    }
}

fn why_no_start(event: &Event) -> String {
    match event.verb.as_str() {
        "patch" | "update" => {
            "The object before this request is in no earlier event of the log, so what the webhooks received is not known.".into()
        }
        _ => "The event carries no request object, so there is nothing to start the replay from.".into(),
    }
}

impl Replayed {
    /// Lowers every exact turn to inferred, for this reason.
    fn doubt(&mut self, why: &str) {
        for turn in self.turns.iter_mut().filter(|turn| turn.verdict.fidelity == Fidelity::Exact) {
            turn.verdict = Verdict::inferred(why);
        }
        if self.verdict.fidelity == Fidelity::Exact {
            self.verdict = Verdict::inferred(why);
        }
    }
}

/// How a refused request came to its end, as far as the code, the message and the last call tell.
fn refusal(event: &Event, calls: &[Call]) -> Option<End> {
    let code = event.code().filter(|code| *code >= 400)?;
    let message = event.message().unwrap_or("");
    let Some((last, call)) = calls.iter().enumerate().next_back() else { return Some(End::Later) };
    // The last call patched the object or failed open: it did not end the request.
    if call.mutated == Some(true) || call.failed_open || call.patch.is_some() {
        return Some(End::Later);
    }
    let names_it = message.contains(&format!("\"{}\"", call.webhook));
    if names_it && message.starts_with("admission webhook") {
        Some(End::Denied(last))
    } else if names_it && message.contains("failed calling webhook") || code == 500 && !message.contains("admission webhook") {
        Some(End::Failed(last))
    } else {
        Some(End::Later)
    }
}

fn told(
    case: &Case<'_>,
    evidence: &Evidence<'_>,
    solution: Solution,
    calls: Vec<Call>,
    refused: Option<End>,
    notes: Vec<String>,
) -> Replayed {
    let verdicts = judge(case, evidence, &solution);
    let Solution { run, residue, .. } = solution;
    let does_not_apply = matches!(run.broken, Some((_, Broken::Patch(_))));
    let broken = run.broken.map(|(at, _)| at);
    let Run { start, turns, end, .. } = run;
    let mut told: Vec<Turn> = Vec::with_capacity(turns.len());
    for (turn, verdict) in turns.into_iter().zip(verdicts) {
        let open = matches!(turn.who, Who::Call(at) if Some(at) == broken);
        told.push(Turn {
            who: turn.who,
            before: Some(turn.before),
            after: (!open).then_some(turn.after),
            verdict: match verdict.why {
                Some(why) if open && does_not_apply => Verdict::unknown(why),
                _ if open => Verdict::unknown("What this webhook changed is not in the log."),
                why => Verdict { why, ..verdict },
            },
        });
    }
    if let Some(at) = broken {
        // Calls after the break: they happened, and what they received cannot be known.
        for later in at + 1..calls.len() {
            let verdict = Verdict::unknown("A patch before this call could not be replayed, so what it received is not known.");
            told.push(Turn { who: Who::Call(later), before: None, after: None, verdict });
        }
    }
    let weakest = told.iter().max_by_key(|turn| turn.verdict.fidelity).map(|turn| turn.verdict.clone());
    let weakest = weakest.filter(|verdict| verdict.fidelity != Fidelity::Exact);
    Replayed {
        calls,
        start: Some(start),
        turns: told,
        end: broken.is_none().then_some(end),
        refused,
        reproduces_stored: evidence.stored.as_ref().map(|_| broken.is_none() && residue.is_empty()),
        residue,
        verdict: weakest.unwrap_or_else(Verdict::exact),
        notes,
    }
}

fn unknown(calls: Vec<Call>, refused: Option<End>, notes: Vec<String>, why: String) -> Replayed {
    let turns =
        (0..calls.len()).map(|at| Turn { who: Who::Call(at), before: None, after: None, verdict: Verdict::unknown(why.clone()) }).collect();
    Replayed {
        calls,
        start: None,
        turns,
        end: None,
        refused,
        reproduces_stored: None,
        residue: Vec::new(),
        verdict: Verdict::unknown(why),
        notes,
    }
}
