//! Reports in the form that was asked for: straight, through a pager, or into a page that is opened.

use super::World;
use crate::cli::Failure;
use crate::cli::args::{Form, OutputArgs};
use crate::render::{self, Side, View};
use crate::report::Report;
use crate::report::comparison::Comparison;
use crate::report::redact::redacted;
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes the reports.
///
/// # Errors
/// A usage failure for a step or webhook that is not there, or a closed or full output.
pub(super) fn show(reports: &[Report], args: &OutputArgs, world: &mut World<'_>) -> Result<(), Failure> {
    let shared = matches!(args.output, Form::Html | Form::Markdown);
    let view = View {
        step: args.step,
        webhook: args.webhook.clone(),
        side: if args.before { Side::Before } else { Side::After },
        redact: args.redact || (shared && !args.no_redact),
    };
    view.check(reports).map_err(Failure::usage)?;
    world.style.show_noise = args.show_noise;
    if args.open && args.output != Form::Html {
        return Err(Failure::usage("--open opens a page: say -o html as well"));
    }
    match args.output {
        // Data for programs goes out as it is made.
        Form::Json | Form::Ndjson | Form::JsonPatch => write(reports, args, &view, world.style.clone(), world.out)?,
        Form::Html if args.open => {
            let mut page = Vec::new();
            write(reports, args, &view, world.style.clone(), &mut page)?;
            let place = (world.open)(&page)?;
            writeln!(world.err, "the page is {}", place.display())?;
        }
        Form::Html | Form::Markdown => write(reports, args, &view, world.style.clone(), world.out)?,
        _ => {
            let mut text = Vec::new();
            write(reports, args, &view, world.style.clone(), &mut text)?;
            let lines = text.iter().filter(|byte| **byte == b'\n').count();
            match world.terminal.pager(world.pages, lines) {
                Some(pager) => (world.page)(&pager, &text)?,
                None => world.out.write_all(&text)?,
            }
        }
    }
    world.out.flush()?;
    Ok(())
}

fn write(reports: &[Report], args: &OutputArgs, view: &View, style: render::Style, out: &mut dyn Write) -> io::Result<()> {
    // The forms that take a view redact by themselves, and say so.
    let plain = || if view.redact { Cow::Owned(redacted(reports)) } else { Cow::Borrowed(reports) };
    let object = args.before || args.after || args.step.is_some() || args.webhook.is_some();
    match args.output {
        Form::Text => differences(reports, &style, out).and_then(|()| render::text(&plain(), &style, out)),
        Form::Wide => differences(reports, &style, out).and_then(|()| render::wide(&plain(), &style, out)),
        Form::Diff => render::diff(reports, view, &style, out),
        Form::Blame => render::blame(reports, view, &style, out),
        Form::Yaml => render::yaml(reports, view, &style, out),
        Form::JsonPatch => render::json_patch(reports, view, out),
        Form::Markdown => render::markdown(reports, view, &style, out),
        Form::Html => render::html(reports, view, &style, out),
        Form::Json if object => render::object_json(reports, view, out),
        Form::Json => {
            serde_json::to_writer_pretty(&mut *out, &*plain())?;
            out.write_all(b"\n")
        }
        Form::Ndjson => plain().iter().try_for_each(|report| {
            serde_json::to_writer(&mut *out, report)?;
            out.write_all(b"\n")
        }),
    }
}

/// What stands before the accounts of several Pods.
fn differences(reports: &[Report], style: &render::Style, out: &mut dyn Write) -> io::Result<()> {
    Comparison::of(reports).map_or(Ok(()), |comparison| render::comparison(&comparison, style, out))
}
