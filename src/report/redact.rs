//! Reports without what may be secret, to be shown to others.
//!
//! Replaced are the values of environment variables, command lines, annotations, HTTP headers, volume attributes and the
//! data of Secrets and ConfigMaps, and, wherever they stand, strings that look like credentials. Names, paths and actors
//! stay. Equal values get the same mark within one run, so that one still sees what is equal; the mark is a number and
//! not a hash, because a hash of a short value can be guessed.

use super::{Report, Step};
use crate::diff::Change;
use crate::diff::path::tokens;
use regex_lite::Regex;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Copies of the reports without what may be secret.
pub fn redacted(reports: &[Report]) -> Vec<Report> {
    let mut redactor = Redactor::default();
    reports.iter().map(|report| redactor.report(report)).collect()
}

#[derive(Default)]
struct Redactor {
    /// The mark of each value seen.
    marks: HashMap<String, usize>,
    /// What became of strings that stand where anything may stand.
    looked_at: HashMap<String, String>,
    /// Steps share their objects: what one's `after` became, the next one's `before` becomes.
    objects: HashMap<*const Value, Arc<Value>>,
}

impl Redactor {
    fn report(&mut self, report: &Report) -> Report {
        let mut report = report.clone();
        self.objects.clear();
        report.steps.iter_mut().for_each(|step| self.step(step));
        report.replay.residue.iter_mut().for_each(|change| self.change(change));
        if let Some(message) = &mut report.response.message {
            *message = self.text(message);
        }
        report
    }

    fn step(&mut self, step: &mut Step) {
        for object in [&mut step.before, &mut step.after].into_iter().flatten() {
            *object = self.object(object);
        }
        step.changes.iter_mut().for_each(|change| self.change(change));
        for operation in step.patch.as_mut().and_then(Value::as_array_mut).into_iter().flatten() {
            let path = operation.get("path").and_then(Value::as_str).map(tokens).unwrap_or_default();
            if let Some(value) = operation.get_mut("value") {
                *value = self.value(value, &mut path.clone());
            }
        }
        for text in step.annotations.values_mut() {
            *text = self.mark(text);
        }
    }

    fn object(&mut self, object: &Arc<Value>) -> Arc<Value> {
        if let Some(known) = self.objects.get(&Arc::as_ptr(object)) {
            return known.clone();
        }
        let redacted = Arc::new(self.value(object, &mut Vec::new()));
        self.objects.insert(Arc::as_ptr(object), redacted.clone());
        redacted
    }

    fn change(&mut self, change: &mut Change) {
        if change.order {
            return;
        }
        for value in [&mut change.before, &mut change.after].into_iter().flatten() {
            *value = self.value(value, &mut tokens(&change.pointer));
        }
    }

    /// The value at this place of an object.
    fn value(&mut self, value: &Value, place: &mut Vec<String>) -> Value {
        match value {
            Value::Object(members) => {
                let mut redacted = Map::with_capacity(members.len());
                for (name, member) in members {
                    place.push(name.clone());
                    redacted.insert(name.clone(), self.value(member, place));
                    place.pop();
                }
                Value::Object(redacted)
            }
            Value::Array(items) => {
                place.push("*".into());
                let redacted = items.iter().map(|item| self.value(item, place)).collect();
                place.pop();
                Value::Array(redacted)
            }
            Value::Null => Value::Null,
            scalar if is_private(place) => Value::String(self.mark(&scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned))),
            Value::String(text) => Value::String(self.text(text)),
            other => other.clone(),
        }
    }

    fn mark(&mut self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let next = self.marks.len() + 1;
        let number = *self.marks.entry(text.to_owned()).or_insert(next);
        format!("(redacted {number})")
    }

    /// A text in which only what looks like a credential is replaced.
    fn text(&mut self, text: &str) -> String {
        if text.len() < SHORTEST {
            return text.to_owned();
        }
        if let Some(known) = self.looked_at.get(text) {
            return known.clone();
        }
        let mut redacted = String::with_capacity(text.len());
        let mut done = 0;
        for found in CREDENTIAL.find_iter(text).filter(|found| is_credential(found.as_str())) {
            redacted.push_str(&text[done..found.start()]);
            redacted.push_str(&self.mark(found.as_str()));
            done = found.end();
        }
        redacted.push_str(&text[done..]);
        self.looked_at.insert(text.to_owned(), redacted.clone());
        redacted
    }
}

/// No credential is shorter.
const SHORTEST: usize = 10;

/// Whether whatever stands at this place is nobody else's business.
fn is_private(place: &[String]) -> bool {
    let place: Vec<&str> =
        place.iter().map(|token| if token.bytes().all(|b| b.is_ascii_digit()) || token == "-" { "*" } else { token }).collect();
    let below = |name: &str| place.iter().rev().skip(1).any(|token| *token == name);
    below("annotations")
        || below("volumeAttributes")
        || matches!(place.as_slice(), ["data" | "stringData" | "binaryData", _, ..])
        || matches!(place.as_slice(), [.., "command" | "args", "*"] | [.., "command" | "args"])
        || matches!(place.as_slice(), [.., "env" | "httpHeaders", "*", "value"])
}

/// What looks like a credential: tokens of known issuers, JWTs, private keys, passwords in URLs and assignments, and long
/// runs of base64.
static CREDENTIAL: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
        r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}",
        r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"sk-[A-Za-z0-9_-]{20,}|AIza[0-9A-Za-z_-]{35}|hv[sb]\.[A-Za-z0-9_-]{20,}",
        r"(?s)-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|$)",
        r"://[^/\s:@]+:[^/\s@]+@",
        r"(?i:password|passwd|secret|token|api[-_]?key|access[-_]?key)(?:=|:\s)\s*\S+",
        r"[A-Za-z0-9+/]{40,}={0,2}",
    ];
    Regex::new(&forms.map(|form| format!("(?:{form})")).join("|")).unwrap_or_else(|error| unreachable!("a fixed expression: {error}"))
});

/// A long run of base64 has capitals, small letters and digits; a hash or a path has not.
fn is_credential(found: &str) -> bool {
    let has = |kind: fn(&char) -> bool| found.chars().any(|c| kind(&c));
    let is_run = found.len() >= 40 && found.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='));
    !is_run || (has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit))
}
