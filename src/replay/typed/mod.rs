//! What the API server's typed decode does to an object: unknown fields vanish, empty `omitempty` fields vanish,
//! quantities take their canonical form.
//!
//! The Pod's fields stand in `pod.schema`, a table with a line per field: its name, its type, and since which minor
//! version it exists. Types: `string`, `bool`, `int` (dropped when zero), with `*` a pointer (kept when zero), with `!`
//! required (always written); `strings` a map of strings; `quantities` a resource list; `quantity=` always written;
//! `[]T` a list, dropped when empty; `*T` an object, kept when empty; `=T` an embedded object, always written.

use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::OnceLock;

pub mod quantity;

use quantity::{Precision, canonical};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Zero {
    Dropped,
    Kept,
    Required,
}

#[derive(Debug, Clone)]
enum Type {
    Text(Zero),
    Bool(Zero),
    Int(Zero),
    Texts,
    Quantities,
    Quantity { always: bool },
    IntOrString,
    Time,
    Any,
    List(Box<Type>),
    Object { name: &'static str, embedded: bool },
}

struct Struct {
    fields: HashMap<&'static str, Type>,
    /// Fields that are written even when the object does not have them.
    always: Vec<&'static str>,
}

type Schema = HashMap<&'static str, Struct>;

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| read(include_str!("pod.schema")))
}

fn read(table: &'static str) -> Schema {
    let mut schema = Schema::new();
    let mut current: Option<&mut Struct> = None;
    for line in table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        match line.strip_prefix("  ") {
            None => current = Some(schema.entry(line).or_insert_with(|| Struct { fields: HashMap::new(), always: Vec::new() })),
            Some(field) => {
                let mut words = field.split(' ');
                if let (Some(into), Some(name), Some(word)) = (current.as_deref_mut(), words.next(), words.next()) {
                    let kind = kind(word);
                    if matches!(kind, Type::Object { embedded: true, .. } | Type::Quantity { always: true }) {
                        into.always.push(name);
                    }
                    into.fields.insert(name, kind);
                }
            }
        }
    }
    schema
}

fn kind(word: &'static str) -> Type {
    match word {
        "string" => Type::Text(Zero::Dropped),
        "string*" => Type::Text(Zero::Kept),
        "string!" => Type::Text(Zero::Required),
        "bool" => Type::Bool(Zero::Dropped),
        "bool*" => Type::Bool(Zero::Kept),
        "int" => Type::Int(Zero::Dropped),
        "int*" => Type::Int(Zero::Kept),
        "int!" => Type::Int(Zero::Required),
        "strings" => Type::Texts,
        "quantities" => Type::Quantities,
        "quantity" => Type::Quantity { always: false },
        "quantity=" => Type::Quantity { always: true },
        "int-or-string" => Type::IntOrString,
        "time" => Type::Time,
        "any" => Type::Any,
        _ => match (word.strip_prefix("[]"), word.strip_prefix('='), word.strip_prefix('*')) {
            (Some("string"), ..) => Type::List(Box::new(Type::Text(Zero::Required))),
            (Some("int"), ..) => Type::List(Box::new(Type::Int(Zero::Required))),
            (Some(item), ..) => Type::List(Box::new(Type::Object { name: item, embedded: false })),
            (_, Some(name), _) => Type::Object { name, embedded: true },
            (_, _, Some(name)) => Type::Object { name, embedded: false },
            _ => Type::Any,
        },
    }
}

/// Makes a Pod what it is after the API server decoded it into its Go type, before defaulting.
pub fn pod(object: &mut Value) {
    decode("Pod", object);
}

/// The same for a Pod's spec, as in the template of a workload.
pub fn pod_spec(object: &mut Value) {
    decode("PodSpec", object);
}

fn decode(name: &str, value: &mut Value) {
    let Some(known) = schema().get(name) else { return };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Some(members) = value.as_object_mut() else { return };
    members.retain(|field, value| known.fields.get(field.as_str()).is_some_and(|kind| is_written(kind, value)));
    for field in &known.always {
        if !members.contains_key(*field) {
            members.insert((*field).to_owned(), always(&known.fields[field]));
        }
    }
}

fn always(kind: &Type) -> Value {
    match kind {
        Type::Object { name, .. } => {
            let mut empty = Value::Object(Map::new());
            decode(name, &mut empty);
            empty
        }
        _ => Value::from("0"),
    }
}

/// Makes the value what it is when it is written again, and says whether it is.
fn is_written(kind: &Type, value: &mut Value) -> bool {
    if value.is_null() {
        match kind {
            Type::Text(Zero::Required) => *value = Value::from(""),
            Type::Int(Zero::Required) => *value = Value::from(0),
            _ => return false,
        }
        return true;
    }
    match kind {
        Type::Text(zero) => *zero != Zero::Dropped || value.as_str() != Some(""),
        Type::Bool(zero) => *zero != Zero::Dropped || *value != Value::Bool(false),
        Type::Int(zero) => *zero != Zero::Dropped || value.as_i64() != Some(0),
        Type::IntOrString | Type::Time | Type::Any => true,
        Type::Quantity { .. } => {
            canonicalise(value, Precision::Nano);
            true
        }
        Type::Texts => {
            let members = value.as_object_mut();
            members.into_iter().flatten().filter(|(_, text)| text.is_null()).for_each(|(_, text)| *text = Value::from(""));
            value.as_object().is_none_or(|members| !members.is_empty())
        }
        Type::Quantities => {
            value.as_object_mut().into_iter().flatten().for_each(|(_, amount)| canonicalise(amount, Precision::Milli));
            value.as_object().is_none_or(|members| !members.is_empty())
        }
        Type::List(item) => {
            value.as_array_mut().into_iter().flatten().for_each(|value| list_item(item, value));
            value.as_array().is_none_or(|items| !items.is_empty())
        }
        Type::Object { name, .. } => {
            decode(name, value);
            true
        }
    }
}

fn canonicalise(value: &mut Value, precision: Precision) {
    if let Some(text) = canonical(value, precision)
        && value.as_str() != Some(&text)
    {
        *value = Value::from(text);
    }
}

fn list_item(kind: &Type, value: &mut Value) {
    match kind {
        Type::Object { name, .. } => decode(name, value),
        other => drop(is_written(other, value)),
    }
}
