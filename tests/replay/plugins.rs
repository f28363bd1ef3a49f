//! Plugins that are off by default, on recorded Pods: what the namespace's annotations say shows in the stored Pod.

use auditdiff::audit::Event;
use auditdiff::replay::{Context, replay, study};
use auditdiff::report::build::report;
use auditdiff::report::{Kind, Report};
use auditdiff::source::{Origin, Record};
use serde_json::{Value, json};

fn event(value: &Value) -> Event {
    Event::parse(&Record { origin: Origin { source: "test".into(), place: 1 }, text: value.to_string().into_bytes() }).expect("an event")
}

/// The recorded create of default/aws-cli, its stored Pod changed, in a namespace with these annotations.
fn told(annotations: &Value, change: impl FnOnce(&mut Value)) -> Report {
    let log = include_str!("../../samples/irsa-basic/audit.jsonl");
    let mut create: Value = serde_json::from_str(log.lines().nth(1).expect("the create")).expect("JSON");
    change(&mut create["responseObject"]["spec"]);
    let namespace = json!({
        "level": "RequestResponse", "auditID": "n", "stage": "ResponseComplete", "verb": "update",
        "objectRef": {"resource": "namespaces", "namespace": "default", "name": "default", "apiVersion": "v1"},
        "responseStatus": {"code": 200},
        "responseObject": {"kind": "Namespace", "metadata": {"name": "default", "annotations": annotations}},
    });
    let mut context = Context::default();
    context.absorb(study(&event(&namespace)));
    report(&event(&create), replay(&event(&create), None, &context))
}

fn changes_of(report: &Report, plugin: &str) -> Vec<String> {
    let steps = report.steps.iter().filter(|step| step.actor.kind == Kind::Builtin && step.actor.name.as_deref() == Some(plugin));
    steps.flat_map(|step| &step.changes).map(|change| change.path.to_string()).collect()
}

#[test]
fn the_namespaces_node_selector() {
    let annotations = json!({"scheduler.alpha.kubernetes.io/node-selector": "zone=a, disk=ssd"});
    let report = told(&annotations, |spec| spec["nodeSelector"] = json!({"zone": "a", "disk": "ssd"}));
    assert_eq!(report.replay.reproduces_stored, Some(true));
    assert_eq!(changes_of(&report, "PodNodeSelector"), ["spec.nodeSelector"]);
}

#[test]
fn the_namespaces_default_tolerations() {
    let mine = json!({"key": "team", "operator": "Exists", "effect": "NoSchedule"});
    let annotations = json!({"scheduler.alpha.kubernetes.io/defaultTolerations": json!([mine]).to_string()});
    let report = told(&annotations, |spec| {
        if let Some(tolerations) = spec["tolerations"].as_array_mut() {
            tolerations.insert(0, mine.clone());
        }
    });
    assert_eq!(report.replay.reproduces_stored, Some(true));
    assert_eq!(changes_of(&report, "PodTolerationRestriction"), ["spec.tolerations[key=team,effect=NoSchedule]"]);
}
