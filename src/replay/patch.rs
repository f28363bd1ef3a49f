//! JSON Patch as the API server applies it.
//!
//! The API server uses evanphx/json-patch v4 (<https://github.com/evanphx/json-patch/tree/v4.12.0>), which is more lenient
//! than RFC 6902 in the cases that the tests of this file list. Every patch in a log did apply: if one does not apply here,
//! the object it is applied to is not the one the API server had.

use crate::audit::annotation::Operation;
use serde_json::Value;

/// Why an operation did not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The place's parent is not there.
    NoParent,
    /// There is nothing at the place.
    Missing,
    /// The index is beyond the list.
    OutOfRange,
    /// The token is no index.
    NoIndex,
    /// The value tested for is not there.
    TestFailed,
    /// The operation is none of RFC 6902.
    UnknownOperation,
}

impl Reason {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Reason::NoParent => "its parent is not in the object",
            Reason::Missing => "there is nothing at its path",
            Reason::OutOfRange => "its index is beyond the list",
            Reason::NoIndex => "its path does not name a list index",
            Reason::TestFailed => "the value it tests for is not there",
            Reason::UnknownOperation => "it is no JSON Patch operation",
        }
    }
}

/// An operation that did not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// Which operation of the patch, from 0.
    pub at: usize,
    /// Why.
    pub reason: Reason,
}

/// Applies a whole patch in place.
///
/// # Errors
/// The first operation that does not apply; the object is then in an undefined state in between.
pub fn apply(operations: &[Operation], object: &mut Value) -> Result<(), Failed> {
    for (at, operation) in operations.iter().enumerate() {
        apply_one(operation, object).map_err(|reason| Failed { at, reason })?;
    }
    Ok(())
}

fn apply_one(operation: &Operation, object: &mut Value) -> Result<(), Reason> {
    let value = || operation.value.clone().unwrap_or(Value::Null);
    let from = operation.from.as_deref().unwrap_or("");
    match operation.op.as_str() {
        "add" => add(object, &operation.path, value()),
        "remove" => remove(object, &operation.path),
        "replace" if operation.path.is_empty() => {
            *object = value();
            Ok(())
        }
        "replace" => replace(object, &operation.path, value()),
        "test" if operation.path.is_empty() => {
            if *object == value() {
                Ok(())
            } else {
                Err(Reason::TestFailed)
            }
        }
        "test" => match get(object, &operation.path)?.unwrap_or(&Value::Null) {
            found if *found == value() => Ok(()),
            _ => Err(Reason::TestFailed),
        },
        "move" => {
            let moved = get(object, from)?.cloned().unwrap_or(Value::Null);
            remove(object, from)?;
            add(object, &operation.path, moved)
        }
        "copy" => {
            let copied = get(object, from)?.cloned().unwrap_or(Value::Null);
            add(object, &operation.path, copied)
        }
        _ => Err(Reason::UnknownOperation),
    }
}

/// Splits a path into its parents and its last token. What stands before the first `/` is ignored, as the API server does.
fn split(path: &str) -> Option<(Vec<String>, String)> {
    let mut tokens: Vec<String> = path.split('/').skip(1).map(unescape).collect();
    let last = tokens.pop()?;
    Some((tokens, last))
}

/// One pass from left to right, so that `~01` is `~1`.
fn unescape(token: &str) -> String {
    if !token.contains('~') {
        return token.to_owned();
    }
    let mut out = String::with_capacity(token.len());
    let mut rest = token;
    while let Some(at) = rest.find('~') {
        out.push_str(&rest[..at]);
        let (plain, taken) = match rest.as_bytes().get(at + 1) {
            Some(b'0') => ("~", 2),
            Some(b'1') => ("/", 2),
            _ => ("~", 1),
        };
        out.push_str(plain);
        rest = &rest[at + taken..];
    }
    out.push_str(rest);
    out
}

fn parent<'a>(object: &'a mut Value, parents: &[String]) -> Result<&'a mut Value, Reason> {
    let mut node = object;
    for token in parents {
        node = match node {
            Value::Object(members) => members.get_mut(token).ok_or(Reason::NoParent)?,
            Value::Array(items) => {
                let at = existing(token, items.len()).map_err(|_| Reason::NoParent)?;
                &mut items[at]
            }
            _ => return Err(Reason::NoParent),
        };
    }
    if node.is_object() || node.is_array() { Ok(node) } else { Err(Reason::NoParent) }
}

/// An index as Go's `strconv.Atoi` reads it: signs and leading zeros allowed.
fn index(token: &str) -> Result<i64, Reason> {
    token.parse().map_err(|_| Reason::NoIndex)
}

/// The index of an existing item; `-1` is the last.
fn existing(token: &str, length: usize) -> Result<usize, Reason> {
    let (at, length) = (index(token)?, length as i64);
    let at = if at < 0 { at + length } else { at };
    if (0..length).contains(&at) { Ok(at as usize) } else { Err(Reason::OutOfRange) }
}

fn get<'a>(object: &'a mut Value, path: &str) -> Result<Option<&'a Value>, Reason> {
    let (parents, last) = split(path).ok_or(Reason::NoParent)?;
    match parent(object, &parents)? {
        Value::Object(members) => Ok(members.get(&last)),
        Value::Array(items) => Ok(items.get(existing(&last, items.len())?)),
        _ => Err(Reason::NoParent),
    }
}

fn add(object: &mut Value, path: &str, value: Value) -> Result<(), Reason> {
    let (parents, last) = split(path).ok_or(Reason::NoParent)?;
    match parent(object, &parents)? {
        Value::Object(members) => {
            members.insert(last, value);
        }
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => {
            // The library counts negative indices from the end of the longer list, so -1 appends.
            let at = existing(&last, items.len() + 1)?;
            items.insert(at, value);
        }
        _ => return Err(Reason::NoParent),
    }
    Ok(())
}

fn remove(object: &mut Value, path: &str) -> Result<(), Reason> {
    let (parents, last) = split(path).ok_or(Reason::NoParent)?;
    match parent(object, &parents)? {
        Value::Object(members) => members.shift_remove(&last).map(drop).ok_or(Reason::Missing),
        Value::Array(items) => {
            let at = existing(&last, items.len())?;
            items.remove(at);
            Ok(())
        }
        _ => Err(Reason::NoParent),
    }
}

/// A missing object member is added, a missing list item is an error.
fn replace(object: &mut Value, path: &str, value: Value) -> Result<(), Reason> {
    let (parents, last) = split(path).ok_or(Reason::NoParent)?;
    match parent(object, &parents)? {
        Value::Object(members) => {
            members.insert(last, value);
        }
        Value::Array(items) => {
            let at = existing(&last, items.len())?;
            items[at] = value;
        }
        _ => return Err(Reason::NoParent),
    }
    Ok(())
}

/// Whether some operation replaces an object member that is not there when its turn comes.
pub fn replaces_nothing(operations: &[Operation], object: &Value) -> bool {
    let suspects = operations
        .iter()
        .any(|operation| operation.op == "replace" && !operation.path.is_empty() && object.pointer(&operation.path).is_none());
    if !suspects {
        return false;
    }
    let mut object = object.clone();
    operations.iter().any(|operation| {
        let nothing = operation.op == "replace" && !operation.path.is_empty() && matches!(get(&mut object, &operation.path), Ok(None));
        // An operation that does not apply is reported by `apply`.
        let _ = apply_one(operation, &mut object);
        nothing
    })
}
