//! Where no earlier event shows the object before a patch: what the stored object tells of it.

use super::Submitted;
use crate::audit::Event;
use crate::audit::annotation::{Call, Operation as PatchOperation};
use crate::replay::builtin::Operation;
use crate::replay::kind::Treatment;
use crate::replay::patch;

/// The stored object with the webhooks' patches taken back, as far as they can be: additions are removed again. What a
/// patch removed or replaced cannot be known from the other end.
pub fn submitted(event: &Event, calls: &[Call], _treatment: Treatment) -> Option<Submitted> {
    let mut object = event.stored()?.clone();
    let operations: Vec<&PatchOperation> = calls.iter().filter_map(|call| call.operations()).flatten().collect();
    for operation in operations.iter().rev() {
        let appended = operation.path.ends_with("/-");
        match operation.op.as_str() {
            "test" => {}
            "add" if !appended && object.pointer(&operation.path) == operation.value.as_ref() => {
                let undo = PatchOperation { op: "remove".into(), path: operation.path.clone(), from: None, value: None };
                patch::apply(&[undo], &mut object).ok()?;
            }
            // Taken away again or overwritten since, or of a kind that leaves no way back.
            _ => return None,
        }
    }
    let doubt = (!operations.is_empty()).then(|| {
        "No earlier event of the log shows the object before this request: it was worked out backwards from the stored object.".into()
    });
    Some(Submitted { operation: Operation::Update, object, doubt })
}
