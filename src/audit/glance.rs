//! What can be said of an event without building its objects: an order of magnitude faster than [`Event`], for
//! telling which events matter and for counting them.

use super::event::{self, Event, Level, ObjectRef, ResponseStatus};
use super::select::Wanted;
use crate::source::{Record, Skipped};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// An event's outline, borrowed from its record. The JSON of its objects is passed over, and only checked as far as that needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Glance<'a> {
    /// How much was logged.
    pub level: Level,
    #[serde(rename = "auditID", default, borrow)]
    audit_id: Cow<'a, str>,
    /// `ResponseComplete` is the stage that carries objects and annotations.
    #[serde(borrow)]
    pub stage: Cow<'a, str>,
    /// `create`, `update`, `patch`, ...
    #[serde(borrow)]
    pub verb: Cow<'a, str>,
    #[serde(rename = "requestURI", default, borrow)]
    request_uri: Cow<'a, str>,
    /// What the request was about.
    #[serde(default)]
    pub object_ref: Option<ObjectRef>,
    /// What the API server answered.
    #[serde(default)]
    pub response_status: Option<ResponseStatus>,
    #[serde(default)]
    request_object: Named,
    #[serde(default)]
    response_object: Named,
    #[serde(default, borrow)]
    request_received_timestamp: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    stage_timestamp: Option<Cow<'a, str>>,
    /// The audit annotations.
    #[serde(default, borrow)]
    pub annotations: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
}

impl<'a> Glance<'a> {
    /// Looks at one record.
    ///
    /// # Errors
    /// As [`Event::parse`], with less to find fault with.
    pub fn at(record: &'a Record) -> Result<Glance<'a>, Skipped> {
        event::read(record)
    }

    /// As [`Event::name`].
    pub fn name(&self) -> Option<&str> {
        let reference = self.object_ref.as_ref().map(|object| object.name.as_str());
        [reference, self.response_object.0.as_deref(), self.request_object.0.as_deref()].into_iter().flatten().find(|name| !name.is_empty())
    }

    /// As [`Event::time`].
    pub fn time(&self) -> Option<&str> {
        self.request_received_timestamp.as_deref().or(self.stage_timestamp.as_deref())
    }

    /// As [`Event::dry_run`].
    pub fn dry_run(&self) -> bool {
        event::is_dry_run(&self.request_uri)
    }

    /// Whether the whole event may matter: as [`Wanted::is_meant_by`] where the outline can tell, and everything that
    /// shows whose Pod it is.
    pub fn may_be_of(&self, wanted: &Wanted) -> bool {
        let object = self.object_ref.as_ref();
        let inside = || object.is_some_and(|object| wanted.namespace().is_none_or(|namespace| object.namespace == namespace));
        let is = |resource: &str| object.is_some_and(|object| object.resource == resource);
        match wanted {
            Wanted::Object { resource, name, .. } => is(resource) && inside() && self.name() == Some(name.as_str()),
            Wanted::Request(id) => self.audit_id == *id,
            Wanted::Owned { .. } => (is("pods") || is("replicasets")) && inside(),
            Wanted::Labelled { .. } => is("pods") && inside(),
        }
    }
}

/// The `metadata.name` of an object, whatever else it is; nothing of what is no object.
#[derive(Debug, Clone, Default, PartialEq)]
struct Named(Option<String>);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Named, D::Error> {
        deserializer.deserialize_any(Seek(&["metadata", "name"])).map(Named)
    }
}

/// Seeks text along a path of members. A member that stands twice counts as it last stands, as in [`Event`].
struct Seek(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Seek {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seek {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Option<String>, A::Error> {
        let Some((first, rest)) = self.0.split_first() else {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(None);
        };
        let mut found = None;
        while let Some(is_first) = members.next_key_seed(Is(first))? {
            if is_first {
                found = members.next_value_seed(Seek(rest))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Option<String>, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<String>, E> {
        Ok(self.0.is_empty().then(|| text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<String>, E> {
        Ok(None)
    }
}

/// Whether a key is this one, told without keeping it.
struct Is(&'static str);

impl<'de> DeserializeSeed<'de> for Is {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Is {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

/// Reads the event only if it may matter to what is wanted.
///
/// # Errors
/// As [`Event::parse`].
pub fn parse_if_of(record: &Record, wanted: &Wanted) -> Result<Option<Event>, Skipped> {
    if Glance::at(record)?.may_be_of(wanted) { Event::parse(record).map(Some) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
    use super::Glance;
    use crate::audit::Event;
    use crate::source::{Origin, Record};

    fn record(text: &str) -> Record {
        Record { origin: Origin { source: "log".into(), place: 1 }, text: text.into() }
    }

    #[test]
    fn a_glance_sees_what_reading_sees() {
        let bodies = [
            r#""responseObject":{"metadata":{"labels":{"name":"no"},"name":"web-x7k2p"}}"#,
            r#""responseObject":{"metadata":{"name":"first"},"metadata":{"name":"last"}}"#,
            r#""responseObject":{"metadata":{"name":7}},"requestObject":{"metadata":{"name":"asked"}}"#,
            r#""responseObject":"skipped-too-big-size-object","requestObject":[{"op":"add"}]"#,
            r#""requestObject":null,"responseObject":-1.5e3"#,
            r#""objectRef":{"resource":"pods","name":"web"}"#,
            r#""objectRef":null"#,
        ];
        let mut compared = 0;
        for body in bodies {
            let text = format!(
                r#"{{"level":"Request","stage":"ResponseComplete","verb":"create","stageTimestamp":"t","annotations":{{"a":"\"b\""}},{body}}}"#
            );
            let record = record(&text);
            let (event, glance) = (Event::parse(&record).unwrap(), Glance::at(&record).unwrap());
            assert_eq!(glance.name(), event.name());
            assert_eq!(glance.time(), event.time());
            assert_eq!(glance.annotations["a"], event.annotations["a"]);
            compared += 1;
        }
        assert_eq!(compared, 7);
    }

    #[test]
    fn both_find_the_same_fault() {
        let texts = ["{", "hello", "[1]", r#"{"level":"Request"}"#, r#"{"kind":"Ev[Truncated...]"#];
        let mut compared = 0;
        for text in texts {
            let record = record(text);
            assert_eq!(Glance::at(&record).unwrap_err(), Event::parse(&record).unwrap_err());
            compared += 1;
        }
        assert_eq!(compared, 5);
    }
}
