//! Which events speak of one object.

use super::annotation::speaks_of_webhooks;
use super::event::Event;

/// A Pod (or any object) that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The plural resource: `pods`.
    pub resource: String,
    /// `None` for cluster-scoped objects.
    pub namespace: Option<String>,
    /// The exact name.
    pub name: String,
}

impl Wanted {
    /// Whether the event is about this very object: by its reference, or by the stored object's name where the reference
    /// has none (a create with `generateName`).
    pub fn is_meant_by(&self, event: &Event) -> bool {
        let object = event.object_ref();
        object.resource == self.resource
            && self.namespace.as_deref().is_none_or(|namespace| object.namespace == namespace)
            && event.name() == Some(self.name.as_str())
    }
}

/// Whether the event tells of an admission worth an account: one with webhook calls, or a create, update or patch of the
/// object itself. Events of other stages carry neither objects nor annotations.
pub fn is_admission(event: &Event) -> bool {
    let answered = matches!(event.stage.as_str(), "ResponseComplete" | "Panic");
    let writes = matches!(event.verb.as_str(), "create" | "update" | "patch");
    let itself = matches!(event.object_ref().subresource.as_str(), "" | "ephemeralcontainers" | "resize");
    speaks_of_webhooks(&event.annotations) || (answered && writes && itself)
}
