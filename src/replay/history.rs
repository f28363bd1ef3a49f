//! The objects as earlier events of the log left them: what an update or a patch starts from.

use crate::audit::Event;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};

/// The last known state of objects, by resource, namespace and name. Holds a bounded number of objects, the oldest make
/// room; each as compact text.
#[derive(Debug, Clone, Default)]
pub struct History {
    objects: HashMap<Key, Vec<u8>>,
    order: VecDeque<Key>,
}

type Key = (String, String, String);

/// How many objects are kept at the most: some ten kilobytes each.
const MOST_OBJECTS: usize = 2_000;

impl History {
    /// The object before this event, if an earlier event showed it.
    pub fn before(&self, event: &Event) -> Option<Value> {
        serde_json::from_slice(self.objects.get(&key(event)?)?).ok()
    }

    /// Takes in what an event did. Events must come in the order of time.
    pub fn learn(&mut self, event: &Event) {
        let Some(key) = key(event) else { return };
        let succeeded = event.code().is_some_and(|code| (200..300).contains(&code));
        if !succeeded || event.dry_run() {
            return;
        }
        match (event.verb.as_str(), event.object_ref().subresource.as_str()) {
            ("delete", "") => {
                self.objects.remove(&key);
            }
            ("create", "binding") => self.bind(&key, event),
            ("create" | "update" | "patch", "" | "status" | "ephemeralcontainers" | "resize") => {
                if let Some(text) = event.stored().and_then(|stored| serde_json::to_vec(stored).ok()) {
                    self.keep(key, text);
                }
            }
            _ => {}
        }
    }

    fn keep(&mut self, key: Key, text: Vec<u8>) {
        if self.objects.insert(key.clone(), text).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > MOST_OBJECTS {
            if let Some(oldest) = self.order.pop_front() {
                self.objects.remove(&oldest);
            }
        }
    }

    /// A Binding names the node, and hands its labels and annotations on
    /// (<https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/storage.go>).
    fn bind(&mut self, key: &Key, event: &Event) {
        let (Some(text), Some(binding)) = (self.objects.get(key), &event.request_object) else { return };
        let Ok(mut pod) = serde_json::from_slice::<Value>(text) else { return };
        if let (Some(node), Some(spec)) = (binding.pointer("/target/name"), pod.get_mut("spec").and_then(Value::as_object_mut)) {
            spec.insert("nodeName".into(), node.clone());
        }
        for field in ["annotations", "labels"] {
            for (name, value) in binding.pointer(&format!("/metadata/{field}")).and_then(Value::as_object).into_iter().flatten() {
                pod["metadata"][field][name.as_str()] = value.clone();
            }
        }
        if let Ok(text) = serde_json::to_vec(&pod) {
            self.objects.insert(key.clone(), text);
        }
    }
}

fn key(event: &Event) -> Option<Key> {
    let object = event.object_ref();
    let name = event.name()?;
    Some((format!("{}.{}", object.resource, object.api_group), object.namespace.clone(), name.to_owned()))
}
