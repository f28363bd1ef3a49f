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

/// A Pod as the API server has it after decoding it into its Go type, before defaulting.
pub fn pod(object: Value) -> Value {
    decode("Pod", object)
}

/// A Pod's spec, as in the template of a workload.
pub fn pod_spec(object: Value) -> Value {
    decode("PodSpec", object)
}

/// Whether this is a field of the Pod schema's type (`Container`, `restartPolicy`).
pub fn has_field(kind: &str, field: &str) -> bool {
    schema().get(kind).is_some_and(|found| found.fields.contains_key(field))
}

fn decode(name: &str, value: Value) -> Value {
    let (Some(known), Value::Object(members)) = (schema().get(name), value) else { return Value::Object(Map::new()) };
    let mut out = Map::with_capacity(members.len());
    for (field, value) in members {
        if let Some(kept) = known.fields.get(field.as_str()).and_then(|kind| field_value(kind, value)) {
            out.insert(field, kept);
        }
    }
    for field in &known.always {
        if !out.contains_key(*field) {
            out.insert((*field).to_owned(), always(&known.fields[field]));
        }
    }
    Value::Object(out)
}

fn always(kind: &Type) -> Value {
    match kind {
        Type::Object { name, .. } => decode(name, Value::Object(Map::new())),
        _ => Value::from("0"),
    }
}

/// The value as it is written again; `None` if it is not.
fn field_value(kind: &Type, value: Value) -> Option<Value> {
    if value.is_null() {
        return match kind {
            Type::Text(Zero::Required) => Some(Value::from("")),
            Type::Int(Zero::Required) => Some(Value::from(0)),
            _ => None,
        };
    }
    match kind {
        Type::Text(zero) => (*zero != Zero::Dropped || value.as_str() != Some("")).then_some(value),
        Type::Bool(zero) => (*zero != Zero::Dropped || value != Value::Bool(false)).then_some(value),
        Type::Int(zero) => (*zero != Zero::Dropped || value.as_i64() != Some(0)).then_some(value),
        Type::IntOrString | Type::Time | Type::Any => Some(value),
        Type::Quantity { .. } => Some(canonical(&value, Precision::Nano).map_or(value, Value::from)),
        Type::Texts => match value {
            Value::Object(members) if members.is_empty() => None,
            Value::Object(mut members) => {
                members.values_mut().filter(|value| value.is_null()).for_each(|value| *value = Value::from(""));
                Some(Value::Object(members))
            }
            other => Some(other),
        },
        Type::Quantities => match value {
            Value::Object(members) if members.is_empty() => None,
            Value::Object(mut members) => {
                for value in members.values_mut() {
                    if let Some(text) = canonical(value, Precision::Milli) {
                        *value = Value::from(text);
                    }
                }
                Some(Value::Object(members))
            }
            other => Some(other),
        },
        Type::List(item) => match value {
            Value::Array(items) if items.is_empty() => None,
            Value::Array(items) => Some(Value::Array(items.into_iter().map(|value| list_item(item, value)).collect())),
            other => Some(other),
        },
        Type::Object { name, .. } => Some(decode(name, value)),
    }
}

fn list_item(kind: &Type, value: Value) -> Value {
    match kind {
        Type::Object { name, .. } => decode(name, value),
        other => field_value(other, value).unwrap_or(Value::Null),
    }
}
