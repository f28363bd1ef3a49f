//! A changed value in words: without the key it is named by, and on one line if it is flat.

use super::document;
use super::escape::plain;
use crate::diff::{Change, Segment};
use serde_json::{Map, Value};

/// What an item holds beyond the key it is named by; `None` if nothing.
pub(super) fn without_key(change: &Change, value: &Value) -> Option<Value> {
    let Some(Segment::Item { key, .. }) = change.path.0.last() else { return Some(value.clone()) };
    let members = value.as_object()?;
    let rest: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| !key.iter().any(|(field, _)| field == *name))
        .map(|(name, member)| (name.clone(), member.clone()))
        .collect();
    (!rest.is_empty()).then_some(Value::Object(rest))
}

/// Whether this is the rest of an environment variable with a plain value.
pub(super) fn is_env(rest: &Value) -> bool {
    rest.as_object().is_some_and(|members| members.len() == 1 && members.get("value").is_some_and(Value::is_string))
}

/// A flat value on one line behind its name, and what joins the two and ends them: a scalar, `= value`, or
/// `(field: value, ...)`.
pub(super) fn inline(value: &Value) -> Option<(&'static str, String, &'static str)> {
    let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
    match value {
        _ if is_env(value) => Some((" = ", document::scalar(&value["value"]), "")),
        Value::Object(members) if members.is_empty() => Some((": ", "{}".into(), "")),
        Value::Array(items) if items.is_empty() => Some((": ", "[]".into(), "")),
        Value::Object(members) if members.values().all(is_scalar) => {
            let mut parts: Vec<String> =
                members.iter().map(|(name, value)| format!("{}: {}", plain(name), document::scalar(value))).collect();
            parts.sort();
            Some(("  (", parts.join(", "), ")"))
        }
        Value::Array(items) if items.iter().all(is_scalar) => {
            Some((": ", format!("[{}]", items.iter().map(document::scalar).collect::<Vec<_>>().join(", ")), ""))
        }
        Value::Object(_) | Value::Array(_) => None,
        scalar => Some((": ", document::scalar(scalar), "")),
    }
}
