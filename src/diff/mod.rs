//! Two objects compared the way Kubernetes sees them.
//!
//! What enters: two JSON trees. What leaves: the [`Change`]s from one to the other, list items matched by their Kubernetes
//! keys and not by position ([`list_key`]), each with a path for people and an RFC 6901 pointer for programs ([`path`]).
//! Promise: [`tree::apply`] of [`tree::compare`]`(a, b)` to `a` gives `b`.

use serde::Serialize;
use serde_json::Value;

pub mod list_key;
pub mod noise;
pub mod path;
pub mod tree;

pub use path::{Path, Segment};
pub use tree::{apply, compare};

/// What happened at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// Something is there that was not.
    Added,
    /// Something is gone.
    Removed,
    /// Something is there in another form.
    Replaced,
}

/// One difference between two objects.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// What happened.
    pub op: Op,
    /// Where, for people: `spec.containers[name=aws-cli].env[name=AWS_ROLE_ARN]`.
    #[serde(serialize_with = "path::serialize")]
    pub path: Path,
    /// Where, for programs: an RFC 6901 pointer into the object after the change (before it, for a removal).
    pub pointer: String,
    /// What was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// Only the order of a keyed list changed: `before` and `after` are then the lists of its items' keys.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub order: bool,
}
