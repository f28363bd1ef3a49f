//! The first guess: what stands openly in the stored object, in the patches, and in other events.

use super::Evidence;
use crate::replay::builtin::{LIMIT_RANGER_ANNOTATION, items_of_annotation, token_volume_name};
use crate::replay::chain::{Case, Guess};
use crate::replay::world::{PriorityClass, ServiceAccount, Token, World};
use serde_json::Value;

/// The likeliest world.
pub(super) fn guess(case: &Case<'_>, evidence: &Evidence<'_>) -> Guess {
    let mut world = evidence.context.world(case.namespace);
    world.fills_namespace = evidence.before_pod_security != Some(true);
    if case.plugins {
        token(case, evidence, &mut world);
        if let Some(stored) = &evidence.stored {
            limits(case, stored, &mut world);
            priority(stored, &mut world);
            pull_secrets(case, stored, &mut world);
        }
    }
    Guess { world, interventions: Vec::new() }
}

/// The service account's name that the plugins will see first.
pub fn account_name(case: &Case<'_>) -> String {
    let spec = case.start.get("spec");
    let named = |field: &str| spec.and_then(|spec| spec.get(field)?.as_str()).filter(|name| !name.is_empty());
    named("serviceAccountName").or(named("serviceAccount")).unwrap_or("default").to_owned()
}

fn token(case: &Case<'_>, evidence: &Evidence<'_>, world: &mut World) {
    let mut requested = Vec::new();
    token_names(case.start, &mut requested);
    let mut names = Vec::new();
    for value in case.calls.iter().filter_map(|call| call.operations()).flatten().filter_map(|operation| operation.value.as_ref()) {
        token_names(value, &mut names);
    }
    if let Some(stored) = &evidence.stored {
        token_names(stored, &mut names);
        if let Some(shape) = shape(stored, &names) {
            world.token = Some(shape);
        }
    }
    world.token_mode_unset = mode_unset(case)
        .unwrap_or_else(|| evidence.context.token_mode_unset.known().copied().unwrap_or(evidence.before_pod_security == Some(true)));
    names.retain(|name| !requested.contains(name));
    let legacy = matches!(world.token, Some(Token::Secret(_)));
    let said = case.start.pointer("/spec/automountServiceAccountToken").and_then(Value::as_bool);
    if said.is_none() && (evidence.stored.is_some() || !names.is_empty()) && requested.is_empty() {
        let account = world.service_accounts.entry(account_name(case)).or_default();
        account.automount = Some(!names.is_empty() || legacy);
    }
    world.token_volumes = names;
}

/// Every token volume's name in a value, each once, in order.
fn token_names(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) if token_volume_name(text) && !names.contains(text) => names.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| token_names(item, names)),
        Value::Object(members) => members.values().for_each(|member| token_names(member, names)),
        _ => {}
    }
}

/// Whether a webhook that sent the whole token volume back had received it without `defaultMode`; `None` if none did so
/// before any patch was applied (which defaults everything).
pub fn mode_unset(case: &Case<'_>) -> Option<bool> {
    let first = case.calls.iter().find_map(|call| call.operations())?;
    first.iter().filter_map(|operation| token_volume(operation.value.as_ref()?)).map(|volume| volume.get("defaultMode").is_none()).next()
}

fn token_volume(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(members) => match (members.get("name").and_then(Value::as_str), members.get("projected")) {
            (Some(name), Some(projected)) if token_volume_name(name) => Some(projected),
            _ => members.values().find_map(token_volume),
        },
        Value::Array(items) => items.iter().find_map(token_volume),
        _ => None,
    }
}

/// How the token came into the stored Pod.
fn shape(stored: &Value, names: &[String]) -> Option<Token> {
    let volumes = stored.pointer("/spec/volumes")?.as_array()?;
    let name = |volume: &Value| volume.get("name").and_then(Value::as_str).unwrap_or("").to_owned();
    if let Some(projected) = volumes.iter().find(|volume| names.contains(&name(volume))).and_then(|volume| volume.get("projected")) {
        return Some(Token::Projected(projected.clone()));
    }
    let account = stored.pointer("/spec/serviceAccountName")?.as_str()?;
    volumes.iter().find_map(|volume| {
        let secret = volume.pointer("/secret/secretName")?.as_str()?;
        (secret.starts_with(&format!("{account}-token-")) && secret == name(volume)).then(|| Token::Secret(secret.to_owned()))
    })
}

/// The annotation lists what was set; the values stand in the containers.
fn limits(case: &Case<'_>, stored: &Value, world: &mut World) {
    let pointer = format!("/metadata/annotations/{}", LIMIT_RANGER_ANNOTATION.replace('/', "~1"));
    let Some(text) = stored.pointer(&pointer).and_then(Value::as_str) else { return };
    if case.start.pointer(&pointer).and_then(Value::as_str) == Some(text) {
        return;
    }
    for (kind, resource, what, name) in items_of_annotation(text) {
        let (list, which) = (if what == "container" { "containers" } else { "initContainers" }, format!("{kind}s"));
        let containers = stored.pointer(&format!("/spec/{list}")).and_then(Value::as_array).into_iter().flatten();
        let found = containers.filter(|container| container.get("name").and_then(Value::as_str) == Some(name));
        for value in found.filter_map(|container| container.get("resources")?.get(&which)?.get(resource)) {
            let defaults = if kind == "limit" { &mut world.limits.limits } else { &mut world.limits.requests };
            defaults.entry(resource.to_owned()).or_insert_with(|| value.clone());
        }
    }
}

fn priority(stored: &Value, world: &mut World) {
    let Some(value) = stored.pointer("/spec/priority") else { return };
    let name = stored.pointer("/spec/priorityClassName").and_then(Value::as_str).unwrap_or("").to_owned();
    let class = PriorityClass { name: name.clone(), value: value.clone(), preemption: stored.pointer("/spec/preemptionPolicy").cloned() };
    world.priority_classes.entry(name).or_insert(class);
}

fn pull_secrets(case: &Case<'_>, stored: &Value, world: &mut World) {
    let list = |object: &Value| object.pointer("/spec/imagePullSecrets").and_then(Value::as_array).cloned().unwrap_or_default();
    let touched = case.calls.iter().filter_map(|call| call.operations()).flatten().any(|operation| {
        operation.path.contains("imagePullSecrets") || operation.value.as_ref().is_some_and(|value| value.get("imagePullSecrets").is_some())
    });
    if list(case.start).is_empty() && !touched {
        let account: &mut ServiceAccount = world.service_accounts.entry(account_name(case)).or_default();
        account.pull_secrets = Some(list(stored));
    }
}
