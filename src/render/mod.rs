//! Reports to people: one file per form, each a function of the reports and a [`Style`].

/// How it may look: decided at the edge, from the terminal, the environment and the flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Columns to fit into.
    pub width: usize,
    /// Colours are allowed (never the only signal).
    pub color: bool,
    /// Symbols beyond ASCII are allowed.
    pub unicode: bool,
    /// Also show bookkeeping ([`crate::diff::noise`]).
    pub show_noise: bool,
}

use crate::report::Report;
use std::io::{self, Write};

/// placeholder until the text view is merged
pub fn text(reports: &[Report], _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for step in &report.steps {
            writeln!(out, "{:?} {:?} {}", step.actor, step.outcome, step.changes.len())?;
            for c in &step.changes {
                writeln!(out, "   {:?} {}", c.op, c.path)?;
            }
        }
    }
    Ok(())
}
pub fn table_header(_style: &Style, _out: &mut dyn Write) -> io::Result<()> {
    Ok(())
}
pub fn table_row(report: &Report, _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} {}", report.audit_id, report.steps.len())
}
