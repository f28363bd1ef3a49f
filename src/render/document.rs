//! A JSON value as lines of YAML, each knowing which place of the value it shows.
//!
//! Laid out as `kubectl get -o yaml` does it: members sorted by name, lists not indented below their member. Any YAML
//! reader gives the value back; hidden characters stand as YAML escapes, so the lines are safe to print.

use super::escape::is_hidden;
use crate::diff::path::push_token;
use serde_json::{Map, Value};
use std::fmt::Write;

/// One line of YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The line, indented, without its end.
    pub text: String,
    /// RFC 6901 pointer of the value that begins (or goes on) on this line: on `- name: x` that is `.../0/name`.
    pub pointer: String,
}

/// The whole value.
pub(super) fn lines(value: &Value) -> Vec<Line> {
    let mut writer = Writer { lines: Vec::new(), pointer: String::new(), open: None };
    writer.value(value, 0, false);
    writer.lines
}

/// A scalar (or an empty list or map) on one line.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) => quoted(text),
        Value::Array(_) => "[]".into(),
        Value::Object(_) => "{}".into(),
    }
}

struct Writer {
    lines: Vec<Line>,
    pointer: String,
    /// A line that is begun: `- ` or `name:`, waiting for what follows.
    open: Option<String>,
}

impl Writer {
    /// `after_name`: the open line ends in `name:`; what does not fit behind it goes below.
    fn value(&mut self, value: &Value, indent: usize, after_name: bool) {
        match value {
            Value::Object(members) if !members.is_empty() => self.members(members, indent, after_name),
            Value::Array(items) if !items.is_empty() => self.items(items, indent, after_name),
            Value::String(text) if text.contains('\n') && is_literal(text) => self.literal(text, indent, after_name),
            scalar => self.end(&self::scalar(scalar), indent, after_name),
        }
    }

    fn members(&mut self, members: &Map<String, Value>, indent: usize, after_name: bool) {
        if after_name {
            self.end("", indent, true);
        }
        let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
        sorted.sort_unstable_by_key(|(name, _)| *name);
        for (name, member) in sorted {
            let mut line = self.begin(indent);
            line.push_str(&if is_plain(name) { name.clone() } else { quoted(name) });
            line.push(':');
            self.open = Some(line);
            self.within(name, |writer| writer.value(member, indent + 2, true));
        }
    }

    fn items(&mut self, items: &[Value], indent: usize, after_name: bool) {
        let indent = if after_name {
            self.end("", indent, true);
            indent.saturating_sub(2)
        } else {
            indent
        };
        for (at, item) in items.iter().enumerate() {
            let mut line = self.begin(indent);
            line.push_str("- ");
            self.open = Some(line);
            self.within(&at.to_string(), |writer| writer.value(item, indent + 2, false));
        }
    }

    fn literal(&mut self, text: &str, indent: usize, after_name: bool) {
        let ends = text.len() - text.trim_end_matches('\n').len();
        let chomp = ["|-", "|", "|+"][ends.min(2)];
        self.end(chomp, indent, after_name);
        let body = text.strip_suffix('\n').unwrap_or(text);
        let indent = indent.max(2);
        for line in body.split('\n') {
            let text = if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(indent)) };
            self.lines.push(Line { text, pointer: self.pointer.clone() });
        }
    }

    fn begin(&mut self, indent: usize) -> String {
        self.open.take().unwrap_or_else(|| " ".repeat(indent))
    }

    fn end(&mut self, text: &str, indent: usize, after_name: bool) {
        let mut line = self.begin(indent);
        if after_name && !text.is_empty() {
            line.push(' ');
        }
        line.push_str(text);
        self.lines.push(Line { text: line, pointer: self.pointer.clone() });
    }

    fn within(&mut self, token: &str, go: impl FnOnce(&mut Writer)) {
        let length = self.pointer.len();
        push_token(&mut self.pointer, token);
        go(self);
        self.pointer.truncate(length);
    }
}

