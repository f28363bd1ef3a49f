//! Every line of a stored object has one author, and it is the one that the recorded truth gives.
//!
//! The truth is what the recording's webhooks were really sent: between two calls of one round nobody else acts, so what
//! differs between what the first and the second received is the first one's work.

mod stories;

use auditdiff::diff::{Change, Op, compare};
use auditdiff::render::{self, Style, View};
use auditdiff::report::blame::{Author, Blame, blame};
use auditdiff::report::{Kind, Report};
use auditdiff::samples;
use serde_json::Value;

fn truth(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/data/truth/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a webhook really changed, and the number of its step in the report.
struct Work {
    step: usize,
    changes: Vec<Change>,
}

/// The work of every webhook that was followed by another one in the same round.
fn works(report: &Report, recorded: &Value) -> Vec<Work> {
    let calls = recorded["steps"].as_array().unwrap();
    let step = |call: &Value| {
        report.steps.iter().position(|step| {
            step.actor.kind == Kind::Webhook
                && step.actor.round.map(Value::from) == Some(call["round"].clone())
                && step.actor.index.map(Value::from) == Some(call["index"].clone())
        })
    };
    let pairs = calls.windows(2).filter(|pair| pair[0]["round"] == pair[1]["round"]);
    pairs.filter_map(|pair| Some(Work { step: step(&pair[0])?, changes: compare(&pair[0]["before"], &pair[1]["before"]) })).collect()
}

/// The pointers of all scalars and empty collections below a value.
fn leaves(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let escape = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, member)| leaves(member, &format!("{pointer}/{}", escape(name)), found));
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(at, item)| leaves(item, &format!("{pointer}/{at}"), found));
        }
        _ => found.push(pointer.to_owned()),
    }
}

#[test]
fn every_value_of_every_stored_object_has_one_author() {
    let (mut objects, mut values) = (0, 0);
    for sample in samples::all() {
        for report in stories::reports(sample.log) {
            let Some(blame) = blame(&report) else { continue };
            let mut all = Vec::new();
            leaves(&blame.object, "", &mut all);
            for pointer in &all {
                assert!(blame.at(pointer).is_some(), "{}: {pointer}", sample.name);
            }
            objects += 1;
            values += all.len();
        }
    }
    assert_eq!(objects, 27, "all admissions but the two without objects");
    assert!(values > 2000, "{values}");
}

#[test]
fn every_line_on_the_screen_names_its_author() {
    let style = Style { width: 4000, color: false, unicode: true, show_noise: true };
    let mut lines = 0;
    for sample in samples::all() {
        for report in stories::reports(sample.log) {
            let one = std::slice::from_ref(&report);
            let (mut blamed, mut yaml) = (Vec::new(), Vec::new());
            render::blame(one, &View::default(), &style, &mut blamed).unwrap();
            render::yaml(one, &View::default(), &style, &mut yaml).unwrap();
            let (blamed, yaml) = (String::from_utf8(blamed).unwrap(), String::from_utf8(yaml).unwrap());
            let yaml: Vec<&str> = yaml.lines().filter(|line| !line.starts_with('#')).collect();
            let shown: Vec<(&str, &str)> = blamed.lines().filter_map(|line| line.split_once(" │ ")).collect();
            assert_eq!(shown.iter().map(|(_, line)| *line).collect::<Vec<_>>(), yaml, "{}", sample.name);
            assert!(shown.iter().all(|(author, _)| !author.trim().is_empty()), "{}", sample.name);
            lines += shown.len();
        }
    }
    assert!(lines > 3000, "{lines}");
}

#[test]
fn the_authors_are_those_of_the_recorded_truth() {
    let (mut confirmed, mut works_seen) = (0, 0);
    for sample in samples::all() {
        let recorded = truth(sample.name);
        for report in stories::reports(sample.log) {
            let Some(blame) = blame(&report) else { continue };
            let Some(recorded) = recorded.iter().find(|event| event["auditID"] == report.audit_id.as_str()) else { continue };
            for work in works(&report, recorded) {
                works_seen += 1;
                for change in work.changes.iter().filter(|change| change.op != Op::Removed && !change.order) {
                    confirmed += confirm(sample.name, &report, &blame, &work, change);
                }
            }
        }
    }
    assert!(works_seen >= 10, "{works_seen} webhooks followed by another");
    assert!(confirmed >= 60, "{confirmed} values");
}

