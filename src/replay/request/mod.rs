//! The object as it came to admission: what the request makes of the object before it.
//!
//! A create's body is the object. An update's body is the new object. A patch is applied to the object before the request,
//! which only earlier events of the log show ([`super::history`]).

use super::builtin::Operation;
use super::kind::Treatment;
use super::patch;
use crate::audit::Event;
use crate::audit::annotation::Operation as PatchOperation;
use serde_json::Value;

mod apply;
pub mod backwards;
mod merge_patch;
mod strategic;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// Create or update.
    pub operation: Operation,
    /// The object as it came to admission, decoded and defaulted.
    pub object: Value,
    /// What is not certain about it: one sentence.
    pub doubt: Option<String>,
}

/// Which kind of PATCH request a body is. The audit event does not carry the content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    JsonPatch,
    Apply,
    Strategic,
    Merge,
}

/// Every reading of the request that its event allows, the likeliest first; empty if the object cannot be known.
pub fn submitted(event: &Event, treatment: Treatment, old: Option<&Value>) -> Vec<Submitted> {
    let Some(body) = &event.request_object else { return Vec::new() };
    match event.verb.as_str() {
        "create" if body.is_object() => vec![Submitted { operation: Operation::Create, object: body.clone(), doubt: None }],
        "update" if body.is_object() => vec![Submitted { operation: Operation::Update, object: body.clone(), doubt: None }],
        "patch" if creates(event, body, old) => {
            let doubt = (event.code() != Some(201)).then(|| {
                "The log does not say whether this apply would have created the object; it does not show the object before either.".into()
            });
            vec![Submitted { operation: Operation::Create, object: finished(treatment, body.clone()), doubt }]
        }
        "patch" => {
            let Some(old) = old else { return Vec::new() };
            let readings = forms(event, body, treatment).into_iter().filter_map(|form| Some((form, patched(form, event, body, old)?)));
            let mut out: Vec<Submitted> = Vec::new();
            for (_, object) in readings {
                let object = finished(treatment, object);
                if out.iter().all(|known| known.object != object) {
                    out.push(Submitted { operation: Operation::Update, object, doubt: None });
                }
            }
            out
        }
        _ => Vec::new(),
    }
}

/// Decoded and defaulted, as every body is before admission.
fn finished(treatment: Treatment, object: Value) -> Value {
    let mut object = treatment.decode(object);
    treatment.default(&mut object);
    object
}

/// A server-side apply creates what is not there (code 201); a refused one is taken to if no earlier event shows the object.
fn creates(event: &Event, body: &Value, old: Option<&Value>) -> bool {
    event.code() == Some(201) || (old.is_none() && event.stored().is_none() && is_apply(event, body))
}

/// A body with a type header and a named field manager is an apply configuration; the other patches need neither.
fn is_apply(event: &Event, body: &Value) -> bool {
    body.get("apiVersion").is_some() && body.get("kind").is_some() && event.request_uri.contains("fieldManager=")
}

fn forms(event: &Event, body: &Value, treatment: Treatment) -> Vec<Form> {
    if body.is_array() {
        return vec![Form::JsonPatch];
    }
    if is_apply(event, body) {
        return vec![Form::Apply];
    }
    match treatment {
        // Custom resources know no strategic merge.
        Treatment::Plain if event.object_ref().api_group.contains('.') && !event.object_ref().api_group.ends_with(".k8s.io") => {
            vec![Form::Merge]
        }
        _ if strategic::has_directives(body) => vec![Form::Strategic],
        _ => vec![Form::Strategic, Form::Merge],
    }
}

fn patched(form: Form, event: &Event, body: &Value, old: &Value) -> Option<Value> {
    match form {
        Form::JsonPatch => {
            let operations: Vec<PatchOperation> = serde_json::from_value(body.clone()).ok()?;
            let mut object = old.clone();
            patch::apply(&operations, &mut object).ok().map(|()| object)
        }
        Form::Apply => Some(apply::apply(old, body, &field_manager(event))),
        Form::Strategic => Some(strategic::merge(old, body)),
        Form::Merge => Some(merge_patch::merge(old, body)),
    }
}

fn field_manager(event: &Event) -> String {
    let query = event.request_uri.split_once('?').map_or("", |(_, query)| query);
    query.split('&').find_map(|pair| pair.strip_prefix("fieldManager=")).unwrap_or("").to_owned()
}
