//! Which events speak of one object.

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
