//! How right the replay is, on recorded admissions: the object before each call must be what the webhook really received.
//! The floors are what the replay reaches today; they may only rise.

use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What came out for one recording.
#[derive(Debug, Default, PartialEq)]
struct Score {
    /// Calls whose input was recorded.
    calls: usize,
    /// Calls for which the replay gives that very object.
    right: usize,
    /// Calls whose object the replay calls exact.
    exact: usize,
    /// Called exact, and yet not equal: the one thing that must never happen.
    wrong: Vec<String>,
}

fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/corpus").join(name)
}

fn lines(text: &[u8]) -> impl Iterator<Item = Value> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).expect("a line of JSON"))
}

fn score(name: &str) -> Score {
    let folder = corpus(name);
    let packed = std::fs::read(folder.join("expected.jsonl.zst")).expect("the recorded objects");
    let expected = zstd::decode_all(packed.as_slice()).expect("zstd");
    held_against(&folder.join("audit.jsonl.zst"), &lines(&expected).collect::<Vec<_>>())
}

fn held_against(log: &Path, expected: &[Value]) -> Score {
    let run =
        Command::new(env!("CARGO_BIN_EXE_auditdiff")).args(["replay", "-o", "ndjson", "-f"]).arg(log).output().expect("auditdiff runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut steps: HashMap<(String, u64, u64), Value> = HashMap::new();
    for document in lines(&run.stdout) {
        let id = document["auditID"].as_str().expect("an auditID");
        for step in document["steps"].as_array().expect("steps").iter().filter(|step| step["actor"]["kind"] == "webhook") {
            let slot = |part: &str| step["actor"][part].as_u64().expect("a slot");
            steps.insert((id.to_owned(), slot("round"), slot("index")), step.clone());
        }
    }
    let mut score = Score::default();
    for record in expected {
        let id = record["auditID"].as_str().expect("an auditID");
        for call in record["steps"].as_array().expect("calls").iter().filter(|call| !call["before"].is_null()) {
            score.calls += 1;
            let slot = (id.to_owned(), call["round"].as_u64().expect("a round"), call["index"].as_u64().expect("an index"));
            let step = &steps[&slot];
            let right = !step["before"].is_null() && comparable(&step["before"]) == comparable(&call["before"]);
            let exact = step["fidelity"] == "exact";
            score.right += usize::from(right);
            score.exact += usize::from(exact);
            if exact && !right {
                score.wrong.push(format!("{slot:?}"));
            }
        }
    }
    score
}

/// Without what only the server knows, and without what typed encoding leaves out.
fn comparable(object: &Value) -> Value {
    let mut object = object.as_object().expect("an object").clone();
    for field in ["kind", "apiVersion", "status"] {
        object.remove(field);
    }
    let metadata = object.entry("metadata").or_insert_with(|| Value::Object(Map::new())).as_object_mut().expect("metadata");
    for field in ["managedFields", "resourceVersion", "creationTimestamp", "uid", "generation", "selfLink", "namespace"] {
        metadata.remove(field);
    }
    if metadata.contains_key("generateName") {
        metadata.remove("name");
    }
    pruned(&Value::Object(object))
}

fn pruned(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().map(|(name, value)| (name.clone(), pruned(value))).filter(|(name, value)| {
                let empty_object =
                    value.as_object().is_some_and(Map::is_empty) && !["resources", "securityContext", "emptyDir"].contains(&name.as_str());
                !value.is_null() && !empty_object && !value.as_array().is_some_and(Vec::is_empty)
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => items.iter().map(pruned).collect(),
        other => other.clone(),
    }
}

fn holds(name: &str, calls: usize, right: usize, exact: usize) {
    let score = score(name);
    assert_eq!(score.calls, calls, "{name}: recorded calls");
    assert_eq!(score.wrong, Vec::<String>::new(), "{name}: called exact, and wrong");
    assert!(score.right >= right, "{name}: {} of {calls} right, the floor is {right}", score.right);
    assert!(score.exact >= exact, "{name}: {} of {calls} exact, the floor is {exact}", score.exact);
}

/// The seven others are calls of refused requests that had received a token volume whose random name no log holds.
#[test]
fn pods_of_a_1_36_server() {
    holds("pods-1.36", 637, 630, 622);
}

/// The six others are of the same kind.
#[test]
fn pods_of_a_1_20_server() {
    holds("pods-1.20", 153, 147, 147);
}

#[test]
fn updates_of_every_form() {
    holds("updates-1.36", 182, 182, 182);
}

/// The six others are events at level Metadata, without objects.
#[test]
fn deployments_services_and_events_without_bodies() {
    holds("other-1.36", 24, 18, 18);
}

/// The recordings of the 1.36 server, as if a policy had annotated every Pod before the webhooks: in the stored objects and
/// in what the webhooks received. Events whose patches touch the annotations as a whole are left out.
#[test]
fn a_policy_that_leaves_no_trace() {
    let folder = corpus("pods-1.36");
    let read = |file: &str| zstd::decode_all(std::fs::read(folder.join(file)).expect("a recording").as_slice()).expect("zstd");
    let annotate = |object: &mut Value| {
        if object["kind"] == "Pod" {
            object["metadata"]["annotations"]["policy.example.com/team"] = "a".into();
        }
    };
    let mut log = Vec::new();
    let mut kept = Vec::new();
    for mut event in lines(&read("audit.jsonl.zst")) {
        let patches: Vec<&str> = event["annotations"].as_object().expect("annotations").values().filter_map(Value::as_str).collect();
        if patches.iter().any(|patch| patch.contains("\"path\":\"/metadata/annotations\"")) {
            continue;
        }
        annotate(&mut event["responseObject"]);
        kept.push(event["auditID"].clone());
        log.extend(event.to_string().into_bytes());
        log.push(b'\n');
    }
    let mut expected: Vec<Value> = lines(&read("expected.jsonl.zst")).filter(|record| kept.contains(&record["auditID"])).collect();
    for call in expected.iter_mut().flat_map(|record| record["steps"].as_array_mut().expect("calls")) {
        annotate(&mut call["before"]);
    }
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), log).expect("a written file");
    let score = held_against(file.path(), &expected);
    assert_eq!(score.wrong, Vec::<String>::new(), "called exact, and wrong");
    assert_eq!(score.calls, 633);
    assert!(score.right >= 626, "{} of 633 right", score.right);
}
