//! The built-in admission plugins that change Pods, one file each, in the order in which the API server runs them
//! (<https://github.com/kubernetes/kubernetes/blob/master/pkg/kubeapiserver/options/plugins.go>).
//!
//! A plugin is a function of the Pod and the [`World`]; none writes an audit annotation, so what they do not know from the
//! event is in the world, which [`super::solve`] finds out. Each says whether it changed the Pod.

use super::world::World;
use serde_json::{Map, Value};

mod always_pull_images;
mod default_toleration_seconds;
mod extended_resource_toleration;
mod limit_ranger;
mod pod_node_selector;
mod pod_toleration_restriction;
mod priority;
mod runtime_class;
mod service_account;
mod tolerations;

pub use extended_resource_toleration::is_extended;
pub use limit_ranger::{ANNOTATION as LIMIT_RANGER_ANNOTATION, items_of_annotation};
pub use priority::default_class;
pub use service_account::{MOUNT_PATH, UNKNOWN_SUFFIX, token_volume_name};

/// Which operation is being admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A create, or a server-side apply that creates.
    Create,
    /// An update or a patch of something that exists.
    Update,
}

/// A request as the plugins see it.
pub struct Admission<'a> {
    /// What is done.
    pub operation: Operation,
    /// The object before the request, on update.
    pub old: Option<&'a Value>,
    /// What is known of the cluster.
    pub world: &'a World,
    /// How many token volume names were drawn so far in this admission.
    pub names_drawn: usize,
}

/// One plugin: changes the Pod's members and says whether it did.
pub type Plugin = fn(&mut Map<String, Value>, &mut Admission<'_>) -> bool;

/// All plugins, in order.
pub const PLUGINS: &[(&str, Plugin)] = &[
    ("LimitRanger", limit_ranger::admit),
    ("ServiceAccount", service_account::admit),
    ("AlwaysPullImages", always_pull_images::admit),
    ("PodNodeSelector", pod_node_selector::admit),
    ("Priority", priority::admit),
    ("DefaultTolerationSeconds", default_toleration_seconds::admit),
    ("PodTolerationRestriction", pod_toleration_restriction::admit),
    ("ExtendedResourceToleration", extended_resource_toleration::admit),
    ("RuntimeClass", runtime_class::admit),
];

fn spec(pod: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    pod.get_mut("spec")?.as_object_mut()
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members.get(name).and_then(Value::as_str).unwrap_or("")
}

fn containers<'a>(spec: &'a mut Map<String, Value>, list: &str) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}
