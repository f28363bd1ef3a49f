//! One line per event: for logs as a whole, written while they are read.

use super::Style;
use super::columns::{middle, pad};
use super::escape::plain;
use super::paint::{Role, paint};
use super::words;
use crate::report::{Kind, Outcome, Report};
use std::io::{self, Write};

/// The widths of the columns that do not depend on the terminal.
const VERB: usize = 6;
const CODE: usize = 4;
const CERTAINTY: usize = 10;
/// Below this width the date is left out of the time.
const SHORT_TIME_BELOW: usize = 100;

struct Widths {
    time: usize,
    object: usize,
    webhooks: usize,
}

fn widths(style: &Style) -> Widths {
    let time = if style.width < SHORT_TIME_BELOW { 8 } else { 19 };
    let room = style.width.saturating_sub(time + VERB + CODE + CERTAINTY + 5).max(24);
    let object = (room * 2 / 5).clamp(12, 52);
    Widths { time, object, webhooks: room - object }
}

/// The titles of the columns.
///
/// # Errors
/// What the writer reports.
pub fn table_header(style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let widths = widths(style);
    let titles = [
        pad("TIME", widths.time),
        pad("VERB", VERB),
        pad("OBJECT", widths.object),
        pad("CODE", CODE),
        pad("CERTAINTY", CERTAINTY),
        "CHANGED BY".to_owned(),
    ];
    writeln!(out, "{}", paint(style, Role::Title, &titles.join(" ")))
}

/// One event: time, verb, object, code, certainty, and the webhooks that changed something or did not answer.
///
/// # Errors
/// What the writer reports.
pub fn table_row(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let widths = widths(style);
    let time = words::time(report.time.as_deref());
    let time: String = match (chrono::DateTime::parse_from_rfc3339(report.time.as_deref().unwrap_or("")), widths.time) {
        (Ok(at), 8) => at.to_utc().format("%H:%M:%S").to_string(),
        (Ok(at), _) => at.to_utc().format("%Y-%m-%d %H:%M:%S").to_string(),
        (Err(_), _) => middle(&plain(&time), widths.time, style.unicode),
    };
    let object = format!("{}/{}", report.object.resource, words::object_name(&report.object));
    let code = report.response.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
    let (symbol, word, certainty) = words::fidelity(report.replay.fidelity, style);
    let refused = report.response.code.is_some_and(|code| code >= 400);
    let cells = [
        pad(&time, widths.time),
        pad(&middle(&plain(&report.verb), VERB, style.unicode), VERB),
        pad(&middle(&plain(&object), widths.object, style.unicode), widths.object),
        paint(style, if refused { Role::Alarm } else { Role::Plain }, &pad(&code, CODE)),
        paint(style, certainty, &pad(&format!("{symbol} {word}"), CERTAINTY)),
        middle(&plain(&webhooks(report)), widths.webhooks, style.unicode),
    ];
    writeln!(out, "{}", cells.join(" "))
}

fn webhooks(report: &Report) -> String {
    let mut names: Vec<String> = Vec::new();
    for step in report.steps.iter().filter(|step| step.actor.kind == Kind::Webhook) {
        let name = words::name(&step.actor);
        let told = match step.outcome {
            Outcome::Mutated => name.to_owned(),
            Outcome::FailedOpen => format!("{name} (failed open)"),
            Outcome::Denied => format!("{name} (denied)"),
            Outcome::Failed => format!("{name} (failed)"),
            _ => continue,
        };
        if !names.contains(&told) {
            names.push(told);
        }
    }
    if names.is_empty() { "-".into() } else { names.join(", ") }
}
