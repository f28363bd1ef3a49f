//! Comparing two trees, and applying what came out.

use super::list_key::identities;
use super::path::{Path, Segment, push_token};
use super::{Change, Op};
use serde_json::Value;
use std::collections::HashMap;

/// What leads from `before` to `after`, in the order in which [`apply`] wants it: within a list removals first, then
/// changes inside items, then additions in list order, then a change of order.
pub fn compare(before: &Value, after: &Value) -> Vec<Change> {
    let mut walk = Walk { changes: Vec::new(), path: Vec::new(), before: String::new(), after: String::new() };
    walk.value(before, after);
    walk.changes
}

struct Walk {
    changes: Vec<Change>,
    path: Vec<Segment>,
    /// The pointer so far, in the object before.
    before: String,
    /// The pointer so far, in the object after.
    after: String,
}

impl Walk {
    fn value(&mut self, before: &Value, after: &Value) {
        match (before, after) {
            (Value::Object(a), Value::Object(b)) => {
                for (name, old) in a {
                    match b.get(name) {
                        None => self.in_field(name, |walk| walk.gone(old)),
                        Some(new) => self.in_field(name, |walk| walk.value(old, new)),
                    }
                }
                for (name, new) in b.iter().filter(|(name, _)| !a.contains_key(*name)) {
                    self.in_field(name, |walk| walk.come(new));
                }
            }
            _ if before == after => {}
            // An empty list is not an absent one, which is what removing every item would leave.
            (Value::Array(_), Value::Array(b)) if b.is_empty() => self.push(Op::Replaced, Some(before), Some(after)),
            (Value::Array(a), Value::Array(b)) => match identities(self.field(), [a, b]) {
                Some(ids) if ids[0] == ids[1] || !ids.iter().flatten().any(is_repeated) => self.keyed(a, b, ids),
                // Of items that share a key nobody can say which one moved.
                _ => self.push(Op::Replaced, Some(before), Some(after)),
            },
            _ => self.push(Op::Replaced, Some(before), Some(after)),
        }
    }

    fn field(&self) -> &str {
        match self.path.last() {
            Some(Segment::Field(name)) => name,
            _ => "",
        }
    }

    fn in_field(&mut self, name: &str, go: impl FnOnce(&mut Walk)) {
        self.within(Segment::Field(name.to_owned()), name, name, go);
    }

    fn within(&mut self, segment: Segment, before: &str, after: &str, go: impl FnOnce(&mut Walk)) {
        let lengths = (self.before.len(), self.after.len());
        self.path.push(segment);
        push_token(&mut self.before, before);
        push_token(&mut self.after, after);
        go(self);
        self.path.pop();
        self.before.truncate(lengths.0);
        self.after.truncate(lengths.1);
    }

    /// A whole member appeared: a keyed list counts element by element.
    fn come(&mut self, new: &Value) {
        match new.as_array().and_then(|items| Some((items, identities(self.field(), [&[], items])?))) {
            Some((items, [_, ids])) => {
                for (at, (item, id)) in items.iter().zip(ids).enumerate() {
                    self.within(id, "", &at.to_string(), |walk| walk.push(Op::Added, None, Some(item)));
                }
            }
            None => self.push(Op::Added, None, Some(new)),
        }
    }

    /// A whole member vanished.
    fn gone(&mut self, old: &Value) {
        match old.as_array().and_then(|items| Some((items, identities(self.field(), [items, &[]])?))) {
            Some((items, [ids, _])) => {
                for at in removal_order(&ids) {
                    self.within(ids[at].clone(), &at.to_string(), "", |walk| walk.push(Op::Removed, Some(&items[at]), None));
                }
            }
            None => self.push(Op::Removed, Some(old), None),
        }
    }

    fn keyed(&mut self, a: &[Value], b: &[Value], [ids_a, ids_b]: [Vec<Segment>; 2]) {
        let place_b: HashMap<&Segment, usize> = ids_b.iter().enumerate().map(|(at, id)| (id, at)).collect();
        let place_a: HashMap<&Segment, usize> = ids_a.iter().enumerate().map(|(at, id)| (id, at)).collect();
        for (at, id) in ids_a.iter().enumerate().filter(|(_, id)| !place_b.contains_key(id)) {
            self.within(id.clone(), &at.to_string(), "", |walk| walk.push(Op::Removed, Some(&a[at]), None));
        }
        for (at, id) in ids_b.iter().enumerate() {
            if let Some(&was) = place_a.get(id) {
                self.within(id.clone(), &was.to_string(), &at.to_string(), |walk| walk.value(&a[was], &b[at]));
            }
        }
        for (at, id) in ids_b.iter().enumerate().filter(|(_, id)| !place_a.contains_key(id)) {
            self.within(id.clone(), "", &at.to_string(), |walk| walk.push(Op::Added, None, Some(&b[at])));
        }
        let kept_a: Vec<&Segment> = ids_a.iter().filter(|id| place_b.contains_key(id)).collect();
        let kept_b: Vec<&Segment> = ids_b.iter().filter(|id| place_a.contains_key(id)).collect();
        if kept_a != kept_b {
            let labels = |ids: &[Segment]| Value::from(ids.iter().map(Segment::label).collect::<Vec<_>>());
            self.push(Op::Replaced, Some(&labels(&ids_a)), Some(&labels(&ids_b)));
            if let Some(change) = self.changes.last_mut() {
                change.order = true;
            }
        }
    }

