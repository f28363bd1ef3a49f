//! What may be secret does not leave the program under `--redact`, in any form; what identifies things stays.

mod stories;

use auditdiff::render::{self, Style, View};
use auditdiff::report::redact::redacted;
use auditdiff::samples;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const STYLE: Style = Style { width: 140, color: false, unicode: true, show_noise: true };

/// Every form, with redaction, one below the other.
fn everything(log: &[u8]) -> String {
    let reports = stories::reports(log);
    let shown = redacted(&reports);
    let view = View { redact: true, ..View::default() };
    let mut out = serde_json::to_vec_pretty(&shown).unwrap();
    render::text(&shown, &STYLE, &mut out).unwrap();
    render::wide(&shown, &STYLE, &mut out).unwrap();
    render::blame(&reports, &view, &STYLE, &mut out).unwrap();
    render::diff(&reports, &view, &STYLE, &mut out).unwrap();
    render::yaml(&reports, &view, &STYLE, &mut out).unwrap();
    render::object_json(&reports, &view, &mut out).unwrap();
    render::json_patch(&reports, &view, &mut out).unwrap();
    render::markdown(&reports, &view, &STYLE, &mut out).unwrap();
    render::html(&reports, &view, &STYLE, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The values that must not be seen: of env, command lines and annotations, wherever an object holds them.
fn private(value: &Value, place: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let env = place == "env" && name == "value";
                if let (true, Some(text)) = (env || place == "annotations", member.as_str()) {
                    found.insert(text.to_owned());
                }
                private(member, name, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                if let (true, Some(text)) = (matches!(place, "command" | "args"), item.as_str()) {
                    found.insert(text.to_owned());
                }
                private(item, place, found);
            }
        }
        _ => {}
    }
}

#[test]
fn no_private_value_of_any_story_is_left() {
    let mut looked_for = 0;
    for sample in samples::all() {
        let mut values = BTreeSet::new();
        for report in stories::reports(sample.log) {
            report.steps.iter().flat_map(|step| [&step.before, &step.after]).flatten().for_each(|object| private(object, "", &mut values));
        }
        let shown = everything(sample.log);
        // Short words such as `sleep` may stand anywhere; names of things do, too.
        for value in values.iter().filter(|value| value.len() >= 16) {
            let escaped = serde_json::to_string(value).unwrap();
            let inner = &escaped[1..escaped.len() - 1];
            assert!(!shown.contains(value.as_str()) && !shown.contains(inner), "{}: {} characters are left", sample.name, value.len());
            looked_for += 1;
        }
        assert_eq!(shown.contains("(redacted 1)"), !values.is_empty() || sample.name == "truncated-event", "{}", sample.name);
    }
    assert!(looked_for > 50, "{looked_for}");
}

#[test]
fn names_paths_and_actors_stay_and_equal_values_look_equal() {
    let shown = everything(samples::find("irsa-basic").unwrap().log);
    for name in
        ["aws-cli", "AWS_ROLE_ARN", "iam-for-pods.amazonaws.com", "pod-identity-webhook", "/spec/containers/0/env", "amazon/aws-cli:latest"]
    {
        assert!(shown.contains(name), "{name}");
    }
    let reports = redacted(&stories::reports(samples::find("irsa-basic").unwrap().log));
    let stored = reports[0].steps.last().unwrap().after.clone().unwrap();
    let value = |name: &str| {
        let env = stored["spec"]["containers"][0]["env"].as_array().unwrap();
        env.iter().find(|variable| variable["name"] == name).unwrap()["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(value("AWS_REGION"), value("AWS_DEFAULT_REGION"));
    assert_ne!(value("AWS_REGION"), value("AWS_ROLE_ARN"));
    assert!(value("AWS_REGION").starts_with("(redacted "));
}

#[test]
fn credentials_are_found_wherever_they_stand() {
    let secrets = [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "postgres://app:hunter22@db:5432/app",
        "--token=abcdef0123456789",
        "password=correct-horse",
    ];
    let log = String::from_utf8(samples::find("irsa-basic").unwrap().log.to_vec()).unwrap();
    for secret in secrets {
        // In a place where only its look gives it away.
        let planted = log.replace("ClusterFirst", secret);
        assert_ne!(planted, log);
        let shown = everything(planted.as_bytes());
        let core = secret
            .trim_start_matches("postgres://")
            .trim_end_matches("@db:5432/app")
            .trim_start_matches("--token=")
            .trim_start_matches("password=");
        assert!(!shown.contains(core), "{} characters of a credential are left", core.len());
    }
    let harmless =
        ["sha256:ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12", "/var/run/secrets/eks.amazonaws.com/serviceaccount"];
    for name in harmless {
        let shown = everything(log.replace("ClusterFirst", name).as_bytes());
        assert!(shown.contains(name), "{name}");
    }
}

#[test]
fn the_data_of_a_secret_is_private() {
    let mut reports = stories::reports(samples::find("irsa-basic").unwrap().log);
    reports[0].steps[0].after = Some(std::sync::Arc::new(json!({
        "kind": "Secret", "metadata": {"name": "db"}, "data": {"user": "YXBw"}, "stringData": {"note": "a plain note"}
    })));
    let shown = serde_json::to_value(redacted(&reports)).unwrap();
    let object = &shown[0]["steps"][0]["after"];
    assert_eq!(object["metadata"]["name"], "db");
    assert!(object["data"]["user"].as_str().unwrap().starts_with("(redacted"));
    assert!(object["stringData"]["note"].as_str().unwrap().starts_with("(redacted"));
}
