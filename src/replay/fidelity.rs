//! How sure a replayed step is, and why not surer.
//!
//! Exact is claimed only where the evidence leaves one possibility: the replay ends in the stored object, every patch
//! applied, every `mutated` flag agrees, nothing had to be assumed, and every other guess that explains the evidence as
//! well gives the step the same object. Where nothing was stored, every fact the plugins needed must be known from other
//! events of the log.

use super::builtin::{Operation, UNKNOWN_SUFFIX, is_extended};
use super::chain::{Broken, Case, Run, Who};
use super::solve::{Evidence, Solution, account_name};
use crate::diff::Path;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// How sure the replay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fidelity {
    /// The evidence leaves one possibility.
    Exact,
    /// The likeliest of several possibilities.
    Inferred,
    /// The evidence does not allow an answer.
    Unknown,
}

/// A verdict and its reason; exact needs none.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How sure.
    pub fidelity: Fidelity,
    /// One sentence, when not exact.
    pub why: Option<String>,
}

impl Verdict {
    /// No doubt.
    pub fn exact() -> Verdict {
        Verdict { fidelity: Fidelity::Exact, why: None }
    }

    /// The likeliest of several possibilities.
    pub fn inferred(why: impl Into<String>) -> Verdict {
        Verdict { fidelity: Fidelity::Inferred, why: Some(why.into()) }
    }

    /// No answer.
    pub fn unknown(why: impl Into<String>) -> Verdict {
        Verdict { fidelity: Fidelity::Unknown, why: Some(why.into()) }
    }
}

/// Judges every turn of a solution, in order.
pub fn judge(case: &Case<'_>, evidence: &Evidence<'_>, solution: &Solution) -> Vec<Verdict> {
    let overall = overall(case, evidence, solution);
    let turns = &solution.run.turns;
    let unnamed = turns.iter().any(|turn| matches!(turn.who, Who::Builtin("ServiceAccount", _)) && contains_unknown_name(&turn.after));
    turns
        .iter()
        .map(|turn| {
            if unnamed && (contains_unknown_name(&turn.before) || contains_unknown_name(&turn.after)) {
                return Verdict::inferred(
                    "The API server drew a random name for the token volume, and nothing in the log tells which: it is shown as \
                     kube-api-access-?????.",
                );
            }
            if let Some(doubt) = &overall {
                return doubt.clone();
            }
            if let Some(doubt) = later_contradiction(case, solution, turn.who) {
                return doubt;
            }
            match differs_in(&solution.others, turn.who, &turn.before, &turn.after) {
                Some(path) => {
                    Verdict::inferred(format!("{path} may have been set earlier or later in the admission: the log allows both."))
                }
                None => Verdict::exact(),
            }
        })
        .collect()
}

/// What casts doubt on all steps.
fn overall(case: &Case<'_>, evidence: &Evidence<'_>, solution: &Solution) -> Option<Verdict> {
    match solution.run.broken {
        Some((at, Broken::Patch(failed))) => {
            let webhook = &case.calls[at].webhook;
            return Some(Verdict::inferred(format!(
                "Operation {} of {webhook}'s patch does not apply to the replayed object ({}), so something before it is missing.",
                failed.at + 1,
                failed.reason.words()
            )));
        }
        Some((_, Broken::NotLogged | Broken::Unreadable)) | None => {}
    }
    if let Some(change) = solution.residue.first() {
        return Some(Verdict::inferred(format!(
            "The stored object differs from the replay at {}, and nothing in the log explains it.",
            change.path
        )));
    }
    if solution.assumed {
        return Some(Verdict::inferred(
            "A patch acts on something that neither the request nor a known plugin put there; that it was there is proven, the rest of it is not.",
        ));
    }
    if evidence.stored.is_none() || solution.run.broken.is_some() {
        return missing_fact(case, evidence, &solution.run).map(Verdict::inferred);
    }
    None
}

