//! LimitRanger: fills missing requests and limits, and says so in an annotation of the Pod.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/limitranger/admission.go>
//!
//! On the second pass it fills containers that webhooks added, and overwrites the annotation with that pass's items.

use super::{Admission, Operation, containers, text};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The Pod's annotation (not the event's).
pub const ANNOTATION: &str = "kubernetes.io/limit-ranger";
const PREFIX: &str = "LimitRanger plugin set: ";

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    let limits = &admission.world.limits;
    if admission.operation != Operation::Create || (limits.limits.is_empty() && limits.requests.is_empty()) {
        return false;
    }
    let Some(spec) = super::spec(pod) else { return false };
    let mut said = Vec::new();
    for (list, what) in [("containers", "container"), ("initContainers", "init container")] {
        for container in containers(spec, list) {
            let name = text(container, "name").to_owned();
            let set_limits = fill(container, "limits", &limits.limits);
            let set_requests = fill(container, "requests", &limits.requests);
            for (set, kind) in [(set_requests, "request"), (set_limits, "limit")] {
                if !set.is_empty() {
                    said.push(format!("{} {kind} for {what} {name}", set.join(", ")));
                }
            }
        }
    }
    if said.is_empty() {
        return false;
    }
    let metadata = pod.entry("metadata").or_insert_with(|| json!({}));
    if let Some(metadata) = metadata.as_object_mut() {
        let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.insert(ANNOTATION.into(), format!("{PREFIX}{}", said.join("; ")).into());
        }
    }
    true
}

fn fill(container: &mut Map<String, Value>, which: &str, defaults: &BTreeMap<String, Value>) -> Vec<String> {
    let has = |container: &Map<String, Value>, resource: &str| {
        container.get("resources").and_then(|resources| resources.get(which)?.get(resource)).is_some()
    };
    let missing: Vec<String> = defaults.keys().filter(|resource| !has(container, resource)).cloned().collect();
    if missing.is_empty() {
        return missing;
    }
    let resources = container.entry("resources").or_insert_with(|| json!({}));
    if let Some(resources) = resources.as_object_mut()
        && let Some(list) = resources.entry(which).or_insert_with(|| json!({})).as_object_mut()
    {
        for resource in &missing {
            list.insert(resource.clone(), defaults[resource].clone());
        }
    }
    missing
}

/// Reads the annotation: (`limit` or `request`, resource, `container` or `init container`, name).
pub fn items_of_annotation(text: &str) -> Vec<(&str, &str, &str, &str)> {
    let mut items = Vec::new();
    for clause in text.strip_prefix(PREFIX).into_iter().flat_map(|rest| rest.split("; ")) {
        for (kind, separator) in [("request", " request for "), ("limit", " limit for ")] {
            if let Some((resources, whom)) = clause.split_once(separator) {
                let (what, name) = match whom.strip_prefix("init container ") {
                    Some(name) => ("init container", name),
                    None => ("container", whom.strip_prefix("container ").unwrap_or(whom)),
                };
                items.extend(resources.split(", ").map(|resource| (kind, resource, what, name)));
            }
        }
    }
    items
}