/// Whether a string can stand without quotes and is still read as this string, in YAML 1.1 and 1.2.
fn is_plain(text: &str) -> bool {
    let starts_like_a_word = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '_' | '$' | '(' | '.' | '-'));
    if is_quantity(text) {
        return true;
    }
    let starts_like_a_number = text.trim_start_matches(['-', '.']).starts_with(|c: char| c.is_ascii_digit());
    starts_like_a_word
        && !starts_like_a_number
        && !text.starts_with("- ")
        && !text.starts_with("--")
        && !matches!(text, "-" | "." | "...")
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(is_hidden)
        && !is_reserved(text)
}

/// `35m`, `256Mi`: no reader takes a number with one of these suffixes for anything but a text.
fn is_quantity(text: &str) -> bool {
    let suffix = text.trim_start_matches(|c: char| c.is_ascii_digit());
    suffix.len() < text.len() && matches!(suffix, "m" | "k" | "M" | "G" | "T" | "P" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei")
}

/// Words that a reader of YAML 1.1 or 1.2 takes for something else (<https://yaml.org/type/>).
fn is_reserved(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let word = lower.trim_start_matches(['-', '.']);
    matches!(word, "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null" | "inf" | "nan")
}

/// Whether a text of several lines can stand as a literal block.
fn is_literal(text: &str) -> bool {
    !text.contains(|c| c != '\n' && is_hidden(c)) && !text.starts_with([' ', '\n']) && !text.split('\n').any(|line| line.ends_with(' '))
}

/// Double quotes, with the escapes of YAML 1.2, section 5.7.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if !is_hidden(c) => quoted.push(c),
            c => {
                let code = c as u32;
                match code {
                    0..0x100 => write!(quoted, "\\x{code:02x}"),
                    0x100..0x10000 => write!(quoted, "\\u{code:04x}"),
                    _ => write!(quoted, "\\U{code:08x}"),
                }
                .unwrap_or_default();
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn text(value: &Value) -> String {
        lines(value).iter().map(|line| format!("{}\n", line.text)).collect()
    }

    fn read_back(value: &Value) -> Value {
        serde_saphyr::from_str(&text(value)).unwrap()
    }

    #[test]
    fn words_that_readers_take_for_something_else_are_quoted() {
        let words = [
            "",
            "yes",
            "No",
            "null",
            "~",
            "1",
            "-1",
            ".5",
            "1e3",
            "0x1f",
            "1_000",
            "2026-11-23",
            "12:30:45",
            "=",
            "<<",
            "- a",
            "a: b",
            "a #b",
            "'",
            "\"",
        ];
        for word in words {
            assert!(scalar(&json!(word)).starts_with('"'), "{word:?}");
            assert_eq!(read_back(&json!([word])), json!([word]));
        }
        assert_eq!(words.len(), 20);
        assert_eq!(text(&json!({"cpu": "35m", "image": "a/b:1@sha256:c"})), "cpu: 35m\nimage: a/b:1@sha256:c\n");
    }

    #[test]
    fn it_looks_as_kubectl_prints_it() {
        let value = json!({"b": [{"name": "x", "args": ["one", "two"]}, []], "a": "first\nsecond\n", "c": {}});
        assert_eq!(text(&value), "a: |\n  first\n  second\nb:\n- args:\n  - one\n  - two\n  name: x\n- []\nc: {}\n");
        let pointers: Vec<String> = lines(&value).into_iter().map(|line| line.pointer).collect();
        assert_eq!(pointers, ["/a", "/a", "/a", "/b", "/b/0/args", "/b/0/args/0", "/b/0/args/1", "/b/0/name", "/b/1", "/c"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(word in "(?s).{0,12}|[ -~\n]{0,12}|[-.0-9:eExyYnNoO~<=|>#&*!%@]{0,6}", name in "[ -~]{1,6}") {
            let value = json!({"list": [word.clone(), {name: word.clone()}], "text": word});
            prop_assert_eq!(read_back(&value), value);
        }
    }
}
