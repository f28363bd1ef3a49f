//! One change: on one line if it is short, else below its name, folded if it is long.

use super::Detail;
use crate::diff::{Change, Op};
use crate::render::Style;
use crate::render::columns::{width, wrap, wrap_indented};
use crate::render::document;
use crate::render::escape::plain;
use crate::render::paint::Role;
use crate::render::places::label;
use crate::render::value::{inline, is_env, without_key};
use serde_json::Value;
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
    let page = Page { style, detail, room: style.width.saturating_sub(INDENT).max(24) };
    let mut lines = match (change.op, &change.before, &change.after) {
        _ if change.order => page.order(change),
        (Op::Added, _, Some(after)) => page.one_sided('+', Role::Added, change, after),
        (Op::Removed, Some(before), _) => page.one_sided('-', Role::Removed, change, before),
        (_, Some(before), Some(after)) => page.replaced(&safe_label(change), before, after),
        (op, _, _) => vec![(Role::Plain, format!("{} {}", if op == Op::Removed { '-' } else { '+' }, safe_label(change)))],
    };
    if detail == Detail::Whole {
        let at = wrap(&format!("at {}", plain(&change.pointer)), page.room.saturating_sub(6));
        lines.extend(at.into_iter().map(|line| (Role::Quiet, format!("      {line}"))));
    }
    lines
}

/// A value as lines of YAML of at most `room` columns, folded if there are many.
pub(super) fn block(value: &Value, room: usize, style: &Style, detail: Detail) -> Vec<String> {
    Page { style, detail, room }.block(value, room)
}

/// What to write on: how wide, how detailed, in which symbols.
struct Page<'a> {
    style: &'a Style,
    detail: Detail,
    room: usize,
}

