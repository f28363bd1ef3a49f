//! Server-side apply on an object that exists.
//! <https://kubernetes.io/docs/reference/using-api/server-side-apply/>
//!
//! The configuration is merged into the object, lists by their map keys; what the same manager owned before and no longer
//! names goes, unless another manager owns it too.

use super::strategic::merge_key;
use serde_json::{Map, Value};

/// The object with the configuration applied by this manager.
pub(super) fn apply(old: &Value, configuration: &Value, manager: &str) -> Value {
    let mut object = old.clone();
    let managed = old.pointer("/metadata/managedFields").and_then(Value::as_array);
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for entry in managed.into_iter().flatten() {
        let Some(fields) = entry.get("fieldsV1") else { continue };
        let text = |field: &str| entry.get(field).and_then(Value::as_str);
        let mine = text("manager") == Some(manager) && text("operation") == Some("Apply") && text("subresource").is_none();
        if mine { own.push(fields) } else { others.push(fields) }
    }
    for fields in own {
        let others: Vec<&Value> = others.clone();
        abandon(&mut object, configuration, fields, &others);
    }
    merge(&object, configuration)
}

/// Removes what `fields` names, `configuration` does not, and no one else owns.
fn abandon(object: &mut Value, configuration: &Value, fields: &Value, others: &[&Value]) {
    let Some(fields) = fields.as_object() else { return };
    for (field, inner) in fields {
        let owned: Vec<&Value> = others.iter().filter_map(|other| other.get(field)).collect();
        if let Some(name) = field.strip_prefix("f:") {
            let leaf = inner.as_object().is_none_or(Map::is_empty);
            match configuration.get(name) {
                None if owned.is_empty() && leaf => {
                    object.as_object_mut().map(|members| members.shift_remove(name));
                }
                wanted => {
                    if let Some(member) = object.get_mut(name) {
                        abandon(member, wanted.unwrap_or(&Value::Null), inner, &owned);
                    }
                }
            }
        } else if let Some(key) = field.strip_prefix("k:").and_then(|key| serde_json::from_str::<Map<String, Value>>(key).ok()) {
            let is = |item: &Value| key.iter().all(|(name, value)| item.get(name) == Some(value));
            let wanted = configuration.as_array().and_then(|items| items.iter().find(|item| is(item)));
            let Some(items) = object.as_array_mut() else { continue };
            let Some(at) = items.iter().position(is) else { continue };
            match wanted {
                None if owned.is_empty() => drop(items.remove(at)),
                wanted => abandon(&mut items[at], wanted.unwrap_or(&Value::Null), inner, &owned),
            }
        }
    }
}

fn merge(old: &Value, configuration: &Value) -> Value {
    let (Value::Object(old), Value::Object(wanted)) = (old, configuration) else { return configuration.clone() };
    let mut merged = old.clone();
    for (name, wanted) in wanted {
        let new = match (merged.get(name), wanted) {
            (Some(Value::Array(items)), Value::Array(wanted)) => match merge_key(name, wanted) {
                Some(key) => Value::Array(lists(items, wanted, key)),
                None => Value::Array(wanted.clone()),
            },
            (Some(before), wanted) => merge(before, wanted),
            (None, wanted) => wanted.clone(),
        };
        merged.insert(name.clone(), new);
    }
    Value::Object(merged)
}

fn lists(old: &[Value], wanted: &[Value], key: &str) -> Vec<Value> {
    let mut merged = old.to_vec();
    for want in wanted {
        match merged.iter().position(|item| item.get(key) == want.get(key)) {
            Some(at) => merged[at] = merge(&merged[at], want),
            None => merged.push(want.clone()),
        }
    }
    merged
}
