//! The table of all actors in order.

use super::Detail;
use crate::render::Style;
use crate::render::columns::{count, wrap};
use crate::render::escape::plain;
use crate::render::paint::{Role, paint};
use crate::render::words;
use crate::report::{Fidelity, Kind, Report, Step};
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::settings::object::{Columns, Rows};
use tabled::settings::{Alignment, Modify, Padding, Style as Frame};

/// Below this width the configuration stands under the webhook's name instead of beside it.
const ONE_COLUMN_BELOW: usize = 100;

/// Below this width the certainty of a step is only a symbol, explained below the table.
const SPELT_FROM: usize = 80;

pub(super) fn write(report: &Report, style: &Style, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let unsure = detail == Detail::Whole || report.steps.iter().any(|step| step.fidelity != Fidelity::Exact);
    let beside = style.width >= ONE_COLUMN_BELOW;
    let mut head = vec!["SLOT", "ACTOR"];
    head.extend(beside.then_some("CONFIGURATION"));
    head.extend(["OUTCOME", "CHANGES"]);
    head.extend((detail == Detail::Whole).then_some("PATCH"));
    let spelt = style.width >= SPELT_FROM;
    head.extend(unsure.then_some(if spelt { "CERTAINTY" } else { "SURE" }));
    let certainty = if spelt { 12 } else { 6 };
    let fixed = 4 + 2 + 13 + 2 + 7 + 2 + if unsure { certainty } else { 0 } + if detail == Detail::Whole { 7 } else { 0 };
    let room = style.width.saturating_sub(fixed).max(16);
    let names = if beside { room / 2 - 1 } else { room };
    let mut table = Builder::default();
    table.push_record(head.iter().map(|title| paint(style, Role::Title, title)));
    let second = report.steps.iter().position(|step| step.actor.round == Some(1));
    for (at, step) in report.steps.iter().enumerate() {
        if second == Some(at) {
            let dash = if style.unicode { "──" } else { "--" };
            let title = paint(style, Role::Quiet, &format!("{dash} second round {dash}"));
            table.push_record((0..head.len()).map(|column| if column == 1 { title.clone() } else { String::new() }));
        }
        table.push_record(row(step, style, detail, names, beside, unsure));
    }
    let mut table = table.build();
    table.with(Frame::empty()).with(Padding::new(0, 2, 0, 0));
    table.with(Modify::new(Columns::one(if beside { 4 } else { 3 })).with(Alignment::right()));
    table.with(Modify::new(Rows::first()).with(Alignment::left()));
    for line in table.to_string().lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    if unsure && !spelt {
        let legend = [Fidelity::Exact, Fidelity::Inferred, Fidelity::Unknown].map(|fidelity| {
            let (symbol, word, _) = words::fidelity(fidelity, style);
            format!("{symbol} {word}")
        });
        writeln!(out, "{}", paint(style, Role::Quiet, &legend.join("  ")))?;
    }
    Ok(())
}

fn row(step: &Step, style: &Style, detail: Detail, names: usize, beside: bool, unsure: bool) -> Vec<String> {
    let cell = |role: Role, text: &str| -> String {
        wrap(&plain(text), names).iter().map(|line| paint(style, role, line)).collect::<Vec<_>>().join("\n")
    };
    let (symbol, word, role) = words::outcome(step.outcome, style);
    let quiet = if role == Role::Quiet { Role::Quiet } else { Role::Plain };
    let below = match (&step.actor.configuration, step.actor.kind) {
        (Some(configuration), _) => configuration.clone(),
        (None, Kind::Builtin) => "built-in plugin".into(),
        (None, Kind::Webhook) => "configuration not in the log".into(),
        (None, Kind::Request) => "client".into(),
        _ => String::new(),
    };
    let name = if step.actor.kind == Kind::Request && step.actor.name.is_some() {
        format!("request ({})", words::name(&step.actor))
    } else {
        words::name(&step.actor).to_owned()
    };
    let mut row = vec![paint(style, quiet, &words::slot(&step.actor))];
    match (beside, step.actor.kind) {
        (true, _) => row.extend([cell(quiet, &name), cell(Role::Quiet, &below)]),
        (false, Kind::Webhook) => row.push(format!("{}\n{}", cell(quiet, &name), cell(Role::Quiet, &below))),
        (false, _) => row.push(cell(quiet, &name)),
    }
    row.push(paint(style, role, &format!("{symbol} {word}")));
    let known = step.after.is_some() || step.actor.kind != Kind::Webhook;
    row.push(match (step.changes.len(), known) {
        (0, true) => String::new(),
        (0, false) => operations(step).unwrap_or_else(|| "?".into()),
        (changes, _) => changes.to_string(),
    });
    if detail == Detail::Whole {
        row.push(operations(step).unwrap_or_default());
    }
    if unsure {
        let (symbol, word, role) = words::fidelity(step.fidelity, style);
        row.push(paint(style, role, &if style.width >= SPELT_FROM { format!("{symbol} {word}") } else { symbol.to_owned() }));
    }
    row
}

/// How many operations the webhook's patch has.
fn operations(step: &Step) -> Option<String> {
    Some(count(step.patch.as_ref()?.as_array()?.len(), "op"))
}
