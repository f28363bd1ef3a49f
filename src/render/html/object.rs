//! The object, every line with who set it and in which steps it is there.

use super::weave::{Thread, weave};
use crate::render::Style;
use crate::render::columns::count;
use crate::render::diff::without_bookkeeping;
use crate::render::escape::markup;
use crate::render::view::last_known;
use crate::report::Report;
use crate::report::blame::{Author, Blame, blame};
use serde_json::Value;
use std::borrow::Cow;
use std::io::{self, Write};

pub(super) fn write(original: &Report, shown: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let states = shown.steps.iter().enumerate().filter_map(|(at, step)| Some((at, step.after.as_deref()?)));
    let kept: Vec<(usize, Cow<'_, Value>)> = states.map(|(at, state)| (at, without_noise(state, style))).collect();
    let threads = weave(kept.iter().map(|(at, state)| (*at, &**state)));
    writeln!(out, "<section class=\"object\">")?;
    if threads.is_empty() {
        let why = shown.replay.why.as_deref().unwrap_or("The log does not hold it.");
        return writeln!(out, "<h2>The object is not known</h2><p class=\"note\">{}</p></section>", markup(why));
    }
    let blame = blame(original);
    writeln!(out, "<h2>The object, <span class=\"last\">{}</span><span class=\"state\"></span></h2>", last_known(shown))?;
    writeln!(
        out,
        "<p class=\"quiet legend\">Beside each line: the number of the step that set it; client, default or request for what came with the request.</p>"
    )?;
    writeln!(out, "<div class=\"yaml\" role=\"group\" aria-label=\"The object as YAML\">")?;
    for thread in &threads {
        line(thread, blame.as_ref(), out)?;
    }
    writeln!(out, "</div>")?;
    if let Some(last) = shown.steps.iter().rev().find_map(|step| step.after.as_deref()) {
        let hidden = crate::render::document::lines(last).len() - crate::render::document::lines(&without_noise(last, style)).len();
        if hidden > 0 {
            writeln!(
                out,
                "<p class=\"quiet\">{} of bookkeeping left out (field ownership, ids, times, status).</p>",
                count(hidden, "line")
            )?;
        }
    }
    writeln!(out, "</section>")
}

fn without_noise<'a>(object: &'a Value, style: &Style) -> Cow<'a, Value> {
    if style.show_noise { Cow::Borrowed(object) } else { Cow::Owned(without_bookkeeping(object)) }
}

fn line(thread: &Thread, blame: Option<&Blame>, out: &mut dyn Write) -> io::Result<()> {
    let node = blame.and_then(|blame| blame.at(&thread.pointer));
    let by = match (thread.born, node.map(|node| node.author)) {
        (0, Some(Author::Client)) => "client".to_owned(),
        (0, Some(Author::Default)) => "default".to_owned(),
        (0, _) => "request".to_owned(),
        (born, _) => born.to_string(),
    };
    // A default that somebody else filled further stays when defaults are hidden.
    let fill = thread.died.is_none() && node.is_some_and(|node| node.is_all(Author::Default));
    let class = format!("l{}{}", if fill { " f" } else { "" }, if thread.died.is_some() { " gone" } else { "" });
    write!(out, "<div class=\"{class}\" data-by=\"{by}\"")?;
    if thread.born > 0 {
        write!(out, " data-b=\"{}\"", thread.born)?;
    }
    if let Some(died) = thread.died {
        write!(out, " data-d=\"{died}\"")?;
    }
    writeln!(out, ">{}</div>", markup(&thread.text))
}
