//! Recorded stories as reports, the way the commands make them.

use auditdiff::audit::{Event, annotation};
use auditdiff::replay::{Context, History, replay, study};
use auditdiff::report::{Report, build::report};
use auditdiff::source::{Origin, Record};
use serde_json::Value;

/// Every admission with a webhook in a recording.
pub fn reports(log: &[u8]) -> Vec<Report> {
    let lines = log.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    let record =
        |(at, line): (usize, &[u8])| Record { origin: Origin { source: "audit.jsonl".into(), place: at as u64 + 1 }, text: line.to_vec() };
    let events: Vec<Event> = lines.map(record).filter_map(|record| Event::parse(&record).ok()).collect();
    let mut context = Context::default();
    events.iter().for_each(|event| context.absorb(study(event)));
    let mut history = History::default();
    let mut reports = Vec::new();
    for event in &events {
        if annotation::speaks_of_webhooks(&event.annotations) {
            reports.push(report(event, replay(event, history.before(event).as_ref(), &context)));
        }
        history.learn(event);
    }
    reports
}

/// A recording in which whoever made it wrote what they liked: markup, escape sequences, invisible characters.
#[allow(dead_code, reason = "not every test that tells stories tells this one")]
pub fn hostile() -> Vec<u8> {
    let log = auditdiff::samples::find("irsa-basic").unwrap().log;
    let mut nasty = Vec::new();
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut event: Value = serde_json::from_slice(line).unwrap();
        poison(&mut event);
        serde_json::to_writer(&mut nasty, &event).unwrap();
        nasty.push(b'\n');
    }
    nasty
}

/// What stands in a recording, and what a hostile one says in its place.
const POISON: [(&str, &str); 5] = [
    ("eu-west-1", "</script><script>alert(1)</script>\u{1b}]0;title\u{7}\u{1b}[31m\u{202e}\u{200b}'\"`|&<!--\r\n\t\u{9b}2J"),
    ("kubernetes-admin", "<img src=x onerror=alert(2)>\u{1b}[2J"),
    ("kubectl/v1.32.4", "\u{1b}[1mkubectl\u{202e}|`<b>"),
    ("pod-identity-webhook", "<b>\u{202e}hook\u{1b}[0m|`\"'"),
    ("AWS_ROLE_ARN", "<i onclick=alert(3)>\u{200b}|`\"'"),
];

fn poison(value: &mut Value) {
    match value {
        Value::String(text) => {
            // An audit annotation may hold JSON in its text.
            match serde_json::from_str::<Value>(text) {
                Ok(mut inner) if inner.is_object() => {
                    poison(&mut inner);
                    *text = inner.to_string();
                }
                _ => POISON.iter().for_each(|(plain, nasty)| *text = text.replace(plain, nasty)),
            }
        }
        Value::Array(items) => items.iter_mut().for_each(poison),
        Value::Object(members) => members.values_mut().for_each(poison),
        _ => {}
    }
}
