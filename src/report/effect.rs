//! What each operation of a webhook's patch did, and what the API server made of the result.

use super::Step;
use crate::audit::annotation::Operation;
use crate::diff::{Change, compare};
use crate::replay::patch;
use serde_json::Value;

/// One operation and what it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The operation as logged; `None` for the API server's decode and defaulting after the patch.
    pub operation: Option<Value>,
    /// What it changed; `None` if that cannot be known.
    pub changes: Option<Vec<Change>>,
}

/// The effects of a step's patch in order; empty if there is no patch.
pub fn effects(step: &Step) -> Vec<Effect> {
    let Some(operations) = step.patch.as_ref().and_then(Value::as_array).filter(|operations| !operations.is_empty()) else {
        return Vec::new();
    };
    let mut object = step.before.as_deref().cloned();
    let mut effects = Vec::with_capacity(operations.len() + 1);
    for raw in operations {
        let changes = object.take().and_then(|before| {
            let operation: Operation = serde_json::from_value(raw.clone()).ok()?;
            let mut after = before.clone();
            patch::apply(&[operation], &mut after).ok()?;
            let changes = compare(&before, &after);
            object = Some(after);
            Some(changes)
        });
        effects.push(Effect { operation: Some(raw.clone()), changes });
    }
    if let (Some(patched), Some(after)) = (&object, &step.after) {
        let changes = compare(patched, after);
        if !changes.is_empty() {
            effects.push(Effect { operation: None, changes: Some(changes) });
        }
    }
    effects
}