/// A `mutated` flag or a `replace` of something missing speaks against the object that this and earlier calls received.
fn later_contradiction(case: &Case<'_>, solution: &Solution, who: Who) -> Option<Verdict> {
    let order = |who: Who| solution.run.turns.iter().position(|turn| turn.who == who);
    let own = order(who)?;
    let hit = |calls: &[usize]| calls.iter().copied().find(|call| order(Who::Call(*call)).is_some_and(|at| at >= own));
    if let Some(call) = hit(&solution.run.contradicted) {
        let said = if case.calls[call].mutated == Some(true) { "changed" } else { "did not change" };
        return Some(Verdict::inferred(format!(
            "The API server logged that {} {said} the object, and the replay says otherwise.",
            case.calls[call].webhook
        )));
    }
    hit(&solution.run.replaced_nothing).map(|call| {
        Verdict::inferred(format!(
            "{} replaces something that is not in the replayed object: something unknown may have put it there.",
            case.calls[call].webhook
        ))
    })
}

fn contains_unknown_name(object: &Value) -> bool {
    match object {
        Value::String(text) => text.ends_with(UNKNOWN_SUFFIX),
        Value::Array(items) => items.iter().any(contains_unknown_name),
        Value::Object(members) => members.get("spec").map_or_else(|| members.values().any(contains_unknown_name), contains_unknown_name),
        _ => false,
    }
}

/// The first place where another guess gives this turn another object.
fn differs_in(others: &[Run], who: Who, before: &Arc<Value>, after: &Arc<Value>) -> Option<Path> {
    others.iter().find_map(|other| {
        let turn = other.turns.iter().find(|turn| turn.who == who);
        let Some(turn) = turn else {
            // A plugin or policy that does nothing under the other guess.
            return crate::diff::compare(before, after).into_iter().next().map(|change| change.path);
        };
        let difference = crate::diff::compare(&turn.before, before).into_iter().next();
        difference.or_else(|| crate::diff::compare(&turn.after, after).into_iter().next()).map(|change| change.path)
    })
}

/// Without a stored object nothing shows what the plugins did: the first fact that no other event of the log tells.
fn missing_fact(case: &Case<'_>, evidence: &Evidence<'_>, run: &Run) -> Option<String> {
    let context = evidence.context;
    if context.unexplained || !context.policies.is_empty() {
        return Some(
            "No stored object shows the end, and other objects of this log were changed by something the log does not name.".into(),
        );
    }
    if !case.plugins {
        return Some("No stored object shows the end, so an unnamed change cannot be ruled out.".into());
    }
    if case.operation == Operation::Update {
        return None;
    }
    let Some(facts) = context.namespace(case.namespace).filter(|facts| facts.clear > 0) else {
        return Some(
            "No stored object shows what the built-in plugins did, and no other Pod of this namespace in the log does either.".into(),
        );
    };
    let spec = |field: &str| case.start.get("spec").and_then(|spec| spec.get(field));
    let name = |field: &str| spec(field).and_then(Value::as_str).unwrap_or("");
    let account = facts.accounts.get(&account_name(case));
    if spec("automountServiceAccountToken").is_none() && account.is_none_or(|account| account.automount.known().is_none()) {
        return Some("No stored object shows whether this service account's token is mounted, and no other event of the log tells.".into());
    }
    if spec("imagePullSecrets").is_none() && account.is_none_or(|account| account.pull_secrets.known().is_none()) {
        return Some("No stored object shows the service account's image pull secrets, and no other event of the log tells.".into());
    }
    let class = name("priorityClassName");
    if context.priority_classes.get(class).is_none_or(|class| class.known().is_none()) {
        return Some("No stored object shows the priority of this Pod's class, and no other event of the log tells.".into());
    }
    let class = name("runtimeClassName");
    if !class.is_empty() && context.runtime_classes.get(class).is_none_or(|class| class.known().is_none()) {
        return Some("No stored object shows what this Pod's runtime class adds, and no other event of the log tells.".into());
    }
    if facts.limits.is_empty() && !facts.unlimited {
        return Some("No stored object shows whether a LimitRange sets defaults here, and no other event of the log tells.".into());
    }
    let extended = run.turns.iter().any(|turn| asks_for_extended(&turn.before));
    if extended && context.tolerates_extended_resources.known().is_none() {
        return Some("No stored object shows whether extended resources are tolerated here, and no other event of the log tells.".into());
    }
    None
}

/// Whether any container asks for an extended resource.
pub fn asks_for_extended(pod: &Value) -> bool {
    ["containers", "initContainers"].iter().filter_map(|list| pod.get("spec")?.get(*list)?.as_array()).flatten().any(|container| {
        container
            .get("resources")
            .and_then(|resources| resources.get("requests")?.as_object())
            .is_some_and(|requests| requests.keys().any(|resource| is_extended(resource)))
    })
}
