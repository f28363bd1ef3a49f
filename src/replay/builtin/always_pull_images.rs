//! AlwaysPullImages (off by default): every container pulls its image at each start.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/alwayspullimages/admission.go>

use super::{Admission, Operation, containers, text};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    if !admission.world.always_pull {
        return false;
    }
    let images = |pod: &Map<String, Value>| -> BTreeSet<String> {
        ["containers", "initContainers", "ephemeralContainers"]
            .iter()
            .filter_map(|list| pod.get("spec")?.get(*list)?.as_array())
            .flatten()
            .filter_map(|container| container.get("image")?.as_str().map(str::to_owned))
            .collect()
    };
    // An update that brings no new image is left alone.
    if admission.operation == Operation::Update
        && admission.old.and_then(Value::as_object).is_some_and(|old| images(pod).is_subset(&images(old)))
    {
        return false;
    }
    let Some(spec) = super::spec(pod) else { return false };
    let mut changed = false;
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in containers(spec, list) {
            if text(container, "imagePullPolicy") != "Always" {
                container.insert("imagePullPolicy".into(), "Always".into());
                changed = true;
            }
        }
    }
    changed
}
