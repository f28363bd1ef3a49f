//! Who set each value of the stored object.
//!
//! The authors start with the request and are carried through every step: what a step left as it was keeps its author, list
//! items found again by their Kubernetes keys. Promise: every value of the object has exactly one author.
//!
//! What the client typed and what the API server defaulted stand in the request's object alike. Only a hint tells them
//! apart: the `kubectl.kubernetes.io/last-applied-configuration` annotation holds what was typed. Without it both are
//! called the request's.

use super::{Kind, Report};
use crate::diff::list_key::identities;
use crate::diff::path::tokens;
use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;
use std::sync::Arc;

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Who set a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Author {
    /// The client typed it.
    Client,
    /// The API server's defaulting, before admission.
    Default,
    /// The client or defaulting: nothing tells which.
    Request,
    /// The actor of this step.
    Step(usize),
    /// The API server itself: ids, times, status, field ownership.
    Server,
}

/// The last object of a report and the author of each of its values.
#[derive(Debug, Clone)]
pub struct Blame {
    /// The object.
    pub object: Arc<Value>,
    root: Node,
}

/// The authors of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Who set it last.
    pub author: Author,
    /// Who had set it before, oldest first.
    pub earlier: Vec<Author>,
    inner: Inner,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Inner {
    Scalar,
    Members(HashMap<String, Node>),
    Items(Vec<Node>),
}

/// The authors of the last object that the report knows; `None` if it knows none.
pub fn blame(report: &Report) -> Option<Blame> {
    let mut steps = report.steps.iter().enumerate();
    let (_, first) = steps.next()?;
    let mut object = first.after.clone()?;
    let mut root = requested(&object);
    for (at, step) in steps {
        let (Some(before), Some(after)) = (&step.before, &step.after) else { continue };
        let between = if at == 1 { Author::Request } else { Author::Server };
        root = carry("", &object, before, root, between);
        let author = if step.actor.kind == Kind::Server { Author::Server } else { Author::Step(at) };
        root = carry("", before, after, root, author);
        object = after.clone();
    }
    if let Inner::Members(members) = &mut root.inner {
        // The type header is the request's, also where the client left it out of the body.
        for header in ["apiVersion", "kind"]
            .into_iter()
            .filter_map(|name| Some(name).filter(|name| first.after.as_ref().is_some_and(|object| object.get(*name).is_none())))
        {
            members.entry(header.to_owned()).and_modify(|node| node.author = Author::Request);
        }
    }
    Some(Blame { object, root })
}

impl Blame {
    /// The authors of the value at this RFC 6901 pointer.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        tokens(pointer).iter().try_fold(&self.root, |node, token| match &node.inner {
            Inner::Members(members) => members.get(token),
            Inner::Items(items) => items.get(token.parse::<usize>().ok()?),
            Inner::Scalar => None,
        })
    }
}

/// The authors of the request's object, as far as a hint tells.
fn requested(object: &Value) -> Node {
    let hint = object.pointer("/metadata/annotations").and_then(|annotations| annotations.get(LAST_APPLIED)?.as_str());
    let hint: Option<Value> = hint.and_then(|hint| serde_json::from_str(hint).ok()).filter(Value::is_object);
    let mut root = match &hint {
        Some(hint) => hinted("", object, hint),
        None => fresh(object, Author::Request),
    };
    if let Some(metadata) = root.member("metadata") {
        metadata.author = if hint.is_some() { Author::Client } else { Author::Request };
        if let Some(fields) = metadata.member("managedFields") {
            *fields = fresh(&object["metadata"]["managedFields"], Author::Server);
        }
        if hint.is_some()
            && let Some(annotations) = metadata.member("annotations")
        {
            annotations.author = Author::Client;
            annotations.member(LAST_APPLIED).into_iter().for_each(|node| node.author = Author::Client);
        }
    }
    root
}

