//! Whose Pod it is: what `metadata.ownerReferences` says
//! (<https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/>).

use serde_json::Value;

/// What makes Pods from a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// Makes ReplicaSets, which make the Pods.
    Deployment,
    /// A ReplicaSet.
    ReplicaSet,
    /// A DaemonSet.
    DaemonSet,
    /// A StatefulSet.
    StatefulSet,
    /// A Job.
    Job,
}

impl Workload {
    /// The kind, as references write it.
    pub fn kind(self) -> &'static str {
        match self {
            Workload::Deployment => "Deployment",
            Workload::ReplicaSet => "ReplicaSet",
            Workload::DaemonSet => "DaemonSet",
            Workload::StatefulSet => "StatefulSet",
            Workload::Job => "Job",
        }
    }

    /// The plural resource.
    pub fn resource(self) -> &'static str {
        match self {
            Workload::Deployment => "deployments",
            Workload::ReplicaSet => "replicasets",
            Workload::DaemonSet => "daemonsets",
            Workload::StatefulSet => "statefulsets",
            Workload::Job => "jobs",
        }
    }

    /// The name of the workload of this kind that a Pod belongs to. A Pod names only its ReplicaSet; the Deployment is told
    /// from the ReplicaSet's name ([`deployment`]).
    pub fn of_pod(self, pod: &Value) -> Option<&str> {
        let (kind, name) = controller(pod)?;
        match self {
            Workload::Deployment if kind == "ReplicaSet" => {
                deployment(name, pod.pointer("/metadata/labels/pod-template-hash").and_then(Value::as_str))
            }
            _ => (kind == self.kind()).then_some(name),
        }
    }
}

/// Kind and name of an object's controller.
pub fn controller(object: &Value) -> Option<(&str, &str)> {
    let owners = object.pointer("/metadata/ownerReferences")?.as_array()?;
    let owner = owners.iter().find(|owner| owner.get("controller") == Some(&Value::Bool(true)))?;
    Some((owner.get("kind")?.as_str()?, owner.get("name")?.as_str()?))
}

/// The Deployment that a ReplicaSet of this name should belong to: the Deployment controller appends a hyphen and the hash
/// that the label pod-template-hash repeats
/// (<https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label>).
pub fn deployment<'a>(replica_set: &'a str, hash: Option<&str>) -> Option<&'a str> {
    let name = replica_set.strip_suffix(hash?)?.strip_suffix('-')?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(kind: &str, name: &str, controller: bool) -> Value {
        json!({"metadata": {
            "labels": {"pod-template-hash": "78999b9646"},
            "ownerReferences": [{"kind": "Node", "name": "n"}, {"kind": kind, "name": name, "controller": controller}],
        }})
    }

    #[test]
    fn a_pod_belongs_to_its_controller_alone() {
        assert_eq!(Workload::Job.of_pod(&pod("Job", "report", true)), Some("report"));
        assert_eq!(Workload::Job.of_pod(&pod("Job", "report", false)), None);
        assert_eq!(Workload::DaemonSet.of_pod(&pod("Job", "report", true)), None);
    }

    #[test]
    fn a_deployment_is_told_from_its_replica_set() {
        assert_eq!(Workload::Deployment.of_pod(&pod("ReplicaSet", "shop-78999b9646", true)), Some("shop"));
        assert_eq!(Workload::ReplicaSet.of_pod(&pod("ReplicaSet", "shop-78999b9646", true)), Some("shop-78999b9646"));
        assert_eq!(Workload::Deployment.of_pod(&pod("ReplicaSet", "shop-5d4f", true)), None, "another hash");
        assert_eq!(Workload::Deployment.of_pod(&pod("ReplicaSet", "-78999b9646", true)), None);
        assert_eq!(Workload::Deployment.of_pod(&pod("StatefulSet", "shop-78999b9646", true)), None);
    }
}
