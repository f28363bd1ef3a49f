//! Several Pods beside one another, as a short table: what stands above their single accounts.

use super::Style;
use super::columns::{count, middle, pad, width, wrap};
use super::escape::plain;
use super::paint::{Role, paint};
use super::words;
use crate::report::comparison::{Cell, Comparison, Row};
use crate::report::{Actor, Kind, Outcome};
use std::io::{self, Write};

/// How many Pods of a group are named.
const NAMED: usize = 3;
/// Between two columns.
const GAP: usize = 2;

/// Writes which actor treated the Pods differently, and a blank line.
///
/// # Errors
/// What the writer reports.
pub fn comparison(comparison: &Comparison, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let pods: usize = comparison.groups.iter().map(Vec::len).sum();
    if comparison.rows.is_empty() {
        writeln!(out, "{}", paint(style, Role::Title, &format!("{}: every actor did the same to each", count(pods, "Pod"))))?;
        return writeln!(out);
    }
    writeln!(out, "{}", paint(style, Role::Title, &format!("{}, and these differences on their way in:", count(pods, "Pod"))))?;
    for (at, group) in comparison.groups.iter().enumerate() {
        members(at, group, style, out)?;
    }
    writeln!(out)?;
    let actors = comparison.rows.iter().map(|row| width(&plain(words::name(&row.actor)))).max().unwrap_or(0).max(5);
    let actors = actors.min(style.width / 2);
    let cells = |row: &Row| (0..row.cells.len()).map(|at| cell(row, at, style)).collect::<Vec<_>>();
    let table: Vec<_> = comparison.rows.iter().map(|row| (row, cells(row))).collect();
    let column = table.iter().flat_map(|(_, cells)| cells).map(|(text, _)| width(text)).max().unwrap_or(0) + GAP;
    let shown = (style.width.saturating_sub(actors) / column).clamp(1, comparison.groups.len());
    let titles: String = (0..shown).map(|at| format!("{}{}", " ".repeat(GAP), pad(&letter(at), column - GAP))).collect();
    writeln!(out, "{}", paint(style, Role::Title, format!("{}{titles}", pad("ACTOR", actors)).trim_end()))?;
    let mut marked = false;
    for (row, cells) in &table {
        let name = middle(&plain(words::name(&row.actor)), actors, style.unicode);
        let mut line = paint(style, Role::Plain, &name);
        let mut missing = actors - width(&name);
        for (text, role) in cells.iter().take(shown) {
            marked |= text.ends_with(differs(style));
            line.push_str(&format!("{}{}", " ".repeat(missing + GAP), paint(style, *role, text)));
            missing = column - GAP - width(text);
        }
        writeln!(out, "{line}")?;
    }
    if marked {
        writeln!(out, "{}", paint(style, Role::Quiet, &format!("{} the same in number, but not in content", differs(style))))?;
    }
    if shown < comparison.groups.len() {
        let more = count(comparison.groups.len() - shown, "more group");
        writeln!(out, "{}", paint(style, Role::Quiet, &format!("{more} beside these; a wider terminal shows more")))?;
    }
    same(&comparison.same, style, out)?;
    writeln!(out)
}

fn members(at: usize, group: &[String], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut names: Vec<String> =
        group.iter().take(NAMED).map(|name| middle(&plain(name), style.width.saturating_sub(6).max(20), style.unicode)).collect();
    if group.len() > NAMED {
        names.push(format!("and {} more", group.len() - NAMED));
    }
    for (line, name) in names.iter().enumerate() {
        let head = if line == 0 { letter(at) } else { String::new() };
        writeln!(out, "  {}{}", paint(style, Role::Title, &pad(&head, 4)), paint(style, Role::Plain, name))?;
    }
    Ok(())
}

/// What an actor did to a group: its last turn, unless an earlier one is the unusual one.
fn cell(row: &Row, at: usize, style: &Style) -> (String, Role) {
    let said = |cell: &Cell| {
        let Some((outcome, changes)) = cell.turns.iter().max_by_key(|(outcome, changes)| (weight(*outcome), *changes)) else {
            let what = if row.actor.kind == Kind::Webhook { "not called" } else { "no part" };
            return (format!("{} {what}", if style.unicode { "–" } else { "-" }), Role::Quiet);
        };
        let (symbol, what, role) = words::outcome(*outcome, style);
        let what = if *outcome == Outcome::Mutated && *changes > 0 { count(*changes, "change") } else { what.to_owned() };
        let often = if cell.turns.len() > 1 { format!(" {}x", cell.turns.len()) } else { String::new() };
        (format!("{symbol} {what}{often}"), role)
    };
    let (text, role) = said(&row.cells[at]);
    // The same words for other work would hide the difference.
    let hidden = row.cells[..at].iter().any(|other| other.work != row.cells[at].work && said(other).0 == text);
    (if hidden { format!("{text} {}", differs(style)) } else { text }, role)
}

/// The mark of work that another group's words hide.
fn differs(style: &Style) -> &'static str {
    if style.unicode { "≠" } else { "!=" }
}

/// What is more worth telling of several turns.
fn weight(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Unchanged | Outcome::Submitted | Outcome::Stored => 0,
        Outcome::Mutated => 1,
        Outcome::FailedOpen => 2,
        Outcome::Denied | Outcome::Failed => 3,
    }
}

fn same(actors: &[Actor], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if actors.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = actors
        .iter()
        .map(|actor| match actor.kind {
            Kind::Request => "the request".to_owned(),
            _ => plain(words::name(actor)).into_owned(),
        })
        .collect();
    for line in wrap(&format!("The same for all: {}", names.join(", ")), style.width) {
        writeln!(out, "{}", paint(style, Role::Quiet, &line))?;
    }
    Ok(())
}

/// A, B, … Z, A1, B1, …
fn letter(at: usize) -> String {
    let letter = char::from(b'A' + (at % 26) as u8);
    if at < 26 { letter.to_string() } else { format!("{letter}{}", at / 26) }
}
