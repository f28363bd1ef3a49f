//! JSON merge patch (RFC 7386): null deletes, objects merge, everything else replaces.

use serde_json::{Map, Value};

/// The patched object.
pub(super) fn merge(old: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else { return patch.clone() };
    let mut merged = old.as_object().cloned().unwrap_or_else(Map::new);
    for (name, change) in changes {
        if change.is_null() {
            merged.shift_remove(name);
        } else {
            let new = merge(merged.get(name).unwrap_or(&Value::Null), change);
            merged.insert(name.clone(), new);
        }
    }
    Value::Object(merged)
}
