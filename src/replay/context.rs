//! What the other events of a log tell about the cluster around an object.
//!
//! Two sources: events about LimitRanges, service accounts and classes themselves, and Pods whose replay left no doubt.
//! A fact that two events contradict counts as unknown: it changed over time, and nobody knows when.

use super::world::{Limits, PriorityClass, RuntimeClass, ServiceAccount, Token, World};
use crate::audit::Event;
use crate::diff::Change;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Something that events tell, and may contradict.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Fact<T> {
    /// No event tells.
    #[default]
    Unknown,
    /// All events that tell agree.
    Known(T),
    /// Two events disagree.
    Contradicted,
}

impl<T: PartialEq + Clone> Fact<T> {
    /// Takes in what one event tells.
    pub fn learn(&mut self, told: T) {
        *self = match std::mem::take(self) {
            Fact::Unknown => Fact::Known(told),
            Fact::Known(known) if known == told => Fact::Known(known),
            _ => Fact::Contradicted,
        }
    }

    /// Takes in what other events told.
    pub fn absorb(&mut self, other: Fact<T>) {
        match other {
            Fact::Unknown => {}
            Fact::Known(told) => self.learn(told),
            Fact::Contradicted => *self = Fact::Contradicted,
        }
    }

    /// The fact, if it is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Fact::Known(known) => Some(known),
            _ => None,
        }
    }
}

/// What is known of one service account.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountFacts {
    /// Whether its Pods get a token.
    pub automount: Fact<bool>,
    /// Its pull secrets.
    pub pull_secrets: Fact<Vec<Value>>,
}

/// What is known of one namespace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Namespace {
    /// By name.
    pub accounts: BTreeMap<String, AccountFacts>,
    /// Container defaults, by `limits` or `requests` and resource.
    pub limits: BTreeMap<(&'static str, String), Fact<Value>>,
    /// How many Pods of this namespace were replayed without a doubt.
    pub clear: u64,
    /// Pods whose containers lacked requests or limits and got none: there is no LimitRange for containers.
    pub unlimited: bool,
    /// What PodNodeSelector adds if it is on: an annotation of the namespace.
    pub node_selector: Map<String, Value>,
    /// What PodTolerationRestriction adds if it is on: an annotation of the namespace.
    pub default_tolerations: Vec<Value>,
}

/// What other events tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    namespaces: BTreeMap<String, Namespace>,
    /// By name, "" for Pods without a class.
    pub priority_classes: BTreeMap<String, Fact<PriorityClass>>,
    /// By name.
    pub runtime_classes: BTreeMap<String, Fact<RuntimeClass>>,
    /// How tokens come into Pods.
    pub token: Fact<Token>,
    /// Whether the token volume comes without `defaultMode`, as webhooks' patches show it.
    pub token_mode_unset: Fact<bool>,
    /// Whether the server is older than PodSecurity (1.23), which annotates the audit event of every admitted Pod.
    pub before_pod_security: Fact<bool>,
    /// Whether ExtendedResourceToleration is on.
    pub tolerates_extended_resources: Fact<bool>,
    /// Whether AlwaysPullImages is on.
    pub always_pull: Fact<bool>,
    /// What policies did to other objects of the log, and to how many.
    pub policies: Vec<(Vec<Change>, u64)>,
    /// How many Pods were replayed to their end.
    pub reproduced: u64,
    /// A change that nothing explains was seen somewhere in this log.
    pub unexplained: bool,
}

impl Context {
    /// What is known of a namespace.
    pub fn namespace(&self, name: &str) -> Option<&Namespace> {
        self.namespaces.get(name)
    }

    /// The namespace's entry, made when needed.
    pub fn namespace_mut(&mut self, name: &str) -> &mut Namespace {
        self.namespaces.entry(name.to_owned()).or_default()
    }

    /// Whether an event of this resource can tell something about the cluster.
    pub fn listens_to(resource: &str) -> bool {
        matches!(resource, "limitranges" | "serviceaccounts" | "namespaces" | "priorityclasses" | "runtimeclasses")
    }