/// How many values of this change still stand in the stored object; each must be the webhook's, or a later actor's who wrote
/// over it.
fn confirm(name: &str, report: &Report, blame: &Blame, work: &Work, change: &Change) -> usize {
    let Some(pointer) = now(report, work.step, change) else { return 0 };
    let Some(stored) = blame.object.pointer(&pointer) else { return 0 };
    let mut all = Vec::new();
    leaves(stored, &pointer, &mut all);
    let written = change.after.as_ref().unwrap();
    let mut confirmed = 0;
    for leaf in all {
        let inside = &leaf[pointer.len()..];
        let node = blame.at(&leaf).unwrap();
        if blame.object.pointer(&leaf) == written.pointer(inside) && written.pointer(inside).is_some() {
            assert_eq!(node.author, Author::Step(work.step), "{name}: {leaf}");
            confirmed += 1;
        } else {
            assert!(matches!(node.author, Author::Step(step) if step > work.step), "{name}: {leaf} {:?}", node.author);
        }
    }
    confirmed
}

/// Where the change's place stands in the stored object: lists may have grown since.
fn now(report: &Report, step: usize, change: &Change) -> Option<String> {
    let after = report.steps[step].after.as_ref()?;
    let stored = report.steps.iter().rev().find_map(|step| step.after.as_ref())?;
    let mut pointer = String::new();
    let (mut here, mut there): (&Value, &Value) = (after, stored);
    for token in auditdiff::diff::path::tokens(&change.pointer) {
        let next = match (here, there) {
            (Value::Array(items), Value::Array(stored)) => {
                let item = items.get(token.parse::<usize>().ok()?)?;
                let key = ["name", "mountPath", "key"].into_iter().find(|key| item.get(*key).is_some());
                match key {
                    Some(key) => stored.iter().position(|other| other.get(key) == item.get(key))?.to_string(),
                    None => token.clone(),
                }
            }
            _ => token.clone(),
        };
        here = match here {
            Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
            other => other.get(&token)?,
        };
        auditdiff::diff::path::push_token(&mut pointer, &next);
        there = stored.pointer(&pointer)?;
    }
    Some(pointer)
}

#[test]
fn what_was_typed_and_what_was_defaulted_are_told_apart_by_the_hint() {
    let reports = stories::reports(samples::find("irsa-basic").unwrap().log);
    let authors = blame(&reports[0]).unwrap();
    let author = |pointer: &str| authors.at(pointer).unwrap().author;
    assert_eq!(author("/spec/containers/0/image"), Author::Client);
    assert_eq!(author("/spec/containers/0/command/1"), Author::Client);
    assert_eq!(author("/spec/dnsPolicy"), Author::Default);
    assert_eq!(author("/spec/containers/0/terminationMessagePath"), Author::Default);
    assert_eq!(author("/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"), Author::Client);
    assert_eq!(author("/metadata/uid"), Author::Server);
    assert_eq!(author("/metadata/managedFields/0/manager"), Author::Server);
    assert_eq!(author("/status/phase"), Author::Server);
    assert_eq!(author("/spec/containers/0/env/0/value"), Author::Step(4));
    assert_eq!(author("/spec/priority"), Author::Step(2));
    let without = stories::reports(samples::find("deployment-generate-name").unwrap().log);
    let authors = blame(&without[0]).unwrap();
    assert_eq!(authors.at("/spec/containers/0/image").unwrap().author, Author::Request);
    assert_eq!(authors.at("/spec/dnsPolicy").unwrap().author, Author::Request);
}

#[test]
fn a_value_written_twice_names_the_last_and_keeps_the_first() {
    let reports = stories::reports(samples::find("two-writers").unwrap().log);
    let authors = blame(&reports[0]).unwrap();
    let node = authors.at("/spec/containers/0/resources/requests/cpu").unwrap();
    let name = |author: Author| match author {
        Author::Step(at) => reports[0].steps[at].actor.name.clone().unwrap(),
        other => format!("{other:?}"),
    };
    assert_eq!(name(node.author), "vpa.k8s.io");
    assert_eq!(node.earlier.iter().map(|author| name(*author)).collect::<Vec<_>>(), ["mutate.kyverno.svc-fail"]);
}
