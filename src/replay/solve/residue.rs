//! What a residue reveals: each of its changes may be the mark of a plugin that was guessed wrong.

use super::Evidence;
use super::first::account_name;
use crate::diff::{Change, Op, Segment, compare};
use crate::replay::builtin::{is_extended, token_volume_name};
use crate::replay::chain::{Broken, Case, Guess, Run};
use crate::replay::comparable::comparable;
use crate::replay::world::{PriorityClass, World};
use serde_json::Value;

/// Guesses that may explain the residue better than this one, or let a broken chain go on.
pub(super) fn explanations(case: &Case<'_>, evidence: &Evidence<'_>, guess: &Guess, run: &Run, residue: &[Change]) -> Vec<Guess> {
    if !case.plugins {
        return Vec::new();
    }
    let mut worlds = Vec::new();
    let mut learned = guess.world.clone();
    match (&evidence.stored, run.broken) {
        // A chain that broke off leaves no residue; requests and limits that its last object lacks are a lead all the same.
        (Some(stored), Some(_)) => compare(&comparable((*run.end).clone()), stored).iter().for_each(|lead| resources(lead, &mut learned)),
        _ => residue.iter().for_each(|change| learn(case, evidence, run, change, &mut learned)),
    }
    if learned != guess.world {
        worlds.push(learned);
    }
    worlds.extend(turned(case, guess, run));
    worlds.into_iter().map(|world| Guess { world, ..guess.clone() }).collect()
}

fn field(change: &Change, at: usize) -> &str {
    match change.path.0.get(at) {
        Some(Segment::Field(name)) => name,
        _ => "",
    }
}

fn learn(case: &Case<'_>, evidence: &Evidence<'_>, run: &Run, change: &Change, world: &mut World) {
    let Some(stored) = &evidence.stored else { return };
    let text = |object: &Value, pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or("").to_owned();
    let runtime_class = text(stored, "/spec/runtimeClassName");
    let namespace = evidence.context.namespace(case.namespace);
    match (field(change, 0), field(change, 1)) {
        ("spec", "imagePullSecrets") if change.op == Op::Added => {
            let account = world.service_accounts.entry(account_name(case)).or_default();
            let secrets = account.pull_secrets.get_or_insert_default();
            let new: Vec<Value> = change.after.iter().filter(|secret| !secrets.contains(secret)).cloned().collect();
            secrets.extend(new);
        }
        ("spec", "overhead") if !runtime_class.is_empty() => {
            world.runtime_classes.entry(runtime_class).or_default().overhead = stored.pointer("/spec/overhead").cloned();
        }
        ("spec", "nodeSelector") if change.op == Op::Added && !runtime_class.is_empty() => {
            let class = world.runtime_classes.entry(runtime_class).or_default();
            match (&change.after, field(change, 2)) {
                (Some(Value::Object(all)), "") => class.node_selector.extend(all.clone()),
                (Some(value), key) => drop(class.node_selector.insert(key.to_owned(), value.clone())),
                _ => {}
            }
        }
        ("spec", "nodeSelector") if change.op == Op::Added => {
            world.node_selector = namespace.map(|facts| facts.node_selector.clone()).unwrap_or_default();
        }
        ("spec", "tolerations") => {
            let defaults = namespace.map(|facts| facts.default_tolerations.as_slice()).unwrap_or_default();
            if change.after.as_ref().is_some_and(|added| defaults.contains(added)) {
                world.restricts_tolerations = true;
                world.default_tolerations = defaults.to_vec();
            } else {
                tolerations(change, &runtime_class, world);
            }
        }
        ("spec", "priority" | "priorityClassName" | "preemptionPolicy") => {
            let asked = text(&run.end, "/spec/priorityClassName");
            if let Some(value) = stored.pointer("/spec/priority") {
                let class = PriorityClass {
                    name: text(stored, "/spec/priorityClassName"),
                    value: value.clone(),
                    preemption: stored.pointer("/spec/preemptionPolicy").cloned(),
                };
                world.priority_classes.insert(asked, class);
            }
        }
        ("spec", "containers" | "initContainers") => match (field(change, 3), change.after.as_ref().and_then(Value::as_str)) {
            ("imagePullPolicy", Some("Always")) => world.always_pull = true,
            _ => resources(change, world),
        },
        _ => {}
    }
}

/// A container has defaults that the annotation no longer tells of.
fn resources(change: &Change, world: &mut World) {
    if field(change, 3) != "resources" || change.op != Op::Added {
        return;
    }
    let mut take = |which: &str, resource: &str, value: &Value| {
        let defaults = match which {
            "limits" => &mut world.limits.limits,
            "requests" => &mut world.limits.requests,
            _ => return,
        };
        defaults.entry(resource.to_owned()).or_insert_with(|| value.clone());
    };
    match (field(change, 4), field(change, 5), &change.after) {
        (which, "", Some(Value::Object(list))) => list.iter().for_each(|(resource, value)| take(which, resource, value)),
        (which, resource, Some(value)) => take(which, resource, value),
        _ => {}
    }
}

fn tolerations(change: &Change, runtime_class: &str, world: &mut World) {
    let Some(toleration) = &change.after else { return };
    let text = |field: &str| toleration.get(field).and_then(Value::as_str).unwrap_or("");
    let seconds = toleration.get("tolerationSeconds").and_then(Value::as_i64);
    match (text("key"), seconds, change.op) {
        ("node.kubernetes.io/not-ready", Some(seconds), _) => world.toleration_seconds.get_or_insert([300, 300])[0] = seconds,
        ("node.kubernetes.io/unreachable", Some(seconds), _) => world.toleration_seconds.get_or_insert([300, 300])[1] = seconds,
        ("node.kubernetes.io/memory-pressure", None, Op::Added) => world.restricts_tolerations = true,
        (key, None, Op::Added) if is_extended(key) && text("operator") == "Exists" && text("effect") == "NoSchedule" => {
            world.tolerates_extended_resources = true;
        }
        (_, _, Op::Added) if !runtime_class.is_empty() => {
            world.runtime_classes.entry(runtime_class.to_owned()).or_default().tolerations.push(toleration.clone());
        }
        _ => {}
    }
}

/// The same world with one switch turned: worth a try where the chain broke or a flag is contradicted.
fn turned(case: &Case<'_>, guess: &Guess, run: &Run) -> Vec<World> {
    let mut worlds = Vec::new();
    let mut with = |turn: &dyn Fn(&mut World)| {
        let mut world = guess.world.clone();
        turn(&mut world);
        worlds.push(world);
    };
    let account = account_name(case);
    let automount = guess.world.service_accounts.get(&account).and_then(|account| account.automount).unwrap_or(true);
    with(&|world| world.service_accounts.entry(account.clone()).or_default().automount = Some(!automount));
    with(&|world| world.tolerates_extended_resources = !world.tolerates_extended_resources);
    if guess.world.token_volumes.len() > 1 {
        with(&|world| world.token_volumes.rotate_left(1));
    }
    if let Some((at, Broken::Patch(_))) = run.broken
        && guess.world.toleration_seconds.is_some()
        && case.calls[at].operations().is_some_and(|operations| operations.iter().any(|operation| operation.path.contains("tolerations")))
    {
        with(&|world| world.toleration_seconds = None);
    }
    let stray = run.end.pointer("/spec/volumes").and_then(Value::as_array).is_some_and(|volumes| {
        volumes.iter().filter_map(|volume| volume.get("name")?.as_str()).filter(|name| token_volume_name(name)).count() > 1
    });
    if stray {
        with(&|world| world.token_volumes.truncate(1));
    }
    worlds
}
