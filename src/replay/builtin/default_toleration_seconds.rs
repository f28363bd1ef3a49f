//! DefaultTolerationSeconds: Pods stay five minutes on a node that is not ready or unreachable.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/defaulttolerationseconds/admission.go>

use super::{Admission, text};
use serde_json::{Map, Value, json};

const TAINTS: [&str; 2] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    let (Some(seconds), Some(spec)) = (admission.world.toleration_seconds, super::spec(pod)) else { return false };
    let tolerated = |spec: &Map<String, Value>, taint: &str| {
        spec.get("tolerations")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .any(|toleration| [taint, ""].contains(&text(toleration, "key")) && ["NoExecute", ""].contains(&text(toleration, "effect")))
    };
    // Both are looked up before either is added.
    let missing: Vec<(&str, i64)> = TAINTS.into_iter().zip(seconds).filter(|(taint, _)| !tolerated(spec, taint)).collect();
    if missing.is_empty() {
        return false;
    }
    let Some(list) = spec.entry("tolerations").or_insert_with(|| json!([])).as_array_mut() else { return false };
    for (taint, seconds) in &missing {
        list.push(json!({"key": taint, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds}));
    }
    true
}
