//! `-o yaml`: whole objects, laid out as kubectl does it, one document each.

use super::document;
use super::escape::plain;
use super::paint::{Role, paint};
use super::view::why_not_known;
use super::words;
use super::{Style, View};
use crate::report::Report;
use serde_json::Value;
use std::io::{self, Write};

/// The objects that are asked for. A comment says which each one is; what is not known is said in a comment, too.
///
/// # Errors
/// What the writer reports.
pub fn yaml(reports: &[Report], view: &View, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut written = 0;
    for report in view.of(reports).iter() {
        for pair in view.pairs(report) {
            if written > 0 {
                writeln!(out, "---")?;
            }
            written += 1;
            let title =
                format!("# {} {}, {}", words::object_kind(report), words::object_name(&report.object), pair.title(report, view.side));
            writeln!(out, "{}", paint(style, Role::Quiet, &title))?;
            match pair.side(view.side) {
                Some(object) => document(object, style, out)?,
                None => writeln!(out, "# not known: {}", plain(&why_not_known(report, &pair)))?,
            }
        }
    }
    Ok(())
}

/// The bare objects as JSON, one per line.
///
/// # Errors
/// What the writer reports.
pub fn object_json(reports: &[Report], view: &View, out: &mut dyn Write) -> io::Result<()> {
    for report in view.of(reports).iter() {
        for pair in view.pairs(report) {
            serde_json::to_writer(&mut *out, &pair.side(view.side).unwrap_or(&Value::Null))?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn document(object: &Value, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for line in document::lines(object) {
        writeln!(out, "{}", paint(style, Role::Plain, &line.text))?;
    }
    Ok(())
}
