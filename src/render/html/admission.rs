//! One admission: its headline, the chain of actors, every step, and the object.

use super::{object, step};
use crate::render::Style;
use crate::render::escape::markup;
use crate::render::words;
use crate::report::{Fidelity, Kind, Report, Step};
use std::io::{self, Write};

/// Symbols as the page shows them.
pub(super) const PAGE: Style = Style { width: 80, color: false, unicode: true, show_noise: false };

/// `original` for what only the original tells, `shown` for everything that is printed.
pub(super) fn write(original: &Report, shown: &Report, at: usize, several: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let prefix = if several { format!("pod={}&step=", at + 1) } else { "step=".to_owned() };
    let id = if several { format!("pod={}", at + 1) } else { "admission".to_owned() };
    writeln!(
        out,
        "<article class=\"admission\" id=\"{id}\" data-prefix=\"{}\" aria-label=\"{}\">",
        markup(&prefix),
        markup(&words::object_name(&shown.object))
    )?;
    headline(shown, out)?;
    writeln!(out, "<div class=\"work\">")?;
    chain(shown, &prefix, out)?;
    writeln!(out, "<div class=\"stage\">")?;
    writeln!(out, "<section class=\"steps\">")?;
    for (number, one) in shown.steps.iter().enumerate() {
        step::write(shown, one, number, &prefix, style, out)?;
    }
    writeln!(out, "</section>")?;
    object::write(original, shown, style, out)?;
    writeln!(out, "</div></div></article>")
}

fn headline(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<div class=\"head\"><h1>{} <code>{}</code></h1>",
        markup(&words::object_kind(report)),
        markup(&words::object_name(&report.object))
    )?;
    let (symbol, word, _) = words::fidelity(report.replay.fidelity, &PAGE);
    let class = match (report.replay.reproduces_stored, report.replay.fidelity) {
        (Some(false), _) => "bad",
        (_, Fidelity::Exact) => "good",
        _ => "unsure",
    };
    writeln!(out, "<p class=\"verdict {class}\"><b>{symbol} {word}</b> {}</p>", markup(&words::verdict(report)))?;
    let why = report.replay.why.as_ref().filter(|why| report.replay.fidelity != Fidelity::Exact && !report.notes.contains(*why));
    for note in why.into_iter().chain(&report.notes) {
        writeln!(out, "<p class=\"note\">{}</p>", markup(note))?;
    }
    let (result, _) = words::result(report);
    let refused = report.response.code.is_some_and(|code| code >= 400);
    writeln!(out, "<dl class=\"facts\">")?;
    let mut fact =
        |label: &str, class: &str, text: &str| writeln!(out, "<div><dt>{label}</dt><dd class=\"{class}\">{}</dd></div>", markup(text));
    fact("Request", "", &format!("{} at {}", report.verb, words::time(report.time.as_deref())))?;
    fact("By", "", &words::sender(report))?;
    fact("Result", if refused { "refused" } else { "" }, &result)?;
    if let Some(message) = &report.response.message {
        fact("Message", "refused", message)?;
    }
    if let Some(ending) = words::ending(report) {
        fact("Ended", "", &ending)?;
    }
    fact("Event", "quiet", &format!("{}, level {}", report.audit_id, report.level))?;
    writeln!(out, "</dl></div>")
}

fn chain(report: &Report, prefix: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<nav class=\"chain\" aria-label=\"Steps\"><ol>")?;
    let mut second = false;
    for (at, step) in report.steps.iter().enumerate() {
        if step.actor.round == Some(1) && !second {
            second = true;
            writeln!(out, "<li class=\"round\">second round</li>")?;
        }
        if let Some(gap) = words::not_called(report, at) {
            let number = gap.1 - gap.0 + 1;
            let plural = if number == 1 { "webhook" } else { "webhooks" };
            writeln!(out, "<li class=\"gap\"><span class=\"sign\">┄</span> {} {number} {plural} not called</li>", words::slots(gap))?;
        }
        let (symbol, word, _) = words::outcome(step.outcome, &PAGE);
        let sure = match step.fidelity {
            Fidelity::Exact => String::new(),
            other => {
                let (symbol, word, _) = words::fidelity(other, &PAGE);
                format!(" <span class=\"sure\">{symbol} {word}</span>")
            }
        };
        let changes = match step.changes.len() {
            0 => String::new(),
            number => format!(" <span class=\"count\">{number}</span>"),
        };
        writeln!(
            out,
            "<li class=\"{}\"><a href=\"#{}{at}\"><span class=\"sign\">{symbol}</span><span class=\"who\">{}{}</span>{changes}<span class=\"what\">{word}{}{sure}</span></a></li>",
            class(step),
            markup(prefix),
            markup(&title(step)),
            if step.actor.kind == Kind::Webhook {
                format!("<small>{}</small>", markup(step.actor.configuration.as_deref().unwrap_or("")))
            } else {
                String::new()
            },
            slot(step),
        )?;
    }
    if words::ending(report).is_some() {
        writeln!(out, "<li class=\"end\"><span class=\"sign\">✖</span> the request ended here</li>")?;
    }
    writeln!(out, "</ol></nav>")
}

fn slot(step: &Step) -> String {
    match (step.actor.kind, words::slot(&step.actor)) {
        (Kind::Webhook, slot) => format!(" · {slot}"),
        _ => String::new(),
    }
}

/// What a step is called in the chain.
pub(super) fn title(step: &Step) -> String {
    match (&step.actor.name, step.actor.kind) {
        (Some(name), Kind::Request) => format!("request ({name})"),
        _ => words::name(&step.actor).to_owned(),
    }
}

/// The style class of an outcome: its name in the JSON document, and the kind of actor.
pub(super) fn class(step: &Step) -> String {
    use crate::report::Outcome::{Denied, Failed, FailedOpen, Mutated, Stored, Submitted, Unchanged};
    let outcome = match step.outcome {
        Submitted => "submitted",
        Mutated => "mutated",
        Unchanged => "unchanged",
        FailedOpen => "failed-open",
        Denied => "denied",
        Failed => "failed",
        Stored => "stored",
    };
    let kind = match step.actor.kind {
        Kind::Request => "request",
        Kind::Builtin => "builtin",
        Kind::Policy => "policy",
        Kind::Webhook => "webhook",
        Kind::Server => "server",
        Kind::Unattributed => "unattributed",
    };
    format!("{outcome} {kind}")
}
