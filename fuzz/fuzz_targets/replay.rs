//! Any event at all: the replay ends, and no step begins elsewhere than the one before it ended.
//!
//! The bytes are the JSON of an event; the seeds are recorded ones, so that most mutations stay close to what a real API
//! server writes.
#![no_main]

use auditdiff::audit::Event;
use auditdiff::replay::{Context, replay, study};
use auditdiff::report::build::report;
use auditdiff::source::{Origin, Record};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let record = Record { origin: Origin { source: "fuzz".into(), place: 1 }, text: bytes.to_vec() };
    let Ok(event) = Event::parse(&record) else { return };
    let context = study(&event);
    for old in [None, event.stored()] {
        let told = report(&event, replay(&event, old, &context));
        assert!(told.steps.iter().skip(1).all(|step| step.after.is_none() || step.before.is_some()));
        serde_json::to_vec(&told).expect("a report is JSON");
    }
});