/// What the hint lists is the client's, the rest was defaulted.
fn hinted(field: &str, value: &Value, hint: &Value) -> Node {
    let inner = match (value, hint) {
        (Value::Object(members), Value::Object(hints)) => {
            let of = |(name, member): (&String, &Value)| {
                let node = hints.get(name).map_or_else(|| fresh(member, Author::Default), |hint| hinted(name, member, hint));
                (name.clone(), node)
            };
            Inner::Members(members.iter().map(of).collect())
        }
        (Value::Array(items), Value::Array(hints)) => {
            let hint_of: Vec<Option<&Value>> = match identities(field, [hints, items]) {
                Some([theirs, ours]) => {
                    ours.iter().map(|id| theirs.iter().position(|their| their == id).and_then(|at| hints.get(at))).collect()
                }
                None => (0..items.len()).map(|at| hints.get(at)).collect(),
            };
            let of =
                |(item, hint): (&Value, Option<&Value>)| hint.map_or_else(|| fresh(item, Author::Default), |hint| hinted("", item, hint));
            Inner::Items(items.iter().zip(hint_of).map(of).collect())
        }
        (value, _) => return fresh(value, Author::Client),
    };
    Node { author: Author::Client, earlier: Vec::new(), inner }
}

/// A value that is all one author's.
fn fresh(value: &Value, author: Author) -> Node {
    let inner = match value {
        Value::Object(members) => Inner::Members(members.iter().map(|(name, member)| (name.clone(), fresh(member, author))).collect()),
        Value::Array(items) => Inner::Items(items.iter().map(|item| fresh(item, author)).collect()),
        _ => Inner::Scalar,
    };
    Node { author, earlier: Vec::new(), inner }
}

/// The authors after a step: `node` holds those of `before`.
fn carry(field: &str, before: &Value, after: &Value, node: Node, author: Author) -> Node {
    if before == after {
        return node;
    }
    let Node { author: old, mut earlier, inner } = node;
    match (before, after, inner) {
        (Value::Object(a), Value::Object(b), Inner::Members(mut known)) => {
            let of = |(name, member): (&String, &Value)| {
                let node = match (a.get(name), known.remove(name)) {
                    (Some(was), Some(node)) => carry(name, was, member, node, author),
                    _ => fresh(member, author),
                };
                (name.clone(), node)
            };
            Node { author: old, earlier, inner: Inner::Members(b.iter().map(of).collect()) }
        }
        (Value::Array(a), Value::Array(b), Inner::Items(known)) => {
            let mut known: Vec<Option<Node>> = known.into_iter().map(Some).collect();
            let of = |(item, was): (&Value, Option<usize>)| match was.and_then(|at| Some((a.get(at)?, known.get_mut(at)?.take()?))) {
                Some((was, node)) => carry("", was, item, node, author),
                None => fresh(item, author),
            };
            Node { author: old, earlier, inner: Inner::Items(b.iter().zip(origins(field, a, b)).map(of).collect()) }
        }
        _ => {
            if old != author {
                earlier.push(old);
            }
            Node { earlier, ..fresh(after, author) }
        }
    }
}

/// Where in the old list each item of the new one stood: by key, or in a list without keys by what stayed in order.
fn origins(field: &str, a: &[Value], b: &[Value]) -> Vec<Option<usize>> {
    if let Some([ids_a, ids_b]) = identities(field, [a, b]) {
        let places: HashMap<_, usize> = ids_a.iter().enumerate().map(|(at, id)| (id, at)).collect();
        return ids_b.iter().map(|id| places.get(id).copied()).collect();
    }
    let words = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>();
    let mut origins = vec![None; b.len()];
    for op in capture_diff_slices(Algorithm::Myers, &words(a), &words(b)) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            (0..len).for_each(|at| origins[new_index + at] = Some(old_index + at));
        }
        if let DiffOp::Replace { old_index, old_len, new_index, new_len } = op {
            (0..old_len.min(new_len)).for_each(|at| origins[new_index + at] = Some(old_index + at));
        }
    }
    origins
}

impl Node {
    /// Whether this value and everything in it is this author's.
    pub fn is_all(&self, author: Author) -> bool {
        self.author == author
            && match &self.inner {
                Inner::Scalar => true,
                Inner::Members(members) => members.values().all(|node| node.is_all(author)),
                Inner::Items(items) => items.iter().all(|node| node.is_all(author)),
            }
    }

    fn member(&mut self, name: &str) -> Option<&mut Node> {
        match &mut self.inner {
            Inner::Members(members) => members.get_mut(name),
            _ => None,
        }
    }
}
