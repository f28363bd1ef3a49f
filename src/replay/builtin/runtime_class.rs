//! RuntimeClass: the overhead, node selector and tolerations of the Pod's runtime class.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/runtimeclass/admission.go>

use super::pod_node_selector::merge_selector;
use super::tolerations::merge;
use super::{Admission, Operation, text};
use serde_json::{Map, Value};

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    if admission.operation != Operation::Create {
        return false;
    }
    let Some(spec) = super::spec(pod) else { return false };
    let Some(class) = admission.world.runtime_classes.get(text(spec, "runtimeClassName")) else { return false };
    let mut changed = false;
    if let Some(overhead) = &class.overhead
        && spec.get("overhead") != Some(overhead)
    {
        spec.insert("overhead".into(), overhead.clone());
        changed = true;
    }
    if !class.node_selector.is_empty() {
        changed |= merge_selector(spec, &class.node_selector);
    }
    if !class.tolerations.is_empty() {
        let had = spec.get("tolerations").and_then(Value::as_array).cloned().unwrap_or_default();
        let merged = merge(&had, &class.tolerations);
        if merged != had {
            spec.insert("tolerations".into(), Value::Array(merged));
            changed = true;
        }
    }
    changed
}
