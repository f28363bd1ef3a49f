//! Which events are asked for.

use super::annotation::speaks_of_webhooks;
use super::event::Event;
use super::owner::{self, Workload};
use serde_json::Value;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The events of one object.
    Object {
        /// The plural resource: `pods`.
        resource: String,
        /// `None` for cluster-scoped objects.
        namespace: Option<String>,
        /// The exact name.
        name: String,
    },
    /// The stages of one request, by its auditID.
    Request(String),
    /// The Pods of one workload.
    Owned {
        /// The namespace of both.
        namespace: String,
        /// The kind of the workload.
        workload: Workload,
        /// The name of the workload.
        name: String,
    },
    /// The Pods that carry all of these labels.
    Labelled {
        /// Their namespace.
        namespace: String,
        /// Keys and values; never empty.
        labels: Vec<(String, String)>,
    },
}

impl Wanted {
    /// Whether the event is about what is wanted: an object by its reference, or by the stored object's name where the
    /// reference has none (a create with `generateName`); Pods by what the stored object says, else the requested one.
    pub fn is_meant_by(&self, event: &Event) -> bool {
        let object = event.object_ref();
        match self {
            Wanted::Object { resource, namespace, name } => {
                object.resource == *resource
                    && namespace.as_deref().is_none_or(|namespace| object.namespace == namespace)
                    && event.name() == Some(name.as_str())
            }
            Wanted::Request(id) => event.audit_id == *id,
            Wanted::Owned { namespace, workload, name } => {
                is_pod_in(namespace, event) && bodies(event).any(|pod| workload.of_pod(pod) == Some(name.as_str()))
            }
            Wanted::Labelled { namespace, labels } => is_pod_in(namespace, event) && bodies(event).any(|pod| has_labels(pod, labels)),
        }
    }

    /// The ReplicaSet of this event, if by its name it should belong to the Deployment that is wanted, and does not.
    pub fn stranger<'a>(&self, event: &'a Event) -> Option<&'a str> {
        let Wanted::Owned { namespace, workload: Workload::Deployment, name } = self else { return None };
        let object = event.object_ref();
        let stored = event.stored().filter(|_| object.resource == "replicasets" && object.namespace == *namespace)?;
        let replica_set = event.name().filter(|replica_set| replica_set.starts_with(name.as_str()))?;
        (owner::controller(stored) != Some(("Deployment", name))).then_some(replica_set)
    }

    /// A text that stands in every record of what is wanted, and that no JSON writer escapes.
    pub fn needle(&self) -> &str {
        match self {
            Wanted::Object { name, .. } | Wanted::Owned { name, .. } => name,
            Wanted::Request(id) => id,
            Wanted::Labelled { labels, .. } => labels.first().map_or("", |(key, value)| {
                // A key may hold a slash, which some writers escape.
                if value.is_empty() { key.rsplit('/').next().unwrap_or(key) } else { value }
            }),
        }
    }

    /// The namespace that is looked into, where only one is.
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Wanted::Object { namespace, .. } => namespace.as_deref(),
            Wanted::Request(_) => None,
            Wanted::Owned { namespace, .. } | Wanted::Labelled { namespace, .. } => Some(namespace),
        }
    }

    /// The resource whose names could have been meant.
    pub fn resource(&self) -> Option<&str> {
        match self {
            Wanted::Object { resource, .. } => Some(resource),
            Wanted::Owned { workload, .. } => Some(workload.resource()),
            Wanted::Request(_) | Wanted::Labelled { .. } => None,
        }
    }

    /// The name that could have been meant, of the wanted [`Wanted::resource`]: the event's own, or that of a Pod's workload.
    pub fn kin<'a>(&self, event: &'a Event) -> Option<&'a str> {
        let object = event.object_ref();
        match self {
            Wanted::Owned { workload, .. } if object.is_pod() => bodies(event).find_map(|pod| workload.of_pod(pod)),
            _ if Some(object.resource.as_str()) == self.resource() => event.name(),
            _ => None,
        }
    }
}

fn is_pod_in(namespace: &str, event: &Event) -> bool {
    event.object_ref().resource == "pods" && event.object_ref().namespace == namespace
}

fn bodies(event: &Event) -> impl Iterator<Item = &Value> {
    event.stored().into_iter().chain(&event.request_object)
}

fn has_labels(object: &Value, labels: &[(String, String)]) -> bool {
    let has = object.pointer("/metadata/labels").and_then(Value::as_object);
    has.is_some_and(|has| labels.iter().all(|(key, value)| has.get(key).and_then(Value::as_str) == Some(value)))
}

/// Whether the event tells of an admission worth an account: one with webhook calls, or a create, update or patch of the
/// object itself. Events of other stages carry neither objects nor annotations.
pub fn is_admission(event: &Event) -> bool {
    let answered = matches!(event.stage.as_str(), "ResponseComplete" | "Panic");
    let writes = matches!(event.verb.as_str(), "create" | "update" | "patch");
    let itself = matches!(event.object_ref().subresource.as_str(), "" | "ephemeralcontainers" | "resize");
    speaks_of_webhooks(&event.annotations) || (answered && writes && itself)
}
