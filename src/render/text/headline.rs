//! What happened, in a few lines: object, request, result, and how far the replay explains it.

use crate::render::Style;
use crate::render::columns::{pad, width, wrap};
use crate::render::escape::plain;
use crate::render::paint::{Role, paint};
use crate::render::words;
use crate::report::{Fidelity, Kind, Report};
use std::io::{self, Write};

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let kind = format!("{}:", plain(&words::object_kind(report)));
    let labels = width(&kind).max(8) + 1;
    let mut line = |label: &str, role: Role, text: &str| -> io::Result<()> {
        for (at, part) in wrap(&plain(text), style.width.saturating_sub(labels).max(20)).iter().enumerate() {
            let label = pad(if at == 0 { label } else { "" }, labels);
            writeln!(out, "{}{}", paint(style, Role::Quiet, &label), paint(style, role, part))?;
        }
        Ok(())
    };
    line(&kind, Role::Title, &words::object_name(&report.object))?;
    let dry_run = if report.dry_run { ", dry run" } else { "" };
    line("Request:", Role::Plain, &format!("{} at {}{dry_run}", report.verb, words::time(report.time.as_deref())))?;
    let manager = report.steps.first().filter(|step| step.actor.kind == Kind::Request).and_then(|step| step.actor.name.as_deref());
    let manager = manager.filter(|name| !report.user_agent.starts_with(name)).map(|name| format!(" as {name}")).unwrap_or_default();
    line("By:", Role::Plain, &format!("{}{manager}", words::sender(report)))?;
    let (result, role) = words::result(report);
    line("Result:", role, &result)?;
    if let Some(message) = &report.response.message {
        line("", role, message)?;
    }
    if let Some(ending) = words::ending(report) {
        line("Ended:", Role::Plain, &ending)?;
    }
    let (symbol, word, role) = words::fidelity(report.replay.fidelity, style);
    let role = if report.replay.reproduces_stored == Some(false) { Role::Alarm } else { role };
    line("Replay:", role, &format!("{symbol} {word}: {}", words::verdict(report)))?;
    if let Some(why) = report.replay.why.as_ref().filter(|why| report.replay.fidelity != Fidelity::Exact && !report.notes.contains(*why)) {
        line("", Role::Plain, why)?;
    }
    for note in &report.notes {
        line("Note:", Role::Caution, note)?;
    }
    line("Event:", Role::Quiet, &format!("{} at {}, level {}", report.audit_id, report.origin, report.level))
}
