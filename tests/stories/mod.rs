//! Recorded stories as reports, the way the commands make them.

use auditdiff::audit::{Event, annotation};
use auditdiff::replay::{Context, History, replay, study};
use auditdiff::report::{Report, build::report};
use auditdiff::source::{Origin, Record};

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
