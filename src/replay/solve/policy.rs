//! What nothing explains, taken for the work of a MutatingAdmissionPolicy: it runs just before the webhooks and leaves no
//! trace in the log (<https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/>).

use super::Evidence;
use crate::diff::{Change, Op, Segment};
use crate::replay::builtin::MOUNT_PATH;
use crate::replay::chain::{Case, Guess, Intervention};
use serde_json::Value;

/// In both passes, or only in the second, once a webhook had changed something.
pub(super) const WHEN: [[bool; 2]; 2] = [[true, true], [false, true]];

/// Guesses in which a policy made the changes that are left over, or what one did to other objects of the log; the
/// likelier first.
pub(super) fn interventions(case: &Case<'_>, evidence: &Evidence<'_>, guess: &Guess, residue: &[Change]) -> Vec<Guess> {
    let mut so_far = guess.interventions.first().map(|first| first.changes.clone()).unwrap_or_default();
    so_far.extend(residue.iter().cloned());
    let mut candidates: Vec<Vec<Change>> = Vec::new();
    if !residue.is_empty() {
        if case.plugins {
            candidates.extend(without_tokens(&so_far));
        }
        candidates.push(so_far);
    }
    candidates.extend(evidence.context.policies.iter().map(|(changes, _)| changes.clone()));
    candidates.iter().flat_map(|changes| WHEN.map(|rounds| with(guess, changes, rounds))).collect()
}

/// The guess with these changes made by a policy.
pub(super) fn with(guess: &Guess, changes: &[Change], rounds: [bool; 2]) -> Guess {
    Guess { interventions: vec![Intervention { rounds, changes: changes.to_vec() }], ..guess.clone() }
}

/// The same changes, where they add containers, without the token's mount: the second pass mounts it, not the policy.
fn without_tokens(changes: &[Change]) -> Option<Vec<Change>> {
    let mut stripped = changes.to_vec();
    let added = stripped.iter_mut().filter(|change| change.op == Op::Added && is_container(change));
    added.filter_map(|change| change.after.as_mut()).for_each(strip);
    (stripped != changes).then_some(stripped)
}

fn is_container(change: &Change) -> bool {
    let list = match change.path.0.get(1) {
        Some(Segment::Field(list)) => list.as_str(),
        _ => "",
    };
    ["containers", "initContainers"].contains(&list) && change.path.0.len() == 3
}

fn strip(container: &mut Value) {
    let Some(members) = container.as_object_mut() else { return };
    let Some(mounts) = members.get_mut("volumeMounts").and_then(Value::as_array_mut) else { return };
    mounts.retain(|mount| mount.get("mountPath").and_then(Value::as_str) != Some(MOUNT_PATH));
    if mounts.is_empty() {
        members.shift_remove("volumeMounts");
    }
}
