//! Changes by the place they happened in.

use crate::diff::{Change, Segment};

/// The changes by place, in order of first appearance.
pub(super) fn grouped<'a>(changes: &[&'a Change], joint: &str) -> Vec<(String, Vec<&'a Change>)> {
    let mut groups: Vec<(String, Vec<&Change>)> = Vec::new();
    for change in changes {
        let place = place(change, joint);
        match groups.iter_mut().find(|(known, _)| *known == place) {
            Some((_, members)) => members.push(change),
            None => groups.push((place, vec![change])),
        }
    }
    groups
}

/// `containers[aws-cli] › env`: where the change happened, without the last step of the way.
fn place(change: &Change, joint: &str) -> String {
    let way = &change.path.0;
    let parents = if change.order { way } else { &way[..way.len().saturating_sub(1)] };
    let parents = match parents {
        [Segment::Field(first), rest @ ..] if first == "spec" && !rest.is_empty() => rest,
        all => all,
    };
    let mut place = String::new();
    for segment in parents {
        match segment {
            Segment::Field(name) if place.is_empty() => place.push_str(name),
            Segment::Field(name) => place.push_str(&format!(" {joint} {name}")),
            item => place.push_str(&format!("[{}]", item.short_label())),
        }
    }
    if place.is_empty() { "the object".into() } else { place }
}

/// What to call the place itself, inside its group: a member's name, an item's key.
pub(super) fn label(change: &Change) -> String {
    change.path.0.last().map_or_else(|| "the whole object".into(), Segment::short_label)
}

/// `managedFields, uid, status`: which bookkeeping these changes are.
pub(super) fn fields(hidden: &[&Change]) -> String {
    let mut names: Vec<String> = Vec::new();
    for change in hidden {
        let name = match change.path.0.as_slice() {
            [Segment::Field(first), ..] if first == "status" => "status".to_owned(),
            [.., last] => last.label(),
            [] => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}
