//! One change: on one line if it is short, else below its name, folded if it is long.

use super::Detail;
use crate::diff::{Change, Op, Segment};
use crate::render::Style;
use crate::render::columns::{width, wrap};
use crate::render::document;
use crate::render::escape::plain;
use crate::render::paint::Role;
use serde_json::{Map, Value};
use similar::{ChangeTag, TextDiff};

/// A value longer than this many lines is folded to [`SHOWN`].
const FOLD_ABOVE: usize = 12;
/// How many lines of a folded value are shown.
const SHOWN: usize = 8;
/// A line that takes more rows than this (and one more) is cut.
const ROWS_OF_A_LINE: usize = 4;
/// The indent of a change inside its group.
const INDENT: usize = 4;

/// The lines of a change, without the group's indent.
pub(super) fn lines(change: &Change, style: &Style, detail: Detail) -> Vec<(Role, String)> {
    let room = style.width.saturating_sub(INDENT).max(24);
    let label = label(change);
    let mut lines = match (change.op, &change.before, &change.after) {
        _ if change.order => order(change, room, style),
        (Op::Added, _, Some(after)) => one_sided('+', Role::Added, change, &label, after, room, style, detail),
        (Op::Removed, Some(before), _) => one_sided('-', Role::Removed, change, &label, before, room, style, detail),
        (_, Some(before), Some(after)) => replaced(&label, before, after, room, style, detail),
        (op, _, _) => vec![(Role::Plain, format!("{} {label}", if op == Op::Removed { '-' } else { '+' }))],
    };
    if detail == Detail::Whole {
        let at = wrap(&plain(&change.pointer), room.saturating_sub(6));
        lines.extend(at.into_iter().map(|line| (Role::Quiet, format!("      {line}"))));
    }
    lines
}

fn label(change: &Change) -> String {
    let label = change.path.0.last().map_or_else(|| "the whole object".into(), Segment::short_label);
    plain(&label).into_owned()
}

#[allow(clippy::too_many_arguments)]
fn one_sided(
    sign: char,
    role: Role,
    change: &Change,
    label: &str,
    value: &Value,
    room: usize,
    style: &Style,
    detail: Detail,
) -> Vec<(Role, String)> {
    let rest = without_key(change, value);
    let flow = rest.as_ref().and_then(inline);
    let line = match (&rest, &flow) {
        (None, _) => Some(format!("{sign} {label}")),
        (Some(_), Some((joint, text, end))) => Some(format!("{sign} {label}{joint}{text}{end}")),
        (Some(_), None) => None,
    };
    if let Some(line) = line.filter(|line| width(line) <= room) {
        return vec![(role, line)];
    }
    let joint = flow.as_ref().map_or("", |(joint, _, _)| joint.trim_end_matches([' ', '(']));
    let mut lines: Vec<(Role, String)> = wrap(&format!("{sign} {label}{joint}"), room).into_iter().map(|line| (role, line)).collect();
    let below = match (&rest, &flow) {
        (_, Some((_, text, _))) if width(text) <= room.saturating_sub(6) => vec![text.clone()],
        (Some(rest), _) => block(rest.get("value").filter(|_| is_env(rest)).unwrap_or(rest), room.saturating_sub(6), style, detail),
        (None, _) => Vec::new(),
    };
    lines.extend(below.into_iter().map(|line| (role, format!("      {line}"))));
    lines
}

/// What an item holds beyond the key it is named by; `None` if nothing.
fn without_key(change: &Change, value: &Value) -> Option<Value> {
    let Some(Segment::Item { key, .. }) = change.path.0.last() else { return Some(value.clone()) };
    let Some(members) = value.as_object() else { return None };
    let rest: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| !key.iter().any(|(field, _)| field == *name))
        .map(|(name, member)| (name.clone(), member.clone()))
        .collect();
    (!rest.is_empty()).then_some(Value::Object(rest))
}

fn is_env(rest: &Value) -> bool {
    rest.as_object().is_some_and(|members| members.len() == 1 && members.get("value").is_some_and(Value::is_string))
}

/// A flat value on one line behind its name, and what joins the two and ends them: a scalar, `= value`, or
/// `(field: value, ...)`.
fn inline(value: &Value) -> Option<(&'static str, String, &'static str)> {
    let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
    match value {
        _ if is_env(value) => Some((" = ", document::scalar(&value["value"]), "")),
        Value::Object(members) if members.is_empty() => Some((": ", "{}".into(), "")),
        Value::Array(items) if items.is_empty() => Some((": ", "[]".into(), "")),
        Value::Object(members) if members.values().all(is_scalar) => {
            let mut parts: Vec<String> =
                members.iter().map(|(name, value)| format!("{}: {}", plain(name), document::scalar(value))).collect();
            parts.sort();
            Some(("  (", parts.join(", "), ")"))
        }
        Value::Array(items) if items.iter().all(is_scalar) => {
            Some((": ", format!("[{}]", items.iter().map(document::scalar).collect::<Vec<_>>().join(", ")), ""))
        }
        Value::Object(_) | Value::Array(_) => None,
        scalar => Some((": ", document::scalar(scalar), "")),
    }
}

