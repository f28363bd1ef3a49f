//! The model of what happened to one object in one admission, and the JSON contract (schemaVersion 1).
//!
//! One [`Report`] per audit event: owned, comparable, serialisable; no colours, no widths, no names of views. A field is
//! never renamed within a schemaVersion.

pub mod blame;
pub mod build;
pub mod comparison;
pub mod effect;
pub mod listing;
pub mod redact;

use crate::diff::Change;
pub use crate::replay::fidelity::Fidelity;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of the JSON document.
pub const SCHEMA_VERSION: u32 = 1;

/// One audit event, told step by step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The request's id, shared by its stages.
    #[serde(rename = "auditID")]
    pub audit_id: String,
    /// The audit stage.
    pub stage: String,
    /// The audit level.
    pub level: &'static str,
    /// `create`, `update`, `patch`.
    pub verb: String,
    /// RFC 3339, as logged.
    pub time: Option<String>,
    /// Who sent the request (`as` the impersonated user, if any).
    pub user: String,
    /// The client program.
    pub user_agent: String,
    /// Nothing was to be stored.
    pub dry_run: bool,
    /// What it was about.
    pub object: Object,
    /// What the API server answered.
    pub response: Response,
    /// How well the replay explains it.
    pub replay: Replay,
    /// Every actor's turn, in order.
    pub steps: Vec<Step>,
    /// Plain sentences on what this event cannot show, and why.
    pub notes: Vec<String>,
    /// Where the event stood: `audit.jsonl:3`.
    pub origin: String,
}

impl Report {
    /// Whether the log holds less than a full account needs, or the replay does not end in the stored object.
    pub fn is_incomplete(&self) -> bool {
        !self.notes.is_empty() || self.replay.reproduces_stored == Some(false)
    }
}

/// The object a report is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// `v1`, `apps/v1`.
    pub api_version: String,
    /// `pods`.
    pub resource: String,
    /// `ephemeralcontainers`.
    pub subresource: Option<String>,
    /// `None` for cluster-scoped objects.
    pub namespace: Option<String>,
    /// `None` if the log never says it (a refused create with `generateName`).
    pub name: Option<String>,
    /// `None` if nothing was stored or the log does not say.
    pub uid: Option<String>,
}

/// What the API server answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Response {
    /// The HTTP code.
    pub code: Option<i64>,
    /// The server's sentence when it refused.
    pub message: Option<String>,
}

/// How well the replay as a whole explains the event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// The weakest of the steps.
    pub fidelity: Fidelity,
    /// One sentence, when not exact.
    pub why: Option<String>,
    /// Whether the replayed object equals the stored one; `None` if none was logged.
    pub reproduces_stored: Option<bool>,
    /// What the stored object has and the replay does not, or the other way round.
    pub residue: Vec<Change>,
}

/// What kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The client and the API's defaulting: the object as requested.
    Request,
    /// A built-in admission plugin.
    Builtin,
    /// A MutatingAdmissionPolicy, as far as the evidence tells.
    Policy,
    /// A mutating webhook.
    Webhook,
    /// The registry: uid, status, generated name.
    Server,
    /// Nothing in the log explains it.
    Unattributed,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Actor {
    /// What kind of actor.
    pub kind: Kind,
    /// The field manager of a request, a plugin's or a webhook's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The webhook's configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// 0 for the first pass, 1 for the reinvocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    /// The webhook's index among all mutating webhooks of the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
}

/// What came of an actor's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The request came in.
    Submitted,
    /// The object changed.
    Mutated,
    /// Called, and nothing changed.
    Unchanged,
    /// The call failed and was ignored.
    FailedOpen,
    /// The webhook refused the request.
    Denied,
    /// The call failed and ended the request.
    Failed,
    /// The server stored the object.
    Stored,
}

/// One actor's turn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Who.
    pub actor: Actor,
    /// What came of it.
    pub outcome: Outcome,
    /// The webhook's JSON Patch as logged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<Value>,
    /// What changed, keyed lists element by element.
    pub changes: Vec<Change>,
    /// The whole object that the actor received; `None` if it cannot be known.
    pub before: Option<Arc<Value>>,
    /// What it left, after the API server's decode and defaulting.
    pub after: Option<Arc<Value>>,
    /// How sure `before` and `after` are.
    pub fidelity: Fidelity,
    /// One sentence, when not exact.
    pub why: Option<String>,
    /// The webhook's own audit annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}
