//! `-o blame`: the stored object as YAML, and beside every line who set it.

use super::columns::{count, middle, pad, width, wrap, wrap_indented};
use super::diff::without_bookkeeping;
use super::document::{self, Line};
use super::paint::{Role, paint};
use super::view::last_known;
use super::words;
use super::{Style, View};
use crate::report::blame::{Author, Blame, Node, blame as authors_of};
use crate::report::{Kind, Report};
use std::io::{self, Write};

/// The last object of every report, its author beside each line.
///
/// # Errors
/// What the writer reports.
pub fn blame(reports: &[Report], view: &View, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let shown = view.of(reports);
    for (at, (report, shown)) in reports.iter().zip(shown.iter()).enumerate() {
        if at > 0 {
            writeln!(out, "---")?;
        }
        let title = format!("# {} {}, {}", words::object_kind(report), words::object_name(&report.object), last_known(report));
        writeln!(out, "{}", paint(style, Role::Title, &title))?;
        match authors_of(report) {
            Some(blame) => one(report, shown, &blame, style, out)?,
            None => {
                let why = report.replay.why.as_deref().unwrap_or("the object is not in the log");
                for line in wrap(&super::escape::plain(&format!("# not known: {why}")), style.width) {
                    writeln!(out, "{}", paint(style, Role::Caution, &line))?;
                }
            }
        }
    }
    Ok(())
}

fn one(report: &Report, shown: &Report, blame: &Blame, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let object = shown.steps.iter().rev().find_map(|step| step.after.as_deref()).unwrap_or(&blame.object);
    let all = document::lines(object);
    let hidden = if style.show_noise { 0 } else { all.len() - document::lines(&without_bookkeeping(object)).len() };
    let lines = all.iter().filter(|line| style.show_noise || !is_bookkeeping(&line.pointer, object));
    let lines: Vec<(&Line, &Node)> = lines.filter_map(|line| Some((line, blame.at(&line.pointer)?))).collect();
    let names: Vec<String> = lines.iter().map(|(_, node)| mark(node, report)).collect();
    let gutter = names.iter().map(|name| width(name)).max().unwrap_or(0).min((style.width / 3).max(14));
    let bar = if style.unicode { "│" } else { "|" };
    let room = style.width.saturating_sub(gutter + 3).max(20);
    for ((line, node), name) in lines.iter().zip(&names) {
        for (at, part) in wrap_indented(&line.text, room).iter().enumerate() {
            let name = if at == 0 { middle(name, gutter, style.unicode) } else { String::new() };
            writeln!(out, "{} {bar} {part}", paint(style, role(node.author, report), &pad(&name, gutter)))?;
        }
    }
    if hidden > 0 {
        let what = format!("# {} of bookkeeping hidden; --show-noise shows them", count(hidden, "line"));
        writeln!(out, "{}", paint(style, Role::Quiet, &what))?;
    }
    legend(report, &lines, style, out)
}

/// Who stands in the margin, in full, and what they set over whom.
fn legend(report: &Report, lines: &[(&Line, &Node)], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut authors: Vec<Author> = lines.iter().map(|(_, node)| node.author).collect();
    authors.sort_unstable();
    authors.dedup();
    writeln!(out)?;
    for author in authors {
        let set = lines.iter().filter(|(_, node)| node.author == author).count();
        let text = format!("{}: {}", full_name(author, report), count(set, "line"));
        for line in wrap(&super::escape::plain(&text), style.width) {
            writeln!(out, "{}", paint(style, role(author, report), &line))?;
        }
    }
    for (line, node) in lines.iter().filter(|(_, node)| !node.earlier.is_empty()) {
        let before: Vec<String> = node.earlier.iter().map(|author| name(*author, report)).collect();
        let text = format!("+ {} set by {}, before that by {}", line.pointer, name(node.author, report), before.join(", "));
        for line in wrap(&super::escape::plain(&text), style.width) {
            writeln!(out, "{}", paint(style, Role::Caution, &line))?;
        }
    }
    Ok(())
}

/// What stands in the margin: the author, and a `+` for each earlier one.
fn mark(node: &Node, report: &Report) -> String {
    format!("{}{}", super::escape::plain(&name(node.author, report)), if node.earlier.is_empty() { "" } else { " +" })
}

/// `client`, `default`, a plugin's or a webhook's name.
pub(super) fn name(author: Author, report: &Report) -> String {
    match author {
        Author::Client => "client".into(),
        Author::Default => "default".into(),
        Author::Request => "request".into(),
        Author::Server => "server".into(),
        Author::Step(at) => report.steps.get(at).map_or_else(String::new, |step| match step.actor.kind {
            Kind::Policy => "policy".into(),
            _ => words::name(&step.actor).to_owned(),
        }),
    }
}

fn full_name(author: Author, report: &Report) -> String {
    match author {
        Author::Client => "client, what was typed (by last-applied-configuration)".into(),
        Author::Default => "default, filled in by the API before admission".into(),
        Author::Request => "request, typed or defaulted (nothing tells which)".into(),
        Author::Server => "server, the API server itself".into(),
        Author::Step(at) => {
            let Some(step) = report.steps.get(at) else { return String::new() };
            let round = if step.actor.round == Some(1) { ", second round" } else { "" };
            let configuration = step.actor.configuration.as_ref().map(|configuration| format!(" of {configuration}")).unwrap_or_default();
            format!("{}, {}{configuration}{round}", words::name(&step.actor), words::kind(step.actor.kind))
        }
    }
}

fn role(author: Author, report: &Report) -> Role {
    match author {
        Author::Client | Author::Request => Role::Plain,
        Author::Default | Author::Server => Role::Quiet,
        Author::Step(at) => match report.steps.get(at).map(|step| step.actor.kind) {
            Some(Kind::Webhook) => Role::Added,
            Some(Kind::Builtin) => Role::Place,
            _ => Role::Caution,
        },
    }
}

/// Whether [`without_bookkeeping`] takes this line away.
fn is_bookkeeping(pointer: &str, object: &serde_json::Value) -> bool {
    let way = crate::diff::path::tokens(pointer);
    let path = crate::diff::Path(way.iter().cloned().map(crate::diff::Segment::Field).collect());
    crate::diff::noise::is_noise(&path) || (way == ["metadata", "annotations"] && without_bookkeeping(object).pointer(pointer).is_none())
}
