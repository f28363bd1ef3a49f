//! `auditdiff replay`: every admission with a webhook in a log.

use crate::audit::{Event, annotation};
use crate::cli::args::{ReplayArgs, ReplayForm};
use crate::cli::{Exit, Failure};
use crate::replay::{Context, replay, study};
use crate::report::build::report;
use crate::source::file;
use std::io::Write;

pub fn run(args: &ReplayArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut events = Vec::new();
    for record in file::open(&args.input.files) {
        if let Ok(event) = Event::parse(&record?) {
            events.push(event)
        }
    }
    let mut context = Context::default();
    for event in &events {
        context.learn(event);
        if event.object_ref().is_pod() && event.stage == "ResponseComplete" {
            study(event, &mut context);
        }
    }
    let mut history = crate::replay::History::default();
    for event in &events {
        let old = history.before(event);
        history.learn(event);
        if !annotation::speaks_of_webhooks(&event.annotations) {
            continue;
        }
        let report = report(event, replay(event, old.as_ref(), &context));
        if args.output == ReplayForm::Ndjson {
            serde_json::to_writer(&mut *out, &report).unwrap();
            writeln!(out).unwrap();
        }
    }
    Ok(Exit::Done)
}
