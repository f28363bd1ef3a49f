//! PodNodeSelector (off by default): the namespace's node selector is merged into the Pod's.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/podnodeselector/admission.go>

use super::{Admission, Operation};
use serde_json::{Map, Value, json};

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    let wanted = &admission.world.node_selector;
    if admission.operation != Operation::Create || wanted.is_empty() {
        return false;
    }
    let Some(spec) = super::spec(pod) else { return false };
    merge_selector(spec, wanted)
}

/// Adds the pairs whose key is not there yet. (A contradiction would have ended the request.)
pub(super) fn merge_selector(spec: &mut Map<String, Value>, wanted: &Map<String, Value>) -> bool {
    let Some(selector) = spec.entry("nodeSelector").or_insert_with(|| json!({})).as_object_mut() else { return false };
    let mut changed = false;
    for (key, value) in wanted {
        if !selector.contains_key(key) {
            selector.insert(key.clone(), value.clone());
            changed = true;
        }
    }
    changed
}
