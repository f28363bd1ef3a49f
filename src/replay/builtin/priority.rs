//! Priority: the number and the preemption policy of the Pod's priority class.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/priority/admission.go>

use super::{Admission, Operation, text};
use crate::replay::world::PriorityClass;
use serde_json::{Map, Value};

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    let old = admission.old.and_then(|old| old.get("spec")).cloned();
    let Some(spec) = super::spec(pod) else { return false };
    match admission.operation {
        Operation::Create => create(spec, admission),
        Operation::Update => {
            ["priority", "preemptionPolicy"].into_iter().fold(false, |changed, field| match old.as_ref().and_then(|old| old.get(field)) {
                Some(kept) if !spec.contains_key(field) => {
                    spec.insert(field.into(), kept.clone());
                    true
                }
                _ => changed,
            })
        }
    }
}

fn create(spec: &mut Map<String, Value>, admission: &Admission<'_>) -> bool {
    let asked = text(spec, "priorityClassName");
    let class = match admission.world.priority_classes.get(asked) {
        Some(class) => class.clone(),
        None => match default_class(asked) {
            Some(class) => class,
            None => return false,
        },
    };
    let mut changed = false;
    let mut set = |field: &str, value: &Value| {
        if spec.get(field) != Some(value) {
            spec.insert(field.into(), value.clone());
            changed = true;
        }
    };
    if !class.name.is_empty() {
        set("priorityClassName", &Value::from(class.name));
    }
    set("priority", &class.value);
    if let Some(policy) = &class.preemption {
        set("preemptionPolicy", policy);
    }
    changed
}

/// The classes every cluster has, and what Pods without a class get where no class is the default.
pub fn default_class(name: &str) -> Option<PriorityClass> {
    let value = match name {
        "" => 0,
        "system-cluster-critical" => 2_000_000_000,
        "system-node-critical" => 2_000_001_000,
        _ => return None,
    };
    Some(PriorityClass { name: name.into(), value: value.into(), preemption: Some("PreemptLowerPriority".into()) })
}
