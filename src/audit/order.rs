//! Exports are often unsorted and hold events twice: events in the order of time, each once.

use super::Event;
use crate::source::Skipped;
use std::collections::HashMap;

/// The events in the order of time, duplicates (same auditID and stage) left out; an event that claims the auditID and
/// stage of a different one is handed back as skipped, for nobody knows which of them is true.
pub fn in_time(mut events: Vec<Event>) -> (Vec<Event>, Vec<Skipped>) {
    // Stable: events of one microsecond stay in the order of the input.
    events.sort_by(|a, b| a.time().cmp(&b.time()));
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    let mut skipped = Vec::new();
    for event in events {
        let id = (event.audit_id.clone(), event.stage.clone());
        match seen.get(&id) {
            Some(_) if event.audit_id.is_empty() => kept.push(event),
            Some(first) if same(&kept[*first], &event) => {}
            Some(first) => skipped.push(Skipped {
                origin: event.origin.clone(),
                reason: format!(
                    "another event with this auditID and stage, but other content, stands at {}; that one is used",
                    kept[*first].origin
                ),
            }),
            None => {
                seen.insert(id, kept.len());
                kept.push(event);
            }
        }
    }
    (kept, skipped)
}

fn same(a: &Event, b: &Event) -> bool {
    Event { origin: b.origin.clone(), ..a.clone() } == *b
}
