//! The annotation in which kubectl keeps what it applied on the client side.
//!
//! When the manager `kubectl` applies on the server side and the object has the annotation, the API server rewrites it from
//! the apply configuration, before admission
//! (<https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedupdater.go>).

use serde_json::Value;

const KEY: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Brings the object's annotation up to date with the configuration that this manager applies.
pub(super) fn synchronise(object: &mut Value, configuration: &Value, manager: &str) {
    let Some(Value::String(text)) = object.pointer_mut("/metadata/annotations").and_then(|annotations| annotations.get_mut(KEY)) else {
        return;
    };
    if manager == "kubectl" && !text.is_empty() {
        *text = written(configuration.clone());
    }
}

/// The configuration without the annotation, as Go's encoder writes it: members sorted, markup escaped, a newline at the end.
fn written(mut configuration: Value) -> String {
    if let Some(annotations) = configuration.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.remove(KEY);
    }
    configuration.sort_all_objects();
    let mut text = configuration.to_string();
    for (raw, escaped) in [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")] {
        text = text.replace(raw, escaped);
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn applied(manager: &str, annotation: &str) -> String {
        let configuration = json!({"spec": {"b": "<&>", "a": 1}, "metadata": {"annotations": {KEY: "of the client"}}});
        let mut object = json!({"metadata": {"annotations": {KEY: annotation}}});
        synchronise(&mut object, &configuration, manager);
        object["metadata"]["annotations"][KEY].as_str().unwrap().to_owned()
    }

    #[test]
    fn kubectl_finds_its_annotation_rewritten() {
        let expected = "{\"metadata\":{\"annotations\":{}},\"spec\":{\"a\":1,\"b\":\"\\u003c\\u0026\\u003e\"}}\n";
        assert_eq!(applied("kubectl", "old"), expected);
    }

    #[test]
    fn other_managers_and_empty_annotations_are_left_alone() {
        assert_eq!(applied("argocd", "old"), "old");
        assert_eq!(applied("kubectl", ""), "");
    }
}
