//! One actor's turn: what it changed, grouped by where.

use super::change::lines;
use super::{Detail, paragraph};
use crate::diff::{Change, Segment, noise};
use crate::render::Style;
use crate::render::columns::{count, width};
use crate::render::escape::plain;
use crate::render::paint::{Role, paint};
use crate::render::words;
use crate::report::{Fidelity, Kind, Outcome, Report, Step};
use serde_json::Value;
use std::io::{self, Write};

pub(super) fn write(report: &Report, step: &Step, style: &Style, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    heading(step, style, out)?;
    if let Some(sentence) = sentence(report, step) {
        paragraph(out, style, Role::Caution, "  ", &sentence)?;
    }
    if let Some(why) = step.why.as_ref().filter(|why| step.fidelity != Fidelity::Exact && report.replay.why.as_ref() != Some(why)) {
        paragraph(out, style, Role::Caution, "  ", why)?;
    }
    for (key, text) in &step.annotations {
        paragraph(out, style, Role::Plain, "  ", &format!("audit annotation {key}: {text}"))?;
    }
    let (hidden, shown): (Vec<&Change>, Vec<&Change>) =
        step.changes.iter().partition(|change| !style.show_noise && noise::is_noise(&change.path));
    for (place, changes) in grouped(&shown, style) {
        writeln!(out, "  {}", paint(style, Role::Place, &place))?;
        for change in changes {
            for (role, line) in lines(change, style, detail) {
                writeln!(out, "    {}", paint(style, role, &line))?;
            }
        }
    }
    if step.after.is_none() || step.before.is_none() {
        operations(step, style, detail, out)?;
    }
    if !hidden.is_empty() {
        let what = format!("{} of bookkeeping hidden ({}); --show-noise shows them", count(hidden.len(), "change"), fields(&hidden));
        paragraph(out, style, Role::Quiet, "  ", &what)?;
    }
    Ok(())
}

fn heading(step: &Step, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let dot = if style.unicode { "·" } else { "-" };
    let mut facts = vec![match (&step.actor.configuration, step.actor.kind) {
        (Some(configuration), _) => format!("webhook of {}", plain(configuration)),
        (None, kind) => words::kind(kind).to_owned(),
    }];
    match (step.actor.round, step.actor.index) {
        (Some(round), Some(index)) => facts.push(format!("round {round}, index {index}")),
        (Some(1), None) => facts.push("round 1".to_owned()),
        _ => {}
    }
    if !step.changes.is_empty() {
        facts.push(count(step.changes.len(), "change"));
    }
    if step.fidelity != Fidelity::Exact {
        let (symbol, word, _) = words::fidelity(step.fidelity, style);
        facts.push(format!("{symbol} {word}"));
    }
    let name = words::name(&step.actor);
    facts.retain(|fact| fact != name);
    let mut role = Role::Quiet;
    if matches!(step.outcome, Outcome::FailedOpen | Outcome::Denied | Outcome::Failed) {
        let (symbol, word, unusual) = words::outcome(step.outcome, style);
        facts.insert(0, format!("{symbol} {word}"));
        role = unusual;
    }
    let facts = facts.join(&format!(" {dot} "));
    if step.actor.kind == Kind::Webhook || width(name) + width(&facts) + 3 > style.width {
        paragraph(out, style, Role::Title, "", name)?;
        return paragraph(out, style, role, "  ", &facts);
    }
    writeln!(out, "{} {dot} {}", paint(style, Role::Title, name), paint(style, role, &facts))
}

/// What an unusual outcome means.
fn sentence(report: &Report, step: &Step) -> Option<String> {
    let nothing_logged = step.patch.is_none() && step.after.is_none();
    Some(match step.outcome {
        Outcome::FailedOpen => {
            "The call failed, and the webhook's failurePolicy Ignore let the request through: what it would have changed is missing.".into()
        }
        Outcome::Denied => format!("It refused the request: {}", report.response.message.as_deref().unwrap_or("the log does not say why.")),
        Outcome::Failed => {
            format!("The call failed and ended the request: {}", report.response.message.as_deref().unwrap_or("the log does not say why."))
        }
        Outcome::Mutated if nothing_logged => "It changed the object; what it changed is not in the log.".into(),
        _ => return None,
    })
}

/// The changes by the place they happened in, in order of first appearance.
fn grouped<'a>(changes: &[&'a Change], style: &Style) -> Vec<(String, Vec<&'a Change>)> {
    let mut groups: Vec<(String, Vec<&Change>)> = Vec::new();
    for change in changes {
        let place = place(change, if style.unicode { "›" } else { ">" });
        match groups.iter_mut().find(|(known, _)| *known == place) {
            Some((_, members)) => members.push(change),
            None => groups.push((place, vec![change])),
        }
    }
    groups
}

/// `containers[aws-cli] › env`: where the change happened, without the last step of the way.
fn place(change: &Change, joint: &str) -> String {
    let way = &change.path.0;
    let parents = if change.order { way } else { &way[..way.len().saturating_sub(1)] };
    let parents = match parents {
        [Segment::Field(first), rest @ ..] if first == "spec" && !rest.is_empty() => rest,
        all => all,
    };
    let mut place = String::new();
    for segment in parents {
        match segment {
            Segment::Field(name) if place.is_empty() => place.push_str(name),
            Segment::Field(name) => place.push_str(&format!(" {joint} {name}")),
            item => place.push_str(&format!("[{}]", item.short_label())),
        }
    }
    if place.is_empty() { "the object".into() } else { place }
}

/// `managedFields, uid, status`: which bookkeeping was hidden.
fn fields(hidden: &[&Change]) -> String {
    let mut names: Vec<String> = Vec::new();
    for change in hidden {
        let name = match change.path.0.as_slice() {
            [Segment::Field(first), ..] if first == "status" => "status".to_owned(),
            [.., last] => last.label(),
            [] => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// The patch as logged, where the objects are not known.
fn operations(step: &Step, style: &Style, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let Some(operations) = step.patch.as_ref().and_then(Value::as_array).filter(|operations| !operations.is_empty()) else { return Ok(()) };
    paragraph(out, style, Role::Plain, "  ", &format!("{} as logged:", count(operations.len(), "patch operation")))?;
    for operation in operations {
        let text = |field: &str| operation.get(field).and_then(Value::as_str).unwrap_or("").to_owned();
        let from = if operation.get("from").is_some() { format!(" from {}", text("from")) } else { String::new() };
        let role = match text("op").as_str() {
            "add" | "copy" => Role::Added,
            "remove" => Role::Removed,
            "test" => Role::Quiet,
            _ => Role::Changed,
        };
        paragraph(out, style, role, "    ", &format!("{} {}{from}", text("op"), text("path")))?;
        if let Some(value) = operation.get("value") {
            for line in super::change::block(value, style.width.saturating_sub(8), style, detail) {
                writeln!(out, "        {}", paint(style, Role::Plain, &line))?;
            }
        }
    }

    Ok(())
}
