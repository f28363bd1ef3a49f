//! Recorded admissions of a 1.36 server, one after another on one core: parsed, replayed, told.
//!
//! `cargo bench --bench replay`; the items a second are admissions.

use auditdiff::audit::{Event, annotation};
use auditdiff::replay::{Context, replay, study};
use auditdiff::report::build::report;
use auditdiff::source::{Origin, Record};
use divan::counter::ItemsCount;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn records() -> Vec<Record> {
    let packed = include_bytes!("../tests/data/corpus/pods-1.36/audit.jsonl.zst");
    let text = zstd::decode_all(packed.as_slice()).expect("zstd");
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let origin = |at: usize| Origin { source: "bench".into(), place: at as u64 + 1 };
    let records = lines.enumerate().map(|(at, line)| Record { origin: origin(at), text: line.to_vec() });
    records.filter(|record| Event::parse(record).is_ok_and(|event| annotation::speaks_of_webhooks(&event.annotations))).collect()
}

fn context(records: &[Record]) -> Context {
    let mut context = Context::default();
    records.iter().filter_map(|record| Event::parse(record).ok()).for_each(|event| context.absorb(study(&event)));
    context
}

/// Parse, replay and report.
#[divan::bench]
fn parse_replay_report(bencher: divan::Bencher<'_, '_>) {
    let records = records();
    let context = context(&records);
    bencher.counter(ItemsCount::new(records.len())).bench_local(|| {
        for record in &records {
            let event = Event::parse(record).expect("an event");
            divan::black_box(report(&event, replay(&event, None, &context)));
        }
    });
}

/// Only the parsing.
#[divan::bench]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let records = records();
    bencher.counter(ItemsCount::new(records.len())).bench_local(|| {
        for record in &records {
            divan::black_box(Event::parse(record).expect("an event"));
        }
    });
}

/// As above, and written as a line of JSON.
#[divan::bench]
fn parse_replay_report_write(bencher: divan::Bencher<'_, '_>) {
    let records = records();
    let context = context(&records);
    bencher.counter(ItemsCount::new(records.len())).bench_local(|| {
        for record in &records {
            let event = Event::parse(record).expect("an event");
            divan::black_box(serde_json::to_vec(&report(&event, replay(&event, None, &context))).expect("JSON"));
        }
    });
}
