//! The part of an object that admission decides: without what the server sets at the end.

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
