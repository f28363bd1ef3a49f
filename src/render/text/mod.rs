//! `-o text`: the account of an admission, in the calm manner of `kubectl describe`.

mod actors;
mod change;
mod headline;
mod step;

use super::Style;
use super::columns::wrap;
use super::paint::{Role, paint};
use crate::report::{Outcome, Report, Step};
use std::io::{self, Write};

/// How much of each thing is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// Long values folded.
    Folded,
    /// Everything, with pointers and certainty of every step.
    Whole,
}

/// The account of every report, one below the other.
///
/// # Errors
/// What the writer reports.
pub fn text(reports: &[Report], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    all(reports, style, Detail::Folded, out)
}

/// Like [`text`](fn@text), with nothing folded, RFC 6901 pointers, patch sizes and the certainty of every step.
///
/// # Errors
/// What the writer reports.
pub fn wide(reports: &[Report], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    all(reports, style, Detail::Whole, out)
}

fn all(reports: &[Report], style: &Style, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    for (at, report) in reports.iter().enumerate() {
        if reports.len() > 1 {
            let gap = if at == 0 { "" } else { "\n" };
            writeln!(out, "{gap}{}", rule(&format!("admission {} of {}", at + 1, reports.len()), style))?;
        }
        one(report, style, detail, out)?;
    }
    Ok(())
}

fn one(report: &Report, style: &Style, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    headline::write(report, style, out)?;
    writeln!(out)?;
    actors::write(report, style, detail, out)?;
    let mut round = 0;
    for step in report.steps.iter().filter(|step| has_something_to_tell(step)) {
        writeln!(out)?;
        if step.actor.round == Some(1) && round == 0 {
            round = 1;
            writeln!(out, "{}", rule("second round", style))?;
            let why = "The object had changed in the first round, so the API server ran its plugins, and the webhooks that ask for it, once more.";
            paragraph(out, style, Role::Quiet, "", why)?;
            writeln!(out)?;
        }
        step::write(report, step, style, detail, out)?;
    }
    Ok(())
}

fn has_something_to_tell(step: &Step) -> bool {
    let unusual = matches!(step.outcome, Outcome::FailedOpen | Outcome::Denied | Outcome::Failed | Outcome::Mutated);
    unusual
        || !step.changes.is_empty()
        || !step.annotations.is_empty()
        || step.patch.as_ref().is_some_and(|patch| patch != &serde_json::json!([]))
}

/// A line across the page with a title in it.
fn rule(title: &str, style: &Style) -> String {
    let dash = if style.unicode { "─" } else { "-" };
    let right = style.width.min(100).saturating_sub(title.chars().count() + 6);
    paint(style, Role::Title, &format!("{} {title} {}", dash.repeat(4), dash.repeat(right)))
}

/// Wrapped text, every line behind the same indent.
fn paragraph(out: &mut dyn Write, style: &Style, role: Role, indent: &str, text: &str) -> io::Result<()> {
    let safe = super::escape::plain(text);
    for line in wrap(&safe, style.width.saturating_sub(indent.len()).max(20)) {
        writeln!(out, "{indent}{}", paint(style, role, &line))?;
    }
    Ok(())
}
