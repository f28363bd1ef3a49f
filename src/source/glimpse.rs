//! The little that a source must know of an event: enough to tell an answer from a chance find, and a repetition from
//! another event. What an event means is not known here.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Some fields of an audit event, in the field names of `audit.k8s.io/v1`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Glimpse<'a> {
    /// Shared by the stages of a request; a client may choose it.
    #[serde(rename = "auditID", borrow)]
    pub audit_id: Cow<'a, str>,
    /// The audit stage.
    #[serde(borrow)]
    pub stage: Cow<'a, str>,
    /// `create`, `update`, `patch`, ...
    #[serde(borrow, default)]
    pub verb: Cow<'a, str>,
    /// What the request was about.
    #[serde(borrow, default)]
    pub object_ref: ObjectRef<'a>,
    /// The request's object or patch body.
    #[serde(borrow, default)]
    request_object: Option<&'a RawValue>,
    /// The stored object, or a Status.
    #[serde(borrow, default)]
    response_object: Option<&'a RawValue>,
    /// When the request arrived.
    #[serde(borrow, default)]
    pub request_received_timestamp: Cow<'a, str>,
    /// When the stage was reached.
    #[serde(borrow, default)]
    pub stage_timestamp: Cow<'a, str>,
    /// The audit annotations' keys.
    #[serde(borrow, default)]
    pub annotations: BTreeMap<Cow<'a, str>, IgnoredAny>,
}

/// What a request was about; empty where the event says nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ObjectRef<'a> {
    /// The plural resource.
    #[serde(borrow)]
    pub resource: Cow<'a, str>,
    /// Empty for cluster-scoped objects.
    #[serde(borrow)]
    pub namespace: Cow<'a, str>,
    /// Empty on a create with `generateName`.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Empty for the object itself.
    #[serde(borrow)]
    pub subresource: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

impl<'a> Glimpse<'a> {
    /// Looks at an event's JSON text; `None` if it is none.
    pub fn of(text: &'a [u8]) -> Option<Glimpse<'a>> {
        serde_json::from_slice(text).ok()
    }

    /// Whether the event is about an object of this name: by its reference, or where that has none (a create with
    /// `generateName`) by the object itself.
    pub fn is_named(&self, name: &str) -> bool {
        if !self.object_ref.name.is_empty() {
            return self.object_ref.name == name;
        }
        [self.response_object, self.request_object]
            .into_iter()
            .flatten()
            .filter_map(|object| serde_json::from_str::<Named<'_>>(object.get()).ok())
            .find(|object| !object.metadata.name.is_empty())
            .is_some_and(|object| object.metadata.name == name)
    }
}
