//! What is true but rarely asked for: hidden from people by default, with a count, never from programs.

use super::{Path, Segment};

/// Whether a change at this place is bookkeeping: field ownership, versions, timestamps.
pub fn is_noise(path: &Path) -> bool {
    let field = |at: usize| match path.0.get(at) {
        Some(Segment::Field(name)) => name.as_str(),
        _ => "",
    };
    match (field(0), field(1)) {
        ("metadata", "managedFields" | "resourceVersion" | "selfLink" | "generation" | "creationTimestamp" | "uid") => true,
        ("metadata", "annotations") => field(2) == "kubectl.kubernetes.io/last-applied-configuration",
        ("status", _) => true,
        _ => false,
    }
}
