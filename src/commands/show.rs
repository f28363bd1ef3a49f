//! Reports in the form that was asked for.

use super::World;
use crate::cli::Failure;
use crate::cli::args::{Form, OutputArgs};
use crate::render;
use crate::report::Report;
use crate::report::comparison::Comparison;
use std::io::Write;

/// What the output flags mean.
pub(super) struct Shown {
    form: Form,
    show_noise: bool,
}

impl From<&OutputArgs> for Shown {
    fn from(args: &OutputArgs) -> Shown {
        Shown { form: args.output, show_noise: args.show_noise }
    }
}

/// Writes the reports.
pub(super) fn show(reports: &[Report], shown: &Shown, world: &mut World<'_>) -> Result<(), Failure> {
    world.style.show_noise = shown.show_noise;
    match shown.form {
        Form::Text => {
            if let Some(comparison) = Comparison::of(reports) {
                render::comparison(&comparison, &world.style, world.out)?;
            }
            render::text(reports, &world.style, world.out)?;
        }
        Form::Json => json_list(reports, world.out)?,
        Form::Ndjson => {
            for report in reports {
                json_line(report, world.out)?;
            }
        }
    }
    world.out.flush()?;
    Ok(())
}

fn json_list(reports: &[Report], out: &mut dyn Write) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, reports).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// One document on a line of its own.
pub(super) fn json_line(report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, report).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}
