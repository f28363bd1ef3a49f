//! Other guesses that the evidence may allow as well: what tells exact from inferred.

use super::Evidence;
use super::first::{account_name, mode_unset};
use super::policy::WHEN;
use crate::replay::chain::{Case, Guess, Intervention, Run};
use crate::replay::fidelity::asks_for_extended;
use serde_json::Value;

/// Guesses that differ from `best` in one thing that could have been otherwise.
pub(super) fn of(case: &Case<'_>, evidence: &Evidence<'_>, best: &Guess, run: &Run) -> Vec<Guess> {
    let mut others = Vec::new();
    for (at, intervention) in best.interventions.iter().enumerate() {
        // A policy may have acted only once a webhook had changed something, or also before.
        for rounds in WHEN {
            if rounds != intervention.rounds {
                let mut other = best.clone();
                other.interventions[at] = Intervention { rounds, ..intervention.clone() };
                others.push(other);
            }
        }
    }
    if best.interventions.is_empty() {
        // What policies did to other objects of this log they may have done to this one, under a webhook's patch.
        others.extend(evidence.context.policies.iter().map(|(changes, _)| Guess {
            interventions: vec![Intervention { rounds: [true, true], changes: changes.clone() }],
            ..best.clone()
        }));
    }
    if !case.plugins {
        return others;
    }
    let account = best.world.service_accounts.get(&account_name(case));
    let said = case.start.pointer("/spec/automountServiceAccountToken").and_then(Value::as_bool);
    let told =
        evidence.context.namespace(case.namespace).and_then(|facts| facts.accounts.get(&account_name(case))?.automount.known().copied());
    if said.is_none() && told.is_none() && (evidence.stored.is_none() || hides_tokens(case)) {
        let automount = account.and_then(|account| account.automount).unwrap_or(true);
        let mut other = best.clone();
        other.world.service_accounts.entry(account_name(case)).or_default().automount = Some(!automount);
        others.push(other);
    }
    if evidence.before_pod_security == Some(true) && mode_unset(case).is_none() && evidence.context.token_mode_unset.known().is_none() {
        let mut other = best.clone();
        other.world.token_mode_unset = !best.world.token_mode_unset;
        others.push(other);
    }
    if evidence.context.tolerates_extended_resources.known().is_none() && asks_for_extended(&run.end) {
        let mut other = best.clone();
        other.world.tolerates_extended_resources = !best.world.tolerates_extended_resources;
        others.push(other);
    }
    others
}

/// Whether some patch could have made a token volume or its mounts vanish, so that the stored object does not show them.
fn hides_tokens(case: &Case<'_>) -> bool {
    case.calls.iter().filter_map(|call| call.operations()).flatten().any(|operation| {
        let takes = operation.op != "add" && operation.op != "test" && operation.op != "copy";
        let path = operation.path.as_str();
        operation.path == "/spec" || path.contains("utomount") || (takes && path.to_ascii_lowercase().contains("volume"))
    })
}
