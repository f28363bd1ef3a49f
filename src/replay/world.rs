//! What the built-in plugins need to know and no audit event says outright: the cluster around the Pod.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A service account, as far as the ServiceAccount plugin reads it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServiceAccount {
    /// Whether Pods get a token mounted; `None` if unknown (the API's default is yes).
    pub automount: Option<bool>,
    /// Its image pull secrets, `[{"name": …}]`; `None` if unknown (the API's default is none).
    pub pull_secrets: Option<Vec<Value>>,
}

/// How the token comes into a Pod.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// From 1.21 (and with the feature gate before): a projected volume of this shape under a random name.
    Projected(Value),
    /// Before: a secret volume, named after the account's token secret.
    Secret(String),
}

/// A priority class.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorityClass {
    /// The class's name; for the entry of Pods without a class, the global default's name or nothing.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Its preemption policy; servers before 1.19 write none.
    pub preemption: Option<Value>,
}

/// A runtime class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuntimeClass {
    /// `overhead.podFixed`.
    pub overhead: Option<Value>,
    /// `scheduling.nodeSelector`.
    pub node_selector: Map<String, Value>,
    /// `scheduling.tolerations`.
    pub tolerations: Vec<Value>,
}

/// The defaults of a namespace's LimitRanges for containers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// `default`, by resource.
    pub limits: BTreeMap<String, Value>,
    /// `defaultRequest`, by resource.
    pub requests: BTreeMap<String, Value>,
}

/// Everything that the built-in plugins' work on one object depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// From 1.24 the namespace is filled in before admission. Told by PodSecurity's mark, which is there from 1.23.
    pub fills_namespace: bool,
    /// By name.
    pub service_accounts: BTreeMap<String, ServiceAccount>,
    /// How tokens come into Pods; `None` until the evidence shows it.
    pub token: Option<Token>,
    /// Servers before 1.23 leave the token volume's `defaultMode` to the next defaulting
    /// (<https://github.com/kubernetes/kubernetes/issues/104464>).
    pub token_mode_unset: bool,
    /// The random names of token volumes in the order in which they were drawn.
    pub token_volumes: Vec<String>,
    /// By name; the entry "" is for Pods without a class.
    pub priority_classes: BTreeMap<String, PriorityClass>,
    /// By name.
    pub runtime_classes: BTreeMap<String, RuntimeClass>,
    /// Of the namespace.
    pub limits: Limits,
    /// PodNodeSelector: of the namespace.
    pub node_selector: Map<String, Value>,
    /// PodTolerationRestriction: of the namespace.
    pub default_tolerations: Vec<Value>,
    /// PodTolerationRestriction is on: also adds a memory-pressure toleration to Pods of a better quality of service.
    pub restricts_tolerations: bool,
    /// AlwaysPullImages is on.
    pub always_pull: bool,
    /// ExtendedResourceToleration is on.
    pub tolerates_extended_resources: bool,
    /// DefaultTolerationSeconds: for not-ready and unreachable nodes; `None` if the plugin is off.
    pub toleration_seconds: Option<[i64; 2]>,
}

impl Default for World {
    fn default() -> World {
        World {
            fills_namespace: true,
            service_accounts: BTreeMap::new(),
            token: None,
            token_mode_unset: false,
            token_volumes: Vec::new(),
            priority_classes: BTreeMap::new(),
            runtime_classes: BTreeMap::new(),
            limits: Limits::default(),
            node_selector: Map::new(),
            default_tolerations: Vec::new(),
            restricts_tolerations: false,
            always_pull: false,
            tolerates_extended_resources: false,
            toleration_seconds: Some([300, 300]),
        }
    }
}
