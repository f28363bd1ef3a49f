//! One step: what was sent, and beside it what that did.

use super::admission::{PAGE, class, title};
use crate::diff::{Change, Op, noise};
use crate::render::Style;
use crate::render::document;
use crate::render::escape::markup;
use crate::render::places::{fields, grouped, label};
use crate::render::value::{inline, without_key};
use crate::render::words;
use crate::report::effect::effects;
use crate::report::{Fidelity, Kind, Outcome, Report, Step};
use serde_json::Value;
use std::io::{self, Write};

pub(super) fn write(report: &Report, step: &Step, number: usize, prefix: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section class=\"step {}\" id=\"{}{number}\" data-step=\"{number}\">", class(step), markup(prefix))?;
    heading(step, number, out)?;
    if let Some(sentence) = words::sentence(report, step) {
        writeln!(out, "<p class=\"note\">{}</p>", markup(&sentence))?;
    }
    if let Some(why) = step.why.as_ref().filter(|why| step.fidelity != Fidelity::Exact && report.replay.why.as_ref() != Some(*why)) {
        writeln!(out, "<p class=\"note\">{}</p>", markup(why))?;
    }
    for (key, text) in &step.annotations {
        writeln!(out, "<p class=\"audit\">audit annotation <code>{}</code>: {}</p>", markup(key), markup(text))?;
    }
    let effects = effects(step);
    if effects.is_empty() {
        let all: Vec<&Change> = step.changes.iter().collect();
        changes(&all, style, out)?;
        if step.outcome == Outcome::Unchanged && step.actor.kind == Kind::Webhook {
            writeln!(out, "<p class=\"quiet\">It was called and changed nothing.</p>")?;
        }
    } else {
        writeln!(out, "<div class=\"effects\"><p class=\"sides\"><span>what it sent</span><span>what that did</span></p>")?;
        for effect in &effects {
            writeln!(out, "<div class=\"effect\"><div class=\"sent\">")?;
            match &effect.operation {
                Some(operation) => sent(operation, out)?,
                None => writeln!(out, "<p class=\"quiet\">then the API server decoded and defaulted the object</p>")?,
            }
            writeln!(out, "</div><div class=\"did\">")?;
            match &effect.changes {
                Some(made) if made.is_empty() => writeln!(out, "<p class=\"quiet\">no difference</p>")?,
                Some(made) => changes(&made.iter().collect::<Vec<_>>(), style, out)?,
                None => writeln!(out, "<p class=\"quiet\">the object it was applied to is not known</p>")?,
            }
            writeln!(out, "</div></div>")?;
        }
        writeln!(out, "</div>")?;
    }
    writeln!(out, "</section>")
}

fn heading(step: &Step, number: usize, out: &mut dyn Write) -> io::Result<()> {
    let (symbol, word, _) = words::outcome(step.outcome, &PAGE);
    let mut facts = vec![words::kind(step.actor.kind).to_owned()];
    facts.extend(step.actor.configuration.iter().map(|configuration| format!("configuration {configuration}")));
    match (step.actor.round, step.actor.index) {
        (Some(round), Some(index)) => facts.push(format!("round {round}, index {index}")),
        (Some(1), None) => facts.push("second round".into()),
        _ => {}
    }
    if !step.changes.is_empty() {
        facts.push(crate::render::columns::count(step.changes.len(), "change"));
    }
    let (sure, sure_word, _) = words::fidelity(step.fidelity, &PAGE);
    facts.push(format!("{sure} {sure_word}"));
    writeln!(
        out,
        "<h2><span class=\"number\">{number}</span> {} <span class=\"outcome\">{symbol} {word}</span></h2>",
        markup(&title(step))
    )?;
    writeln!(out, "<p class=\"quiet\">{}</p>", markup(&facts.join(" · ")))
}

/// The operation as it was sent.
fn sent(operation: &Value, out: &mut dyn Write) -> io::Result<()> {
    let text = |field: &str| operation.get(field).and_then(Value::as_str);
    write!(out, "<p class=\"op\"><b>{}</b> <code>{}</code>", markup(text("op").unwrap_or("")), markup(text("path").unwrap_or("")))?;
    if let Some(from) = text("from") {
        write!(out, " from <code>{}</code>", markup(from))?;
    }
    writeln!(out, "</p>")?;
    if let Some(value) = operation.get("value") {
        let json = if value.is_object() || value.is_array() { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
        let lines: Vec<String> = json.unwrap_or_default().lines().map(markup).collect();
        writeln!(out, "<pre>{}</pre>", lines.join("\n"))?;
    }
    Ok(())
}

/// Changes grouped by place.
fn changes(all: &[&Change], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (hidden, shown): (Vec<&Change>, Vec<&Change>) = all.iter().partition(|change| !style.show_noise && noise::is_noise(&change.path));
    for (place, changes) in grouped(&shown, "›") {
        writeln!(out, "<div class=\"place\"><h3>{}</h3><ul>", markup(&place))?;
        for change in changes {
            one(change, out)?;
        }
        writeln!(out, "</ul></div>")?;
    }
    if !hidden.is_empty() {
        let what = format!("{} of bookkeeping left out ({})", crate::render::columns::count(hidden.len(), "change"), fields(&hidden));
        writeln!(out, "<p class=\"quiet\">{}</p>", markup(&what))?;
    }
    Ok(())
}

fn one(change: &Change, out: &mut dyn Write) -> io::Result<()> {
    let (class, sign) = match change.op {
        Op::Added => ("add", "+"),
        Op::Removed => ("del", "−"),
        Op::Replaced => ("chg", "~"),
    };
    let label = if change.order { "order".to_owned() } else { label(change) };
    write!(out, "<li class=\"{class}\"><span class=\"mark\">{sign}</span> <b>{}</b>", markup(&label))?;
    let sides = [(&change.before, "old"), (&change.after, "new")].into_iter().filter_map(|(value, class)| Some((value.as_ref()?, class)));
    for (value, class) in sides {
        let rest = if change.op == Op::Replaced { Some(value.clone()) } else { without_key(change, value) };
        let Some(rest) = rest else { continue };
        match inline(&rest).filter(|(_, text, _)| text.len() <= INLINE) {
            Some((joint, text, _)) => {
                let joint = match (joint, change.op, class) {
                    (_, Op::Replaced, "new") => " → ",
                    (" = ", ..) => " = ",
                    _ => ": ",
                };
                write!(out, "{joint}<code class=\"{class}\">{}</code>", markup(&text))?;
            }
            None => write!(out, "<pre class=\"{class}\">{}</pre>", yaml(&rest))?,
        }
    }
    writeln!(out, "</li>")
}

/// A value of at most so many characters stands on the line of its name.
const INLINE: usize = 120;

fn yaml(value: &Value) -> String {
    document::lines(value).iter().map(|line| markup(&line.text)).collect::<Vec<_>>().join("\n")
}
