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

/// Which columns there are.
struct Layout {
    /// The configuration has its own column.
    beside: bool,
    /// The number of patch operations has one.
    patches: bool,
    /// The certainty has one.
    unsure: bool,
    /// The certainty in words.
    spelt: bool,
    /// The width of a name.
    names: usize,
}

impl Layout {
    fn of(report: &Report, style: &Style, detail: Detail) -> Layout {
        let beside = style.width >= ONE_COLUMN_BELOW;
        let spelt = style.width >= SPELT_FROM;
        let patches = detail == Detail::Whole && spelt;
        let unsure = detail == Detail::Whole || report.steps.iter().any(|step| step.fidelity != Fidelity::Exact);
        // The columns around the names, each with the two spaces after it.
        let certainty = [0, 6, 12][usize::from(unsure) + usize::from(unsure && spelt)];
        let others = 4 + 7 + 15 + 9 + certainty + if patches { 8 } else { 0 };
        let room = style.width.saturating_sub(others).max(16);
        Layout { beside, patches, unsure, spelt, names: if beside { room / 2 - 1 } else { room } }
    }

    fn head(&self) -> Vec<&'static str> {
        let mut head = vec!["#", "SLOT", "ACTOR"];
        head.extend(self.beside.then_some("CONFIGURATION"));
        head.extend(["OUTCOME", "CHANGES"]);
        head.extend(self.patches.then_some("PATCH"));
        head.extend(self.unsure.then_some(if self.spelt { "CERTAINTY" } else { "SURE" }));
        head
    }
}

pub(super) fn write(report: &Report, style: &Style, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let layout = Layout::of(report, style, detail);
    let head = layout.head();
    let changes = head.iter().position(|title| *title == "CHANGES").unwrap_or(0);
    let aside = |cells: [&str; 2]| {
        let cell = |column: usize| {
            column.checked_sub(1).and_then(|at| cells.get(at)).map_or_else(String::new, |text| cell(style, Role::Quiet, text, &layout))
        };
        (0..head.len()).map(cell).collect::<Vec<String>>()
    };
    let mut table = Builder::default();
    table.push_record(head.iter().map(|title| paint(style, Role::Title, title)));
    let second = report.steps.iter().position(|step| step.actor.round == Some(1));
    for (at, step) in report.steps.iter().enumerate() {
        if second == Some(at) {
            let dash = if style.unicode { "──" } else { "--" };
            table.push_record(aside(["", &format!("{dash} second round {dash}")]));
        }
        if let Some(gap) = words::not_called(report, at) {
            let what = format!("{} not called", count((gap.1 - gap.0 + 1) as usize, "webhook"));
            table.push_record(aside([&words::slots(gap), &what]));
        }
        table.push_record(row(at, step, style, &layout));
    }
    let mut table = table.build();
    table.with(Frame::empty()).with(Padding::new(0, 2, 0, 0));
    table.with(Modify::new(Columns::one(changes)).with(Alignment::right()));
    table.with(Modify::new(Rows::first()).with(Alignment::left()));
    for line in table.to_string().lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    if layout.unsure && !layout.spelt {
        let legend = [Fidelity::Exact, Fidelity::Inferred, Fidelity::Unknown].map(|fidelity| {
            let (symbol, word, _) = words::fidelity(fidelity, style);
            format!("{symbol} {word}")
        });
        writeln!(out, "{}", paint(style, Role::Quiet, &legend.join("  ")))?;
    }
    Ok(())
}

fn row(at: usize, step: &Step, style: &Style, layout: &Layout) -> Vec<String> {
    let (symbol, word, role) = words::outcome(step.outcome, style);
    let quiet = if role == Role::Quiet { Role::Quiet } else { Role::Plain };
    let mut row = vec![paint(style, quiet, &at.to_string()), paint(style, quiet, &words::slot(&step.actor))];
    let (name, origin) = (cell(style, quiet, &name(step), layout), cell(style, Role::Quiet, &origin(step), layout));
    match (layout.beside, step.actor.kind) {
        (true, _) => row.extend([name, origin]),
        (false, Kind::Webhook) => row.push(format!("{name}\n{origin}")),
        (false, _) => row.push(name),
    }
    row.push(paint(style, role, &format!("{symbol} {word}")));
    let known = step.after.is_some() || step.actor.kind != Kind::Webhook;
    row.push(match (step.changes.len(), known) {
        (0, true) => String::new(),
        (0, false) => operations(step).unwrap_or_else(|| "?".into()),
        (changes, _) => changes.to_string(),
    });
    if layout.patches {
        row.push(operations(step).unwrap_or_default());
    }
    if layout.unsure {
        let (symbol, word, role) = words::fidelity(step.fidelity, style);
        row.push(paint(style, role, &if layout.spelt { format!("{symbol} {word}") } else { symbol.to_owned() }));
    }
    row
}

/// A name in as many lines as it needs.
fn cell(style: &Style, role: Role, text: &str, layout: &Layout) -> String {
    wrap(&plain(text), layout.names).iter().map(|line| paint(style, role, line)).collect::<Vec<_>>().join("\n")
}

fn name(step: &Step) -> String {
    match (&step.actor.name, step.actor.kind) {
        (Some(manager), Kind::Request) => format!("request ({manager})"),
        _ => words::name(&step.actor).to_owned(),
    }
}

/// Where the actor comes from: a webhook's configuration, else what kind of actor it is.
fn origin(step: &Step) -> String {
    match (&step.actor.configuration, step.actor.kind) {
        (Some(configuration), _) => configuration.clone(),
        (None, Kind::Builtin) => "built-in plugin".into(),
        (None, Kind::Webhook) => "configuration not in the log".into(),
        (None, Kind::Request) => "client".into(),
        _ => String::new(),
    }
}

/// How many operations the webhook's patch has.
fn operations(step: &Step) -> Option<String> {
    Some(count(step.patch.as_ref()?.as_array()?.len(), "op"))
}
