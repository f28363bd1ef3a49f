//! `-o markdown`: an account for a ticket or a pull request, details folded.
//!
//! Text from the log stands only in code spans and fenced blocks, where it is no markup and mentions nobody.

use super::columns::count;
use super::diff::hunks;
use super::escape::{markup, plain};
use super::words;
use super::{Style, View};
use crate::report::{Fidelity, Kind, Outcome, Report, Step};
use std::io::{self, Write};

/// The account of every report.
///
/// # Errors
/// What the writer reports.
pub fn markdown(reports: &[Report], view: &View, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let style = Style { color: false, ..style.clone() };
    for (at, report) in view.of(reports).iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        headline(report, view, &style, out)?;
        actors(report, &style, out)?;
        for (number, step) in report.steps.iter().enumerate() {
            details(report, number, step, &style, out)?;
        }
    }
    Ok(())
}

fn headline(report: &Report, view: &View, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### {} {}\n", sentence(&words::object_kind(report)), code(&words::object_name(&report.object)))?;
    let (symbol, word, _) = words::fidelity(report.replay.fidelity, style);
    let (result, _) = words::result(report);
    writeln!(out, "- **Request** {} at {}", code(&report.verb), sentence(&words::time(report.time.as_deref())))?;
    writeln!(out, "- **By** {} with {}", code(&report.user), code(&report.user_agent))?;
    writeln!(out, "- **Result** {result}")?;
    if let Some(ending) = words::ending(report) {
        writeln!(out, "- **Ended** {}", code(&ending))?;
    }
    writeln!(out, "- **Replay** {symbol} {word}: {}", words::verdict(report))?;
    let why = report.replay.why.as_ref().filter(|why| report.replay.fidelity != Fidelity::Exact && !report.notes.contains(*why));
    for note in why.into_iter().chain(&report.notes) {
        writeln!(out, "- **Note** {}", sentence(note))?;
    }
    writeln!(out, "- **Event** {}, level {}", code(&report.audit_id), report.level)?;
    writeln!(out)?;
    if let Some(message) = &report.response.message {
        fenced("", &[plain(message).into_owned()], out)?;
    }
    if view.redact {
        writeln!(
            out,
            "> Values of environment variables, command lines and annotations, and what looks like a credential, are redacted.\n"
        )?;
    }
    Ok(())
}

fn actors(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| # | slot | actor | configuration | outcome | changes | certainty |\n|--:|---|---|---|---|--:|---|")?;
    for (at, step) in report.steps.iter().enumerate() {
        if let Some(gap) = words::not_called(report, at) {
            writeln!(out, "| | {} | {} not called | | | | |", words::slots(gap), count((gap.1 - gap.0 + 1) as usize, "webhook"))?;
        }
        let (symbol, outcome, _) = words::outcome(step.outcome, style);
        let (sure, certainty, _) = words::fidelity(step.fidelity, style);
        let configuration = step.actor.configuration.as_deref().map(cell).unwrap_or_default();
        let changes = if step.changes.is_empty() { String::new() } else { step.changes.len().to_string() };
        writeln!(
            out,
            "| {at} | {} | {} | {configuration} | {symbol} {outcome} | {changes} | {sure} {certainty} |",
            words::slot(&step.actor),
            cell(words::name(&step.actor)),
        )?;
    }
    writeln!(out)
}

fn details(report: &Report, number: usize, step: &Step, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let unusual = matches!(step.outcome, Outcome::FailedOpen | Outcome::Denied | Outcome::Failed);
    if step.actor.kind == Kind::Request || (step.changes.is_empty() && step.patch.is_none() && !unusual && step.annotations.is_empty()) {
        return Ok(());
    }
    let (symbol, word, _) = words::outcome(step.outcome, style);
    let what = if step.changes.is_empty() { word.to_owned() } else { count(step.changes.len(), "change") };
    writeln!(out, "<details><summary>{number} {symbol} <code>{}</code>: {what}</summary>\n", markup(words::name(&step.actor)))?;
    if let Some(told) = words::sentence(report, step) {
        writeln!(out, "{}\n", sentence(&told))?;
    }
    if let Some(why) = step.why.as_ref().filter(|_| step.fidelity != Fidelity::Exact) {
        writeln!(out, "{}\n", sentence(why))?;
    }
    for (key, text) in &step.annotations {
        writeln!(out, "- audit annotation {}: {}", code(key), code(text))?;
    }
    if !step.annotations.is_empty() {
        writeln!(out)?;
    }
    match (&step.before, &step.after, &step.patch) {
        (Some(before), Some(after), _) => {
            let (lines, hidden) = hunks(before, after, style);
            let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
            if !lines.is_empty() {
                fenced("diff", &lines, out)?;
            }
            if hidden {
                writeln!(out, "Bookkeeping (field ownership, ids, times, status) is left out.\n")?;
            }
        }
        (_, _, Some(patch)) => {
            let json = serde_json::to_string_pretty(patch)?;
            fenced("json", &json.lines().map(|line| plain(line).into_owned()).collect::<Vec<_>>(), out)?;
        }
        _ => {}
    }
    writeln!(out, "</details>\n")
}

/// Our own sentence; names from the log in it must not become markup.
fn sentence(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in plain(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '|' | '&' | '@' | '~') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

/// A code span, fenced by more backticks than the text holds (CommonMark, "Code spans").
fn code(text: &str) -> String {
    let text = plain(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A code span in a cell of a table, where a bar ends the cell even inside code (GitHub Flavored Markdown, "Tables").
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

fn fenced(language: &str, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    writeln!(out, "{fence}{language}")?;
    for line in lines {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
