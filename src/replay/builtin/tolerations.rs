//! How plugins put tolerations together.
//! <https://github.com/kubernetes/kubernetes/blob/master/pkg/util/tolerations/tolerations.go>

use serde_json::Value;

fn text<'a>(toleration: &'a Value, field: &str) -> &'a str {
    toleration.get(field).and_then(Value::as_str).unwrap_or("")
}

/// Both lists one after another, without what another toleration of the result already covers.
pub fn merge(first: &[Value], second: &[Value]) -> Vec<Value> {
    let all: Vec<&Value> = first.iter().chain(second).collect();
    let mut merged: Vec<Value> = Vec::new();
    for (at, one) in all.iter().enumerate() {
        let covered = merged.iter().any(|kept| covers(kept, one));
        // Of equals the first stays.
        if !covered && !all[at + 1..].iter().any(|later| later != one && covers(later, one)) {
            merged.push((*one).clone());
        }
    }
    merged
}

/// Whether every taint that `one` tolerates is tolerated by `wide`.
fn covers(wide: &Value, one: &Value) -> bool {
    if wide == one {
        return true;
    }
    if text(one, "key") != text(wide, "key") && (!text(wide, "key").is_empty() || text(wide, "operator") != "Exists") {
        return false;
    }
    if text(one, "effect") != text(wide, "effect") && !text(wide, "effect").is_empty() {
        return false;
    }
    let seconds = |toleration: &Value| toleration.get("tolerationSeconds").and_then(Value::as_i64);
    if text(wide, "effect") == "NoExecute"
        && let Some(limit) = seconds(wide)
        && seconds(one).is_none_or(|own| own > limit)
    {
        return false;
    }
    match text(wide, "operator") {
        "Equal" | "" => text(one, "operator") == "Equal" && text(one, "value") == text(wide, "value"),
        other => other == "Exists",
    }
}

/// Appends the toleration, or puts it in the place of one with the same key, effect, operator and value.
pub(super) fn add_or_update(list: &mut Vec<Value>, new: Value) {
    let same = |old: &Value| ["key", "effect", "operator", "value"].iter().all(|field| text(old, field) == text(&new, field));
    if list.contains(&new) {
        return;
    }
    let mut found = false;
    for old in list.iter_mut().filter(|old| same(old)) {
        *old = new.clone();
        found = true;
    }
    if !found {
        list.push(new);
    }
}
