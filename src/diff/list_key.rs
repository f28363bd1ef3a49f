//! Which lists of a Kubernetes object are keyed, and by what.
//!
//! From the `x-kubernetes-list-map-keys` and `patchMergeKey` of the published API
//! (<https://kubernetes.io/docs/reference/generated/kubernetes-api/>), and for tolerations, which the API treats as one
//! atomic list, from what tells two of them apart.

use super::path::Segment;
use serde_json::Value;
use std::collections::HashMap;

/// The fields that identify an item of the list in this field; the first set that all items have is used.
fn keys(field: &str) -> &'static [&'static [&'static str]] {
    match field {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "env"
        | "volumes"
        | "imagePullSecrets"
        | "schedulingGates"
        | "resourceClaims"
        | "claims"
        | "httpHeaders"
        | "sysctls" => &[&["name"]],
        "volumeMounts" => &[&["mountPath"]],
        "volumeDevices" => &[&["devicePath"]],
        "ports" => &[&["containerPort", "protocol"], &["containerPort"], &["port", "protocol"], &["port"]],
        "tolerations" => &[&["key", "effect"], &["key"]],
        "hostAliases" => &[&["ip"]],
        "readinessGates" => &[&["conditionType"]],
        "conditions" => &[&["type"]],
        "topologySpreadConstraints" => &[&["topologyKey", "whenUnsatisfiable"]],
        "ownerReferences" => &[&["uid"]],
        "containerStatuses" | "initContainerStatuses" | "ephemeralContainerStatuses" => &[&["name"]],
        "podIPs" | "hostIPs" => &[&["ip"]],
        "resizePolicy" => &[&["resourceName"]],
        "webhooks" | "rules" | "secrets" => &[&["name"]],
        _ => &[],
    }
}

/// The items' identities, if the two lists in this field can be matched by key: unique over each list (a repeated key
/// counts its occurrences), and in the order of the lists.
pub fn identities(field: &str, lists: [&[Value]; 2]) -> Option<[Vec<Segment>; 2]> {
    if lists.iter().all(|list| list.is_empty()) {
        return None;
    }
    let key = keys(field).iter().find(|key| {
        lists.iter().all(|list| list.iter().all(|item| item.is_object() && key.iter().all(|part| scalar(item.get(part)).is_some())))
    });
    match key {
        Some(key) => Some(lists.map(|list| numbered(list.iter().map(|item| by_fields(item, key))))),
        // Finalizers, capabilities and other lists of distinct words: the word is the key.
        None if lists.iter().all(|list| list.iter().all(Value::is_string)) && is_set(field) => {
            Some(lists.map(|list| numbered(list.iter().map(|item| vec![(String::new(), scalar(Some(item)).unwrap_or_default())]))))
        }
        None => None,
    }
}

fn is_set(field: &str) -> bool {
    matches!(field, "finalizers" | "add" | "drop" | "supplementalGroups" | "accessModes")
}

fn by_fields(item: &Value, key: &[&str]) -> Vec<(String, String)> {
    key.iter().map(|part| ((*part).to_owned(), scalar(item.get(*part)).unwrap_or_default())).collect()
}

fn scalar(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn numbered(items: impl Iterator<Item = Vec<(String, String)>>) -> Vec<Segment> {
    let mut seen: HashMap<Vec<(String, String)>, usize> = HashMap::new();
    items
        .map(|key| {
            let count = seen.entry(key.clone()).or_insert(0);
            *count += 1;
            Segment::Item { key, nth: *count }
        })
        .collect()
}
