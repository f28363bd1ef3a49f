//! The part of an object that admission decides: without what the server sets at the end.

use crate::audit::event::ObjectRef;
use serde_json::{Map, Value};

/// What the registry sets on every object, whatever admission left there
/// (<https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/registry/rest/create.go>).
pub const SERVER_SET: [&str; 6] = ["managedFields", "resourceVersion", "creationTimestamp", "uid", "generation", "selfLink"];

/// A copy without the server's own fields, status and type header.
pub fn comparable(object: &Value) -> Value {
    let Some(members) = object.as_object() else { return object.clone() };
    let mut kept: Map<String, Value> =
        members.iter().filter(|(name, _)| !matches!(name.as_str(), "kind" | "apiVersion" | "status" | "metadata")).map(owned).collect();
    if let Some(metadata) = members.get("metadata").and_then(Value::as_object) {
        let generated = metadata.contains_key("generateName");
        let metadata: Map<String, Value> = metadata
            .iter()
            .filter(|(name, value)| {
                !SERVER_SET.contains(&name.as_str())
                    && name.as_str() != "namespace"
                    && !(generated && name.as_str() == "name")
                    && !value.is_null()
            })
            .map(owned)
            .collect();
        kept.insert("metadata".into(), Value::Object(metadata));
    }
    Value::Object(kept)
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
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
pub fn without_registry_fields(stored: &Value, admitted: &Value, fields: &[&str]) -> Value {
    let mut stored = stored.clone();
    for field in fields {
        let mut tokens: Vec<&str> = field.split('/').skip(1).collect();
        if let Some(last) = tokens.pop() {
            take(&mut stored, Some(admitted), &tokens, &last.replace("~1", "/"));
        }
    }
    stored
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
