//! Which treatment an object gets: what the API server knows about its type.

use super::{defaults, typed};
use crate::audit::event::ObjectRef;
use serde_json::Value;

/// How the API server decodes and defaults objects of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// A Pod: typed decode, defaulting, built-in plugins.
    Pod,
    /// A workload: the Pod template at this pointer is decoded and defaulted.
    Template(&'static str),
    /// Anything else is left as it is: custom resources are neither pruned nor defaulted after a patch, and of other
    /// built-in types the fields are not known here.
    Plain,
}

/// The treatment of what the event is about.
pub fn treatment(object: &ObjectRef) -> Treatment {
    match (object.api_group.as_str(), object.resource.as_str()) {
        ("", "pods") => Treatment::Pod,
        ("apps", "deployments" | "replicasets" | "statefulsets" | "daemonsets") | ("", "replicationcontrollers") | ("batch", "jobs") => {
            Treatment::Template("/spec/template")
        }
        ("batch", "cronjobs") => Treatment::Template("/spec/jobTemplate/spec/template"),
        _ => Treatment::Plain,
    }
}

impl Treatment {
    /// The object as it is after the typed decode.
    pub fn decode(self, mut object: Value) -> Value {
        match self {
            Treatment::Pod => typed::pod(&mut object),
            Treatment::Template(at) => {
                object.pointer_mut(at).and_then(|template| template.get_mut("spec")).into_iter().for_each(typed::pod_spec);
            }
            Treatment::Plain => {}
        }
        object
    }

    /// Defaults a decoded object.
    pub fn default(self, object: &mut Value) {
        match self {
            Treatment::Pod => defaults::pod(object),
            Treatment::Template(at) => {
                let spec = object.pointer_mut(at).and_then(|template| template.get_mut("spec")?.as_object_mut());
                spec.into_iter().for_each(defaults::pod_spec);
            }
            Treatment::Plain => {}
        }
    }
}
