//! The part of an object that admission decides: without what the server sets at the end.

use crate::audit::event::ObjectRef;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What the registry sets on every object, whatever admission left there
/// (<https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/registry/rest/create.go>).
pub const SERVER_SET: [&str; 6] = ["managedFields", "resourceVersion", "creationTimestamp", "uid", "generation", "selfLink"];

/// Without the server's own fields, status and type header.
pub fn comparable(mut object: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        strip(members);
    }
    object
}

fn strip(members: &mut Map<String, Value>) {
    members.retain(|name, _| !matches!(name.as_str(), "kind" | "apiVersion" | "status"));
    let metadata = members.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    let Some(metadata) = metadata.as_object_mut() else { return };
    let generated = metadata.contains_key("generateName");
    metadata.retain(|name, value| {
        let name = name.as_str();
        let servers = SERVER_SET.contains(&name) || name == "namespace" || (generated && name == "name");
        !servers && !value.is_null()
    });
}

/// What the registry sets after admission on objects of this resource, as RFC 6901 pointers; `*` stands for every item
/// (<https://github.com/kubernetes/kubernetes/tree/master/pkg/registry>).
pub fn registry_fields(object: &ObjectRef) -> &'static [&'static str] {
    match (object.api_group.as_str(), object.resource.as_str()) {
        ("", "services") => &[
            "/spec/clusterIP",
            "/spec/clusterIPs",
            "/spec/ipFamilies",
            "/spec/ipFamilyPolicy",
            "/spec/healthCheckNodePort",
            "/spec/ports/*/nodePort",
        ],
        ("", "namespaces") => &["/spec/finalizers"],
        ("batch", "jobs") => &[
            "/spec/selector",
            "/metadata/labels/controller-uid",
            "/metadata/labels/job-name",
            "/metadata/labels/batch.kubernetes.io~1controller-uid",
            "/metadata/labels/batch.kubernetes.io~1job-name",
            "/spec/template/metadata/labels/controller-uid",
            "/spec/template/metadata/labels/job-name",
            "/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid",
            "/spec/template/metadata/labels/batch.kubernetes.io~1job-name",
        ],
        _ => &[],
    }
}

/// The stored object without what the registry set: the fields of its own that admission's object does not have.
pub fn without_registry_fields<'a>(stored: &'a Value, admitted: &Value, fields: &[&str]) -> Cow<'a, Value> {
    if fields.is_empty() {
        return Cow::Borrowed(stored);
    }
    let mut stored = stored.clone();
    for field in fields {
        let mut tokens: Vec<&str> = field.split('/').skip(1).collect();
        if let Some(last) = tokens.pop() {
            take(&mut stored, Some(admitted), &tokens, &last.replace("~1", "/"));
        }
    }
    Cow::Owned(stored)
}

fn take(stored: &mut Value, admitted: Option<&Value>, parents: &[&str], last: &str) {
    match parents {
        [] => {
            if let Some(members) = stored.as_object_mut()
                && admitted.is_none_or(|admitted| admitted.get(last).is_none())
            {
                members.shift_remove(last);
            }
        }
        ["*", rest @ ..] => {
            for (at, item) in stored.as_array_mut().into_iter().flatten().enumerate() {
                take(item, admitted.and_then(|admitted| admitted.get(at)), rest, last);
            }
        }
        [first, rest @ ..] => {
            if let Some(member) = stored.get_mut(*first) {
                take(member, admitted.and_then(|admitted| admitted.get(*first)), rest, last);
                // A map that held nothing else was made for it.
                if member.as_object().is_some_and(Map::is_empty) && admitted.is_none_or(|admitted| admitted.get(*first).is_none()) {
                    stored.as_object_mut().map(|members| members.shift_remove(*first));
                }
            }
        }
    }
}