    fn push(&mut self, op: Op, before: Option<&Value>, after: Option<&Value>) {
        let pointer = if op == Op::Removed { &self.before } else { &self.after };
        self.changes.push(Change {
            op,
            path: Path(self.path.clone()),
            pointer: pointer.clone(),
            before: before.cloned(),
            after: after.cloned(),
            order: false,
        });
    }
}

fn is_repeated(id: &Segment) -> bool {
    matches!(id, Segment::Item { nth: 2.., .. })
}

/// The items to remove, in list order; of items with one key the last goes first, so that the others keep their number.
fn removal_order(ids: &[Segment]) -> Vec<usize> {
    let (again, first): (Vec<usize>, Vec<usize>) = (0..ids.len()).partition(|at| is_repeated(&ids[*at]));
    again.into_iter().rev().chain(first).collect()
}

/// Applies the changes to a copy of `base`.
///
/// Items are found by their keys, so changes learned on one object can be applied to a similar one. A change that finds
/// nothing to act on (a removal of something absent) has no effect.
pub fn apply(changes: &[Change], base: &Value) -> Value {
    let mut result = base.clone();
    for change in changes {
        if change.order {
            reorder(&mut result, change);
        } else {
            set(&mut result, &change.path.0, change.after.as_ref(), last_index(&change.pointer));
        }
    }
    result
}

fn last_index(pointer: &str) -> Option<usize> {
    pointer.rsplit('/').next().and_then(|token| token.parse().ok())
}

/// Puts `new` (or nothing) at the end of the path; an item that is not there yet goes to index `at`.
fn set(node: &mut Value, path: &[Segment], new: Option<&Value>, at: Option<usize>) {
    let Some((first, rest)) = path.split_first() else {
        if let Some(new) = new {
            *node = new.clone();
        }
        return;
    };
    match first {
        Segment::Field(name) => set_field(node, name, rest, new, at),
        Segment::Index(index) => {
            if let Some(item) = node.as_array_mut().and_then(|items| items.get_mut(*index)) {
                set(item, rest, new, at);
            }
        }
        // An item always follows the field that holds its list, and `set_field` consumes both.
        Segment::Item { .. } => {}
    }
}

fn set_field(node: &mut Value, name: &str, rest: &[Segment], new: Option<&Value>, at: Option<usize>) {
    let Some(members) = node.as_object_mut() else { return };
    match rest {
        [] => match new {
            Some(new) => {
                members.insert(name.to_owned(), new.clone());
            }
            None => {
                members.shift_remove(name);
            }
        },
        [id @ Segment::Item { .. }, deeper @ ..] => {
            if new.is_some() && !members.get(name).is_some_and(Value::is_array) {
                members.insert(name.to_owned(), Value::Array(Vec::new()));
            }
            let Some(items) = members.get_mut(name).and_then(Value::as_array_mut) else { return };
            let found = position(name, items, id);
            match (found, deeper, new) {
                (Some(index), [], None) => {
                    items.remove(index);
                    if items.is_empty() {
                        members.shift_remove(name);
                    }
                }
                (Some(index), [], Some(new)) => items[index] = new.clone(),
                (Some(index), deeper, new) => set(&mut items[index], deeper, new, at),
                (None, [], Some(new)) => items.insert(at.unwrap_or(items.len()).min(items.len()), new.clone()),
                (None, _, _) => {}
            }
        }
        rest => {
            if new.is_some() && !members.contains_key(name) {
                members.insert(name.to_owned(), Value::Object(serde_json::Map::new()));
            }
            if let Some(member) = members.get_mut(name) {
                set(member, rest, new, at);
            }
        }
    }
}

fn position(field: &str, items: &[Value], id: &Segment) -> Option<usize> {
    let [ids, _] = identities(field, [items, &[]])?;
    ids.iter().position(|candidate| candidate == id)
}

fn reorder(root: &mut Value, change: &Change) {
    let Some(wanted) = change.after.as_ref().and_then(Value::as_array) else { return };
    let Some(Segment::Field(field)) = change.path.0.last() else { return };
    let Some(items) = find(root, &change.path.0).and_then(Value::as_array_mut) else { return };
    let Some([ids, _]) = identities(field, [items, &[]]) else { return };
    let rank = |id: &Segment| wanted.iter().position(|label| label.as_str() == Some(&id.label())).unwrap_or(usize::MAX);
    let mut ranked: Vec<(usize, Value)> = ids.iter().map(rank).zip(std::mem::take(items)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    *items = ranked.into_iter().map(|(_, item)| item).collect();
}

fn find<'a>(node: &'a mut Value, path: &[Segment]) -> Option<&'a mut Value> {
    match path {
        [] => Some(node),
        [Segment::Field(name), id @ Segment::Item { .. }, rest @ ..] => {
            let items = node.get_mut(name)?.as_array_mut()?;
            let index = position(name, items, id)?;
            find(&mut items[index], rest)
        }
        [Segment::Field(name), rest @ ..] => find(node.get_mut(name)?, rest),
        [Segment::Index(index), rest @ ..] => find(node.get_mut(*index)?, rest),
        [Segment::Item { .. }, ..] => None,
    }
}
