//! The objects as earlier events of the log left them: what an update or a patch starts from.

use crate::audit::Event;
use serde_json::{Map, Value};
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
        if let Some(news) = News::of(event) {
            self.take(news);
        }
    }

    /// Takes in what [`News::of`] an event was.
    pub fn take(&mut self, News { key, what }: News) {
        match what {
            What::Gone => drop(self.objects.remove(&key)),
            What::Bound(binding) => self.bind(&key, &binding),
            What::Stored(text) => {
                if self.objects.insert(key.clone(), text).is_none() {
                    self.order.push_back(key);
                }
                while self.order.len() > MOST_OBJECTS {
                    if let Some(oldest) = self.order.pop_front() {
                        self.objects.remove(&oldest);
                    }
                }
            }
        }
    }

    /// A Binding names the node, and hands its labels and annotations on
    /// (<https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/storage.go>).
    fn bind(&mut self, key: &Key, binding: &Value) {
        let Some(text) = self.objects.get_mut(key) else { return };
        let Ok(mut pod) = serde_json::from_slice::<Value>(text) else { return };
        if let (Some(node), Some(spec)) = (binding.pointer("/target/name"), pod.get_mut("spec").and_then(Value::as_object_mut)) {
            spec.insert("nodeName".into(), node.clone());
        }
        let Some(metadata) = pod.get_mut("metadata").and_then(Value::as_object_mut) else { return };
        for field in ["annotations", "labels"] {
            let handed_on = binding.pointer(&format!("/metadata/{field}")).and_then(Value::as_object).cloned().unwrap_or_default();
            if handed_on.is_empty() {
                continue;
            }
            if let Some(members) = metadata.entry(field).or_insert_with(|| Value::Object(Map::new())).as_object_mut() {
                members.extend(handed_on);
            }
        }
        if let Ok(bound) = serde_json::to_vec(&pod) {
            *text = bound;
        }
    }
}

/// What an event did to an object, apart from the event.
#[derive(Debug, Clone)]
pub struct News {
    key: Key,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Stored(Vec<u8>),
    Bound(Value),
    Gone,
}

impl News {
    /// What the event did, if it did anything that is known.
    pub fn of(event: &Event) -> Option<News> {
        let key = key(event)?;
        let succeeded = event.code().is_some_and(|code| (200..300).contains(&code));
        if !succeeded || event.dry_run() {
            return None;
        }
        let what = match (event.verb.as_str(), event.object_ref().subresource.as_str()) {
            ("delete", "") => What::Gone,
            ("create", "binding") => What::Bound(event.request_object.clone()?),
            ("create" | "update" | "patch", "" | "status" | "ephemeralcontainers" | "resize") => {
                What::Stored(serde_json::to_vec(event.stored()?).ok()?)
            }
            _ => return None,
        };
        Some(News { key, what })
    }
}

fn key(event: &Event) -> Option<Key> {
    let object = event.object_ref();
    let name = event.name()?;
    Some((format!("{}.{}", object.resource, object.api_group), object.namespace.clone(), name.to_owned()))
}
