//! PodTolerationRestriction (off by default): merges the namespace's default tolerations.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/podtolerationrestriction/admission.go>

use super::tolerations::merge;
use super::{Admission, Operation};
use serde_json::{Map, Value, json};

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    if !admission.world.restricts_tolerations {
        return false;
    }
    let Some(spec) = super::spec(pod) else { return false };
    let had = spec.get("tolerations").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut tolerations = had.clone();
    if admission.operation == Operation::Create && !admission.world.default_tolerations.is_empty() {
        tolerations = merge(&admission.world.default_tolerations, &tolerations);
    }
    if has_resources(spec) {
        let pressure = json!({"key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoSchedule"});
        tolerations = merge(&tolerations, &[pressure]);
    }
    if tolerations.is_empty() || tolerations == had {
        return false;
    }
    spec.insert("tolerations".into(), Value::Array(tolerations));
    true
}

/// Whether the Pod's quality of service is better than BestEffort: any container asks for cpu or memory.
fn has_resources(spec: &Map<String, Value>) -> bool {
    ["containers", "initContainers"].iter().filter_map(|list| spec.get(*list)?.as_array()).flatten().any(|container| {
        ["requests", "limits"]
            .iter()
            .filter_map(|which| container.get("resources")?.get(*which)?.as_object())
            .any(|list| list.contains_key("cpu") || list.contains_key("memory"))
    })
}
