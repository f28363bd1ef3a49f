//! How fast a log is read, form by form: `cargo bench --bench throughput`.

#[path = "support/generator.rs"]
mod generator;

use auditdiff::audit::glance::Glance;
use auditdiff::source::{Question, file};
use divan::Bencher;
use divan::counter::BytesCount;
use serde_json::{Value, json};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::LazyLock;

/// The forms that are framed in different ways.
const FORMS: [&str; 6] = ["lines", "lines.gz", "event-list", "query-results", "table", "subscription.gz"];

static LOG: LazyLock<String> = LazyLock::new(|| {
    let mut text = Vec::new();
    generator::write(64 << 20, 1, &mut text).expect("writing to memory");
    String::from_utf8(text).expect("JSON is UTF-8")
});

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("auditdiff-throughput-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the inputs");
    folder
});

fn main() {
    divan::main();
    let _ = std::fs::remove_dir_all(&*FOLDER);
}

/// The log in one of the forms, as a file.
fn input(form: &str) -> (PathBuf, u64) {
    let path = FOLDER.join(form);
    if !path.exists() {
        let lines = LOG.lines();
        let text = match form.trim_end_matches(".gz") {
            "lines" => LOG.clone(),
            "event-list" => format!("{{\"kind\":\"EventList\",\"items\":[{}]}}", lines.collect::<Vec<_>>().join(",")),
            "query-results" => {
                let rows = lines.map(|line| json!([{"field": "@message", "value": line}])).collect::<Vec<Value>>();
                json!({"results": rows, "status": "Complete"}).to_string()
            }
            "table" => {
                let rows = lines.map(|line| format!("2026-11-23 02:59:04.906,\"{}\"\n", line.replace('"', "\"\"")));
                format!("@timestamp,@message\n{}", rows.collect::<String>())
            }
            _ => {
                let events = |lines: &[&str]| lines.iter().map(|line| json!({"id": "1", "message": line})).collect::<Vec<Value>>();
                let documents = lines.collect::<Vec<_>>();
                let documents = documents.chunks(100).map(|lines| json!({"messageType": "DATA_MESSAGE", "logEvents": events(lines)}));
                documents.map(|document| document.to_string()).collect()
            }
        };
        let bytes = if form.ends_with(".gz") { gzip(text.as_bytes()) } else { text.into_bytes() };
        std::fs::write(&path, bytes).expect("writing an input");
    }
    (path, LOG.len() as u64)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("compressing in memory");
    encoder.finish().expect("compressing in memory")
}

/// Only the records of one Pod matter.
#[divan::bench(args = FORMS, sample_count = 10)]
fn one_pod(bencher: Bencher, form: &str) {
    let (path, bytes) = input(form);
    let question = Question { needles: vec![b"aws-cli".to_vec()] };
    bencher.counter(BytesCount::new(bytes)).bench(|| count(&path, &question));
}

/// Every record matters, and is looked at.
#[divan::bench(args = FORMS, sample_count = 10)]
fn everything(bencher: Bencher, form: &str) {
    let (path, bytes) = input(form);
    bencher.counter(BytesCount::new(bytes)).bench(|| count(&path, &Question::default()));
}

fn count(path: &PathBuf, question: &Question) -> u64 {
    let mut events = 0;
    let read = file::map(
        std::slice::from_ref(path),
        question,
        |record| Glance::at(&record).ok().map(drop),
        |found| {
            events += u64::from(found.is_ok());
            ControlFlow::Continue(())
        },
    );
    read.expect("the input is readable");
    events
}