impl Page<'_> {
    fn one_sided(&self, sign: char, role: Role, change: &Change, value: &Value) -> Vec<(Role, String)> {
        let label = safe_label(change);
        let rest = without_key(change, value);
        let flow = rest.as_ref().and_then(inline);
        let line = match (&rest, &flow) {
            (None, _) => Some(format!("{sign} {label}")),
            (Some(_), Some((joint, text, end))) => Some(format!("{sign} {label}{joint}{text}{end}")),
            (Some(_), None) => None,
        };
        if let Some(line) = line.filter(|line| width(line) <= self.room) {
            return vec![(role, line)];
        }
        let joint = flow.as_ref().map_or("", |(joint, _, _)| joint.trim_end_matches([' ', '(']));
        let mut lines = self.title(sign, role, &format!("{label}{joint}"));
        let room = self.room.saturating_sub(6);
        let below = match (&rest, &flow) {
            (_, Some((_, text, _))) if width(text) <= room => vec![text.clone()],
            (Some(rest), _) => self.block(rest.get("value").filter(|_| is_env(rest)).unwrap_or(rest), room),
            (None, _) => Vec::new(),
        };
        lines.extend(below.into_iter().map(|line| (role, format!("      {line}"))));
        lines
    }

    fn replaced(&self, label: &str, before: &Value, after: &Value) -> Vec<(Role, String)> {
        if let (Some((joint, old, end)), Some((_, new, _))) = (inline(before), inline(after)) {
            let line = format!("~ {label}{joint}{old}{end} {} {new}{end}", self.arrow());
            if width(&line) <= self.room {
                return vec![(Role::Changed, line)];
            }
        }
        let mut lines = self.title('~', Role::Changed, label);
        // Nothing is cut before it is compared: the difference may stand at the end.
        let whole = Page { detail: Detail::Whole, ..*self };
        let [old, new] = [before, after].map(|value| whole.rows(value, self.room.saturating_sub(8)).join("\n"));
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
        let hidden = self.fold(&mut body);
        lines.extend(body);
        lines.extend(hidden.map(|hidden| (Role::Quiet, format!("      {}", self.folded(hidden)))));
        lines
    }

    fn order(&self, change: &Change) -> Vec<(Role, String)> {
        let [old, new] = [&change.before, &change.after].map(|side| {
            let labels = side.as_ref().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            labels.map(short).collect::<Vec<_>>().join(", ")
        });
        let line = format!("~ order: {old} {} {new}", self.arrow());
        if width(&line) <= self.room {
            return vec![(Role::Changed, line)];
        }
        let mut lines = self.title('~', Role::Changed, "order");
        for (sign, role, names) in [('-', Role::Removed, old), ('+', Role::Added, new)] {
            let parts = wrap(&names, self.room.saturating_sub(8));
            lines.extend(parts.iter().enumerate().map(|(at, part)| (role, format!("      {} {part}", if at == 0 { sign } else { ' ' }))));
        }
        lines
    }

    fn title(&self, sign: char, role: Role, label: &str) -> Vec<(Role, String)> {
        wrap(&format!("{sign} {label}"), self.room).into_iter().map(|line| (role, line)).collect()
    }

    fn block(&self, value: &Value, room: usize) -> Vec<String> {
        let mut rows = self.rows(value, room);
        let hidden = self.fold(&mut rows);
        rows.extend(hidden.map(|hidden| self.folded(hidden)));
        rows
    }

    /// The value's lines of YAML, the long ones wrapped, the very long ones cut.
    fn rows(&self, value: &Value, room: usize) -> Vec<String> {
        let mut rows = Vec::new();
        for line in document::lines(value) {
            let mut parts = wrap_indented(&line.text, room);
            if self.detail == Detail::Folded && parts.len() > ROWS_OF_A_LINE + 1 {
                let dropped: usize = parts.drain(ROWS_OF_A_LINE..).map(|part| part.trim_start().chars().count()).sum();
                let indent = parts.last().map_or(0, |part| part.len() - part.trim_start().len());
                let what = format!("{} {dropped} more characters; -o wide shows them", self.ellipsis());
                parts.push(format!("{}{what}", " ".repeat(indent)));
            }
            rows.extend(parts);
        }
        rows
    }

    /// Cuts what is too long; how many lines went.
    fn fold<T>(&self, lines: &mut Vec<T>) -> Option<usize> {
        let hidden = lines.len().saturating_sub(SHOWN);
        (self.detail == Detail::Folded && lines.len() > FOLD_ABOVE).then(|| {
            lines.truncate(SHOWN);
            hidden
        })
    }

    fn folded(&self, hidden: usize) -> String {
        format!("{} {hidden} more lines; -o wide shows them", self.ellipsis())
    }

    fn ellipsis(&self) -> &'static str {
        if self.style.unicode { "…" } else { "..." }
    }

    fn arrow(&self) -> &'static str {
        if self.style.unicode { "→" } else { "->" }
    }
}

fn safe_label(change: &Change) -> String {
    plain(&label(change)).into_owned()
}

/// `name=aws-cli` to `aws-cli`: an item's key without the names of its fields.
fn short(label: &str) -> String {
    let values = label.split(',').map(|part| part.split_once('=').map_or(part, |(_, value)| value));
    plain(&values.collect::<Vec<_>>().join("/")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::compare;
    use serde_json::json;

    const STYLE: Style = Style { width: 80, color: false, unicode: true, show_noise: false };

    fn told(before: Value, after: Value) -> String {
        let changes = compare(&before, &after);
        let lines = changes.iter().flat_map(|change| lines(change, &STYLE, Detail::Folded));
        lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn order_alone_is_told_by_names() {
        let containers = |names: [&str; 2]| json!({"spec": {"containers": names.map(|name| json!({"name": name}))}});
        assert_eq!(told(containers(["a", "b"]), containers(["b", "a"])), "~ order: a, b → b, a");
    }

    #[test]
    fn a_difference_at_the_end_of_a_long_text_is_seen() {
        let text = |end: &str| json!({"note": format!("{}{end}", "word ".repeat(200))});
        let told = told(text("before"), text("after!"));
        assert!(told.contains("before") && told.contains("after!"), "{told}");
    }

    #[test]
    fn a_long_value_is_folded_with_a_count() {
        let told = told(json!({}), json!({"list": (0..40).map(|at| json!({"n": at})).collect::<Vec<_>>()}));
        assert!(told.ends_with("… 32 more lines; -o wide shows them"), "{told}");
    }
}
