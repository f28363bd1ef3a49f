//! How long a finished report takes to become each form: `cargo bench --bench views`.

use auditdiff::audit::{Event, annotation};
use auditdiff::render::{self, Style, View};
use auditdiff::replay::{Context, replay, study};
use auditdiff::report::{Report, build::report};
use auditdiff::samples;
use auditdiff::source::{Origin, Record};
use divan::{Bencher, counter::BytesCount};
use std::io::Write;

fn main() {
    divan::main();
}

const STYLE: Style = Style { width: 140, color: true, unicode: true, show_noise: false };

fn view() -> View {
    View { redact: true, ..View::default() }
}

/// The admissions of a recording, from bytes to reports.
fn reports(name: &str) -> Vec<Report> {
    let log = samples::find(name).map_or(&[][..], |sample| sample.log);
    let record = |text: &[u8]| Record { origin: Origin { source: name.into(), place: 1 }, text: text.to_vec() };
    let lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let events: Vec<Event> = lines.filter_map(|line| Event::parse(&record(line)).ok()).collect();
    let mut context = Context::default();
    events.iter().for_each(|event| context.absorb(study(event)));
    let admissions = events.iter().filter(|event| annotation::speaks_of_webhooks(&event.annotations));
    admissions.map(|event| report(event, replay(event, None, &context))).collect()
}

type Form = fn(&[Report], &mut dyn Write) -> std::io::Result<()>;

const FORMS: [(&str, Form); 9] = [
    ("text", |reports, out| render::text(reports, &STYLE, out)),
    ("wide", |reports, out| render::wide(reports, &STYLE, out)),
    ("table", |reports, out| reports.iter().try_for_each(|report| render::table_row(report, &STYLE, out))),
    ("diff", |reports, out| render::diff(reports, &View::default(), &STYLE, out)),
    ("blame", |reports, out| render::blame(reports, &View::default(), &STYLE, out)),
    ("yaml", |reports, out| render::yaml(reports, &View::default(), &STYLE, out)),
    ("json-patch", |reports, out| render::json_patch(reports, &View::default(), out)),
    ("markdown, redacted", |reports, out| render::markdown(reports, &view(), &STYLE, out)),
    ("html, redacted", |reports, out| render::html(reports, &view(), &STYLE, out)),
];

/// The longest story in every form.
#[divan::bench(args = FORMS.map(|(name, _)| name))]
fn one_story(bencher: Bencher, form: &str) {
    let reports = reports("capstone");
    let write = FORMS.into_iter().find(|(name, _)| *name == form).map(|(_, write)| write);
    bencher.bench(|| {
        let mut out = Vec::new();
        write.map(|write| write(&reports, &mut out)).transpose().map(|_| out.len())
    });
}

/// A page of so many Pods; its size is the counter.
#[divan::bench(args = [1, 10, 100])]
fn page_of_pods(bencher: Bencher, pods: usize) {
    let several: Vec<Report> =
        ["irsa-basic", "istio-sidecar", "two-writers", "late-sidecar-if-needed"].into_iter().flat_map(reports).collect();
    let many: Vec<Report> = several.iter().cycle().take(pods).cloned().collect();
    let page = || {
        let mut out = Vec::new();
        render::html(&many, &view(), &STYLE, &mut out).map(|()| out)
    };
    let bytes = page().map_or(0, |page| page.len());
    bencher.counter(BytesCount::new(bytes)).bench(page);
}

/// From the log's bytes to the text on the screen.
#[divan::bench]
fn from_log_to_text() -> usize {
    let mut out = Vec::new();
    let written = render::text(&reports("capstone"), &STYLE, &mut out);
    written.map_or(0, |()| out.len())
}
