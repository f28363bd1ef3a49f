//! `-o diff`: a unified diff of the YAML before and after, in git's form, for `delta`, `patch` and code review.

use super::document;
use super::escape::plain;
use super::paint::{Role, paint};
use super::view::{Pair, Side, why_not_known};
use super::{Style, View};
use crate::diff::noise;
use crate::diff::{Path, Segment, compare};
use crate::report::Report;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::io::{self, Write};

/// Lines of context around a change, as `diff -u` has them.
const CONTEXT: usize = 3;

/// A unified diff per pair of objects that is asked for.
///
/// # Errors
/// What the writer reports.
pub fn diff(reports: &[Report], view: &View, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for report in view.of(reports).iter() {
        for pair in view.pairs(report) {
            one(report, &pair, style, out)?;
        }
    }
    Ok(())
}

fn one(report: &Report, pair: &Pair<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (Some(before), Some(after)) = (pair.before, pair.after) else {
        return writeln!(out, "# {}: not known: {}", plain(&name(report)), plain(&why_not_known(report, pair)));
    };
    let path = format!("{}.yaml", name(report));
    let head = [
        format!("diff --git a/{path} b/{path}"),
        format!("--- a/{path}\t{}", pair.title(report, Side::Before)),
        format!("+++ b/{path}\t{}", pair.title(report, Side::After)),
    ];
    for line in head {
        writeln!(out, "{}", paint_tabbed(style, Role::Title, &line))?;
    }
    let (lines, hidden) = hunks(before, after, style);
    for (role, line) in lines {
        writeln!(out, "{}", paint(style, role, &line))?;
    }
    if hidden {
        let what = "# bookkeeping that changed is left out on both sides; --show-noise shows it";
        writeln!(out, "{}", paint(style, Role::Quiet, what))?;
    }
    Ok(())
}

/// The hunks of a unified diff, and whether bookkeeping that differs was left out.
pub(super) fn hunks(before: &Value, after: &Value, style: &Style) -> (Vec<(Role, String)>, bool) {
    let sides = [before, after].map(|object| text(object, style));
    let diff = TextDiff::from_lines(sides[0].as_str(), sides[1].as_str());
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push((Role::Place, hunk.header().to_string().trim_end().to_owned()));
        for change in hunk.iter_changes() {
            let (sign, role) = match change.tag() {
                ChangeTag::Delete => ('-', Role::Removed),
                ChangeTag::Insert => ('+', Role::Added),
                ChangeTag::Equal => (' ', Role::Plain),
            };
            lines.push((role, format!("{sign}{}", change.value().trim_end_matches('\n'))));
        }
    }
    let hidden = !style.show_noise && compare(before, after).iter().any(|change| noise::is_noise(&change.path));
    (lines, hidden)
}

/// `default/pods/aws-cli`: a path for the diff's header, of the characters that Kubernetes names have.
fn name(report: &Report) -> String {
    let object = &report.object;
    let parts = [object.namespace.as_deref(), Some(object.resource.as_str()), object.subresource.as_deref(), object.name.as_deref()];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
    name.replace(|c: char| c.is_whitespace(), "_")
}

/// The header's tab between name and title is ours; everything else is painted and escaped.
fn paint_tabbed(style: &Style, role: Role, line: &str) -> String {
    line.splitn(2, '\t').map(|part| paint(style, role, part)).collect::<Vec<_>>().join("\t")
}

fn text(object: &Value, style: &Style) -> String {
    let mut text = String::new();
    let shown = if style.show_noise { object.clone() } else { without_bookkeeping(object) };
    for line in document::lines(&shown) {
        text.push_str(&line.text);
        text.push('\n');
    }
    text
}

/// A copy without what [`noise`] calls bookkeeping.
pub(super) fn without_bookkeeping(object: &Value) -> Value {
    let mut kept = object.clone();
    let is_noise = |way: &[&str]| noise::is_noise(&Path(way.iter().map(|name| Segment::Field((*name).to_owned())).collect()));
    if let Some(root) = kept.as_object_mut() {
        if let Some(metadata) = root.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.retain(|name, _| !is_noise(&["metadata", name]));
            if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
                annotations.retain(|name, _| !is_noise(&["metadata", "annotations", name]));
                if annotations.is_empty() {
                    metadata.shift_remove("annotations");
                }
            }
        }
        root.retain(|name, _| !is_noise(&[name, ""]));
    }
    kept
}
