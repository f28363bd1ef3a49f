//! The audit event, in the field names of `audit.k8s.io/v1`
//! (<https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/>).

use crate::source::{Origin, Record, Skipped};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// How much the API server logged of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Level {
    /// Nothing (never seen in a log, but a legal value).
    None,
    /// No objects and no patches.
    Metadata,
    /// The request's object and the patches; no response.
    Request,
    /// Everything.
    RequestResponse,
}

impl Level {
    /// The level's name as the audit policy writes it.
    pub fn name(self) -> &'static str {
        match self {
            Level::None => "None",
            Level::Metadata => "Metadata",
            Level::Request => "Request",
            Level::RequestResponse => "RequestResponse",
        }
    }
}

/// Who sent the request.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct User {
    /// The authenticated name.
    #[serde(default)]
    pub username: String,
}

/// What the request was about.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectRef {
    /// The plural resource, `pods`.
    pub resource: String,
    /// Empty for cluster-scoped objects.
    pub namespace: String,
    /// Empty on a create with `generateName`.
    pub name: String,
    /// Set on updates with a precondition and on some subresources.
    pub uid: String,
    /// Empty for the core group.
    pub api_group: String,
    /// `v1`.
    pub api_version: String,
    /// `binding`, `status`, `ephemeralcontainers`, ...; empty for the object itself.
    pub subresource: String,
}

impl ObjectRef {
    /// `v1` or `apps/v1`: the group and version in one word.
    pub fn group_version(&self) -> String {
        if self.api_group.is_empty() { self.api_version.clone() } else { format!("{}/{}", self.api_group, self.api_version) }
    }

    /// Whether this is a Pod itself, no subresource.
    pub fn is_pod(&self) -> bool {
        self.resource == "pods" && self.api_group.is_empty() && self.subresource.is_empty()
    }
}

/// What the API server answered.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ResponseStatus {
    /// The HTTP code; 0 if the event does not say.
    pub code: i64,
    /// The server's sentence when it refused.
    pub message: Option<String>,
}

/// One audit event.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// How much was logged.
    pub level: Level,
    /// Shared by the stages of a request. A client may choose it.
    #[serde(rename = "auditID", default)]
    pub audit_id: String,
    /// `ResponseComplete` is the stage that carries objects and annotations.
    pub stage: String,
    /// Path and query; `dryRun=All` stands here.
    #[serde(rename = "requestURI", default)]
    pub request_uri: String,
    /// `create`, `update`, `patch`, ...
    pub verb: String,
    /// Who sent the request.
    #[serde(default)]
    pub user: User,
    /// On whose behalf, if impersonated.
    #[serde(default)]
    pub impersonated_user: Option<User>,
    /// The client program.
    #[serde(default)]
    pub user_agent: String,
    /// What the request was about; absent for non-resource requests.
    #[serde(default)]
    pub object_ref: Option<ObjectRef>,
    /// What the API server answered.
    #[serde(default)]
    pub response_status: Option<ResponseStatus>,
    /// The decoded and defaulted request (create, update) or the raw patch body (patch).
    #[serde(default)]
    pub request_object: Option<Value>,
    /// The stored object, or a Status.
    #[serde(default)]
    pub response_object: Option<Value>,
    /// When the request arrived, RFC 3339 with microseconds.
    #[serde(default)]
    pub request_received_timestamp: Option<String>,
    /// When this stage was reached.
    #[serde(default)]
    pub stage_timestamp: Option<String>,
    /// The audit annotations (never the object's annotations).
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// Where the event stood in the input.
    #[serde(skip, default = "nowhere")]
    pub origin: Origin,
}

fn nowhere() -> Origin {
    Origin { source: "".into(), place: 0 }
}

impl Event {
    /// Reads one record.
    ///
    /// # Errors
    /// A [`Skipped`] that says what is wrong and where, without values from the log.
    pub fn parse(record: &Record) -> Result<Event, Skipped> {
        let mut event: Event = read(record)?;
        event.origin = record.origin.clone();
        Ok(event)
    }

    /// The object this event is about, or an empty reference.
    pub fn object_ref(&self) -> &ObjectRef {
        static NONE: std::sync::OnceLock<ObjectRef> = std::sync::OnceLock::new();
        self.object_ref.as_ref().unwrap_or_else(|| NONE.get_or_init(ObjectRef::default))
    }

    /// The HTTP code, if the event says one.
    pub fn code(&self) -> Option<i64> {
        self.response_status.as_ref().map(|status| status.code).filter(|code| *code != 0)
    }

    /// When it happened: the arrival of the request, else the stage's time.
    pub fn time(&self) -> Option<&str> {
        self.request_received_timestamp.as_deref().or(self.stage_timestamp.as_deref())
    }

    /// Whether nothing was to be stored (`?dryRun=All`).
    pub fn dry_run(&self) -> bool {
        is_dry_run(&self.request_uri)
    }

    /// The stored (or would-be stored, on dry-run) object: the response, unless it is a Status.
    pub fn stored(&self) -> Option<&Value> {
        self.response_object
            .as_ref()
            .filter(|object| object.is_object() && object.get("kind").and_then(Value::as_str) != Some("Status"))
            .filter(|object| object.get("metadata").is_some())
    }

    /// The object's name: of the reference, else of the stored object (a create with `generateName`).
    pub fn name(&self) -> Option<&str> {
        let name = self.object_ref().name.as_str();
        if !name.is_empty() {
            return Some(name);
        }
        [self.response_object.as_ref(), self.request_object.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|object| object.pointer("/metadata/name").and_then(Value::as_str))
            .find(|name| !name.is_empty())
    }

    /// The message of a refusal, from the status or from the Status object.
    pub fn message(&self) -> Option<&str> {
        self.response_status.as_ref().and_then(|status| status.message.as_deref()).or_else(|| {
            let response = self.response_object.as_ref()?;
            (response.get("kind").and_then(Value::as_str) == Some("Status"))
                .then(|| response.get("message").and_then(Value::as_str))
                .flatten()
        })
    }
}

/// Whether a request with this URI stores nothing.
pub(super) fn is_dry_run(uri: &str) -> bool {
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair.strip_prefix("dryRun=").is_some_and(|value| !value.is_empty()))
}

/// Reads a record's JSON, as a whole event or in outline.
pub(super) fn read<'a, T: Deserialize<'a>>(record: &'a Record) -> Result<T, Skipped> {
    let skipped = |reason: String| Skipped { origin: record.origin.clone(), reason };
    if record.text.ends_with(b"[Truncated...]") {
        return Err(skipped("the event was cut off by the log delivery (ends in [Truncated...]) and is not JSON any more".into()));
    }
    serde_json::from_slice(&record.text).map_err(|error| skipped(why_not(&error)))
}

/// What serde_json says, without what it may quote from the log.
fn why_not(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => format!("cut off: the JSON ends at column {}", error.column()),
        Category::Data => "JSON, but not an audit event (audit.k8s.io): a field is missing or of another type".into(),
        Category::Io | Category::Syntax if error.to_string().contains("recursion limit") => "nested too deeply (over 128 levels)".into(),
        Category::Io | Category::Syntax => format!("not JSON (column {})", error.column()),
    }
}
