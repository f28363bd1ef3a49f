//! Strategic merge patch: lists merge by the keys that the API's types declare.
//! <https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md>

use serde_json::{Map, Value};

/// The merge key of the list in this field (`patchMergeKey` of the API's types); other lists are replaced as a whole.
pub(super) fn merge_key(field: &str, items: &[Value]) -> Option<&'static str> {
    match field {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "env"
        | "volumes"
        | "imagePullSecrets"
        | "schedulingGates"
        | "resourceClaims"
        | "secrets" => Some("name"),
        "volumeMounts" => Some("mountPath"),
        "volumeDevices" => Some("devicePath"),
        "ports" if items.iter().any(|item| item.get("containerPort").is_some()) => Some("containerPort"),
        "ports" => Some("port"),
        "hostAliases" | "podIPs" | "hostIPs" => Some("ip"),
        "topologySpreadConstraints" => Some("topologyKey"),
        "conditions" => Some("type"),
        "ownerReferences" => Some("uid"),
        _ => None,
    }
}

/// Whether the body has words that only this kind of patch knows.
pub(super) fn has_directives(patch: &Value) -> bool {
    match patch {
        Value::Object(members) => members.iter().any(|(name, value)| name.starts_with('$') || has_directives(value)),
        Value::Array(items) => items.iter().any(has_directives),
        _ => false,
    }
}

/// The patched object.
pub(super) fn merge(old: &Value, patch: &Value) -> Value {
    match (old, patch) {
        (Value::Object(old), Value::Object(patch)) => Value::Object(objects(old, patch)),
        _ => without_directives(patch),
    }
}

fn objects(old: &Map<String, Value>, patch: &Map<String, Value>) -> Map<String, Value> {
    match patch.get("$patch").and_then(Value::as_str) {
        Some("replace") => return without_directives(&Value::Object(patch.clone())).as_object().cloned().unwrap_or_default(),
        Some("delete") => return Map::new(),
        _ => {}
    }
    let mut merged = old.clone();
    if let Some(retained) = patch.get("$retainKeys").and_then(Value::as_array) {
        merged.retain(|name, _| retained.iter().any(|kept| kept.as_str() == Some(name)));
    }
    for (name, change) in patch {
        if let Some(list) = name.strip_prefix("$deleteFromPrimitiveList/") {
            let gone = change.as_array().cloned().unwrap_or_default();
            if let Some(items) = merged.get_mut(list).and_then(Value::as_array_mut) {
                items.retain(|item| !gone.contains(item));
            }
        } else if name.starts_with('$') {
        } else if change.is_null() {
            merged.shift_remove(name);
        } else {
            let new = match (merged.get(name), change) {
                (Some(Value::Array(items)), Value::Array(changes)) => Value::Array(lists(name, items, changes)),
                (Some(before), change) => merge(before, change),
                (None, change) => without_directives(change),
            };
            merged.insert(name.clone(), new);
        }
    }
    for (name, order) in patch.iter().filter_map(|(name, order)| Some((name.strip_prefix("$setElementOrder/")?, order.as_array()?))) {
        if let Some(items) = merged.get_mut(name).and_then(Value::as_array_mut) {
            reorder(name, items, order);
        }
    }
    merged
}

fn lists(field: &str, old: &[Value], changes: &[Value]) -> Vec<Value> {
    let Some(key) = merge_key(field, changes) else {
        if field == "finalizers" {
            let mut merged = old.to_vec();
            merged.extend(changes.iter().filter(|change| !old.contains(change)).cloned());
            return merged;
        }
        return changes.to_vec();
    };
    if changes.iter().any(|change| change.get("$patch").and_then(Value::as_str) == Some("replace")) {
        return changes.iter().filter(|change| change.get("$patch").is_none()).cloned().collect();
    }
    let mut merged = old.to_vec();
    for change in changes {
        let at = merged.iter().position(|item| item.get(key).is_some() && item.get(key) == change.get(key));
        let deletes = change.get("$patch").and_then(Value::as_str) == Some("delete");
        match at {
            Some(at) if deletes => drop(merged.remove(at)),
            Some(at) => merged[at] = merge(&merged[at], change),
            None if deletes => {}
            None => merged.push(without_directives(change)),
        }
    }
    merged
}

/// Items that the order names come in its order; others keep their place behind the item they followed.
fn reorder(field: &str, items: &mut [Value], order: &[Value]) {
    let rank = |item: &Value| match merge_key(field, std::slice::from_ref(item)) {
        Some(key) => order.iter().position(|wanted| wanted.get(key) == item.get(key)),
        None => order.iter().position(|wanted| wanted == item),
    };
    let mut last = None;
    let mut ranked: Vec<(Option<usize>, Value)> = Vec::with_capacity(items.len());
    for item in items.iter() {
        last = rank(item).or(last);
        ranked.push((last, item.clone()));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    for (place, (_, item)) in items.iter_mut().zip(ranked) {
        *place = item;
    }
}

fn without_directives(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, value)| !name.starts_with('$') && !value.is_null())
            .map(|(name, value)| (name.clone(), without_directives(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(without_directives).collect(),
        other => other.clone(),
    }
}
