//! What one event can prove, as far as its level and its length allow.

use super::event::{Event, Level};

/// Which bodies an event carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The request's object (or patch body) is there.
    pub request: bool,
    /// The stored object is there.
    pub stored: bool,
    /// The patches can be there (level Request and up).
    pub patches: bool,
    /// Plain sentences on what cannot be known, and why.
    pub limits: Vec<String>,
}

const TRUNCATED: &str = "audit.k8s.io/truncated";

/// The text AKS puts in place of a body that was too large.
const AKS_TOO_BIG: &str = "skipped-too-big-size-object";

/// What this event can prove.
pub fn evidence(event: &Event) -> Evidence {
    let truncated = event.annotations.contains_key(TRUNCATED);
    let dropped = [&event.request_object, &event.response_object].into_iter().flatten().any(|body| body.as_str() == Some(AKS_TOO_BIG));
    let request = event.request_object.as_ref().is_some_and(|body| body.is_object() || body.is_array());
    let stored = event.stored().is_some();
    let mut limits = Vec::new();
    if truncated || dropped {
        limits.push(
            "The event was too large and its objects were cut out of the log: the patches survive and are shown, \
             but not the object they were applied to."
                .into(),
        );
    } else if event.level <= Level::Metadata {
        limits.push(
            "This event was logged at level Metadata: it tells which webhooks were called and which of them changed the \
             object, not what they changed. Patches need audit level Request, whole objects RequestResponse."
                .into(),
        );
    } else if event.level == Level::Request {
        limits.push(
            "This event was logged at level Request: the stored object is not in it, so the end of the replay cannot be \
             checked. That needs audit level RequestResponse."
                .into(),
        );
    } else if !request {
        limits.push("The event carries no request object, so there is nothing to start the replay from.".into());
    }
    Evidence { request, stored, patches: event.level >= Level::Request, limits }
}