    /// Takes in an event about a LimitRange, a service account, a namespace or a class.
    pub fn learn(&mut self, event: &Event) {
        let object = event.object_ref();
        let Some(stored) = event.stored().filter(|_| object.subresource.is_empty() && event.verb != "delete") else { return };
        let name = event.name().unwrap_or("");
        match object.resource.as_str() {
            "limitranges" => self.learn_limit_range(&object.namespace, stored),
            "serviceaccounts" => {
                let account = self.namespace_mut(&object.namespace).accounts.entry(name.to_owned()).or_default();
                account.automount.learn(stored.get("automountServiceAccountToken").and_then(Value::as_bool).unwrap_or(true));
                account.pull_secrets.learn(stored.get("imagePullSecrets").and_then(Value::as_array).cloned().unwrap_or_default());
            }
            "namespaces" => {
                let annotation =
                    |key: &str| stored.pointer(&format!("/metadata/annotations/scheduler.alpha.kubernetes.io~1{key}"))?.as_str();
                let pairs =
                    annotation("node-selector").into_iter().flat_map(|text| text.split(',')).filter_map(|pair| pair.split_once('='));
                let facts = self.namespace_mut(name);
                facts.node_selector = pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().into())).collect();
                facts.default_tolerations =
                    annotation("defaultTolerations").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            }
            "priorityclasses" => {
                let class = PriorityClass {
                    name: name.to_owned(),
                    value: stored.get("value").cloned().unwrap_or(Value::from(0)),
                    preemption: Some(stored.get("preemptionPolicy").cloned().unwrap_or("PreemptLowerPriority".into())),
                };
                if stored.get("globalDefault") == Some(&Value::Bool(true)) {
                    self.priority_classes.entry(String::new()).or_default().learn(class.clone());
                }
                self.priority_classes.entry(name.to_owned()).or_default().learn(class);
            }
            "runtimeclasses" => {
                let class = RuntimeClass {
                    overhead: stored.pointer("/overhead/podFixed").cloned(),
                    node_selector: stored.pointer("/scheduling/nodeSelector").and_then(Value::as_object).cloned().unwrap_or_default(),
                    tolerations: stored.pointer("/scheduling/tolerations").and_then(Value::as_array).cloned().unwrap_or_default(),
                };
                self.runtime_classes.entry(name.to_owned()).or_default().learn(class);
            }
            _ => {}
        }
    }

    /// Takes in what was learned elsewhere.
    pub fn absorb(&mut self, other: Context) {
        for (name, facts) in other.namespaces {
            self.namespace_mut(&name).absorb(facts);
        }
        absorb_all(&mut self.priority_classes, other.priority_classes);
        absorb_all(&mut self.runtime_classes, other.runtime_classes);
        self.token.absorb(other.token);
        self.token_mode_unset.absorb(other.token_mode_unset);
        self.before_pod_security.absorb(other.before_pod_security);
        self.tolerates_extended_resources.absorb(other.tolerates_extended_resources);
        self.always_pull.absorb(other.always_pull);
        for (changes, times) in other.policies {
            self.learn_policy(&changes, times);
        }
        self.reproduced += other.reproduced;
        self.unexplained |= other.unexplained;
    }

    /// Takes in what a policy did to an object.
    pub fn learn_policy(&mut self, changes: &[Change], times: u64) {
        let room = self.policies.len() < MOST_POLICIES;
        match self.policies.iter_mut().find(|(known, _)| known == changes) {
            Some((_, count)) => *count += times,
            None if room => self.policies.push((changes.to_vec(), times)),
            None => {}
        }
    }

    /// What a policy did to most Pods of the log.
    pub fn usual_policy(&self) -> Option<&[Change]> {
        let (changes, times) = self.policies.iter().max_by_key(|(_, times)| *times)?;
        (times * 2 > self.reproduced && *times > 1).then_some(changes)
    }

    fn learn_limit_range(&mut self, namespace: &str, stored: &Value) {
        let items = stored.pointer("/spec/limits").and_then(Value::as_array).into_iter().flatten();
        for item in items.filter(|item| item.get("type").and_then(Value::as_str) == Some("Container")) {
            for (field, which) in [("default", "limits"), ("defaultRequest", "requests")] {
                for (resource, value) in item.get(field).and_then(Value::as_object).into_iter().flatten() {
                    self.namespace_mut(namespace).limits.entry((which, resource.clone())).or_default().learn(value.clone());
                }
            }
        }
    }

    /// The world as far as other events tell it.
    pub fn world(&self, namespace: &str) -> World {
        let mut world = World { token: self.token.known().cloned(), ..World::default() };
        world.token_mode_unset = self.token_mode_unset.known().copied().unwrap_or(false);
        world.tolerates_extended_resources = self.tolerates_extended_resources.known().copied().unwrap_or(false);
        world.always_pull = self.always_pull.known().copied().unwrap_or(false);
        for (name, class) in &self.priority_classes {
            class.known().into_iter().for_each(|class| drop(world.priority_classes.insert(name.clone(), class.clone())));
        }
        for (name, class) in &self.runtime_classes {
            class.known().into_iter().for_each(|class| drop(world.runtime_classes.insert(name.clone(), class.clone())));
        }
        if let Some(facts) = self.namespaces.get(namespace) {
            for (name, account) in &facts.accounts {
                let account =
                    ServiceAccount { automount: account.automount.known().copied(), pull_secrets: account.pull_secrets.known().cloned() };
                world.service_accounts.insert(name.clone(), account);
            }
            world.limits = facts.limits();
        }
        world
    }
}

/// How many different policies are kept in mind.
const MOST_POLICIES: usize = 16;

fn absorb_all<K: Ord, T: PartialEq + Clone>(into: &mut BTreeMap<K, Fact<T>>, from: BTreeMap<K, Fact<T>>)
where
    Fact<T>: Default,
{
    for (key, fact) in from {
        into.entry(key).or_default().absorb(fact);
    }
}

impl Namespace {
    fn absorb(&mut self, other: Namespace) {
        for (name, account) in other.accounts {
            let known = self.accounts.entry(name).or_default();
            known.automount.absorb(account.automount);
            known.pull_secrets.absorb(account.pull_secrets);
        }
        absorb_all(&mut self.limits, other.limits);
        self.clear += other.clear;
        self.unlimited |= other.unlimited;
        if !other.node_selector.is_empty() {
            self.node_selector = other.node_selector;
        }
        if !other.default_tolerations.is_empty() {
            self.default_tolerations = other.default_tolerations;
        }
    }

    /// The container defaults that are known.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for ((which, resource), value) in &self.limits {
            if let Some(value) = value.known() {
                let list = if *which == "limits" { &mut limits.limits } else { &mut limits.requests };
                list.insert(resource.clone(), value.clone());
            }
        }
        limits
    }
}