fn replaced(label: &str, before: &Value, after: &Value, room: usize, style: &Style, detail: Detail) -> Vec<(Role, String)> {
    let arrow = if style.unicode { "→" } else { "->" };
    if let (Some((joint, old, end)), Some((_, new, _))) = (inline(before), inline(after)) {
        let line = format!("~ {label}{joint}{old}{end} {arrow} {new}{end}");
        if width(&line) <= room {
            return vec![(Role::Changed, line)];
        }
    }
    let mut lines: Vec<(Role, String)> = wrap(&format!("~ {label}"), room).into_iter().map(|line| (Role::Changed, line)).collect();
    let below = room.saturating_sub(8);
    let (old, new) = (rows(before, below, style, detail).join("\n"), rows(after, below, style, detail).join("\n"));
    let diff = TextDiff::from_lines(&old, &new);
    let mut body = Vec::new();
    for (at, group) in diff.grouped_ops(2).iter().enumerate() {
        if at > 0 {
            body.push((Role::Quiet, "      ...".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, role) = match change.tag() {
                ChangeTag::Delete => ('-', Role::Removed),
                ChangeTag::Insert => ('+', Role::Added),
                ChangeTag::Equal => (' ', Role::Plain),
            };
            body.push((role, format!("      {sign} {}", change.value().trim_end_matches('\n'))));
        }
    }
    let hidden = fold(&mut body, detail);
    lines.extend(body);
    lines.extend(hidden.map(|hidden| (Role::Quiet, format!("      {}", folded(hidden, style)))));
    lines
}

fn order(change: &Change, room: usize, style: &Style) -> Vec<(Role, String)> {
    let names = |side: &Option<Value>| {
        let labels = side.as_ref().and_then(Value::as_array).into_iter().flatten();
        let short = |label: &Value| {
            plain(label.as_str().unwrap_or(""))
                .split(',')
                .map(|part| part.split_once('=').map_or(part, |(_, v)| v).to_owned())
                .collect::<Vec<_>>()
                .join("/")
        };
        labels.map(short).collect::<Vec<_>>().join(", ")
    };
    let (old, new) = (names(&change.before), names(&change.after));
    let arrow = if style.unicode { "→" } else { "->" };
    let line = format!("~ order: {old} {arrow} {new}");
    if width(&line) <= room {
        return vec![(Role::Changed, line)];
    }
    let mut lines = vec![(Role::Changed, "~ order".to_owned())];
    for (sign, role, names) in [('-', Role::Removed, old), ('+', Role::Added, new)] {
        let parts = wrap(&names, room.saturating_sub(8));
        lines.extend(parts.iter().enumerate().map(|(at, part)| (role, format!("      {} {part}", if at == 0 { sign } else { ' ' }))));
    }
    lines
}

/// A value as lines of YAML that fit, folded if there are many.
pub(super) fn block(value: &Value, room: usize, style: &Style, detail: Detail) -> Vec<String> {
    let mut rows = rows(value, room, style, detail);
    let hidden = fold(&mut rows, detail);
    rows.extend(hidden.map(|hidden| folded(hidden, style)));
    rows
}

/// The value's lines of YAML, the long ones wrapped, the very long ones cut.
fn rows(value: &Value, room: usize, style: &Style, detail: Detail) -> Vec<String> {
    let mut rows = Vec::new();
    for line in document::lines(value) {
        let indent = line.text.len() - line.text.trim_start().len();
        let mut parts = wrap(&line.text, room.saturating_sub(indent + 2).max(20));
        let dropped: usize = parts.iter().skip(ROWS_OF_A_LINE).map(|part| part.chars().count()).sum();
        if detail == Detail::Folded && parts.len() > ROWS_OF_A_LINE + 1 {
            parts.truncate(ROWS_OF_A_LINE);
            parts.push(format!("{} {dropped} more characters; -o wide shows them", ellipsis(style)));
        }
        rows.extend(parts.into_iter().enumerate().map(|(at, part)| if at == 0 { part } else { format!("{}  {part}", " ".repeat(indent)) }));
    }
    rows
}

/// Cuts what is too long; how many lines went.
fn fold<T>(lines: &mut Vec<T>, detail: Detail) -> Option<usize> {
    let hidden = lines.len().saturating_sub(SHOWN);
    (detail == Detail::Folded && lines.len() > FOLD_ABOVE).then(|| {
        lines.truncate(SHOWN);
        hidden
    })
}

fn folded(hidden: usize, style: &Style) -> String {
    format!("{} {hidden} more lines; -o wide shows them", ellipsis(style))
}

fn ellipsis(style: &Style) -> &'static str {
    if style.unicode { "…" } else { "..." }
}
