//! ExtendedResourceToleration (on in EKS): a Pod that asks for an extended resource tolerates its taint.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/extendedresourcetoleration/admission.go>

use super::tolerations::add_or_update;
use super::{Admission, containers};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    if !admission.world.tolerates_extended_resources {
        return false;
    }
    let Some(spec) = super::spec(pod) else { return false };
    let mut asked = BTreeSet::new();
    for list in ["containers", "initContainers"] {
        for container in containers(spec, list) {
            let requests = container.get("resources").and_then(|resources| resources.get("requests")?.as_object());
            asked.extend(requests.into_iter().flatten().map(|(name, _)| name.clone()).filter(|name| is_extended(name)));
        }
    }
    if asked.is_empty() {
        return false;
    }
    let Some(list) = spec.entry("tolerations").or_insert_with(|| json!([])).as_array_mut() else { return false };
    let before = list.clone();
    for resource in asked {
        add_or_update(list, json!({"key": resource, "operator": "Exists", "effect": "NoSchedule"}));
    }
    *list != before
}

/// A resource of somebody's own: with a domain that is not Kubernetes', and not a quota's name for one.
pub fn is_extended(resource: &str) -> bool {
    resource.contains('/') && !resource.contains("kubernetes.io/") && !resource.starts_with("requests.")
}
