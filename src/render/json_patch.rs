//! `-o json-patch`: RFC 6902 from one object to the other, for any tool that reads it.

use super::View;
use crate::report::Report;
use std::io::{self, Write};

/// One JSON Patch per pair of objects that is asked for; where an object is not known, `null`.
///
/// # Errors
/// What the writer reports.
pub fn json_patch(reports: &[Report], view: &View, out: &mut dyn Write) -> io::Result<()> {
    for report in view.of(reports).iter() {
        for pair in view.pairs(report) {
            let patch = pair.before.zip(pair.after).map(|(before, after)| json_patch::diff(before, after));
            serde_json::to_writer_pretty(&mut *out, &patch)?;
            writeln!(out)?;
        }
    }
    Ok(())
}
