//! The audit annotations that admission writes: their key grammar and their values.
//!
//! Keys and values as kube-apiserver writes them
//! (<https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go>):
//! `mutation.webhook.admission.k8s.io/round_R_index_I` tells of a call, `patch.…` holds its patch, `failed-open.mutation.…`
//! that its failure was ignored. The failed-open key *ends with* the mutation key, so keys are matched by prefix.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

const MUTATION: &str = "mutation.webhook.admission.k8s.io/";
const PATCH: &str = "patch.webhook.admission.k8s.io/";
const FAILED_OPEN: &str = "failed-open.mutation.webhook.admission.k8s.io/";

/// Which invocation of the chain: ordered as numbers, so index 10 comes after 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// 0 for the first pass, 1 for the reinvocation.
    pub round: u32,
    /// The position in the list of all mutating webhooks of the cluster.
    pub index: u32,
}

impl Slot {
    /// Reads `round_0_index_5`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Slot> {
        let (round, index) = text.strip_prefix("round_")?.split_once("_index_")?;
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        Some(Slot { round: number(round)?, index: number(index)? })
    }
}

/// One operation of a JSON Patch, as logged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// `add`, `remove`, `replace`, `move`, `copy`, `test`.
    pub op: String,
    /// Where, an RFC 6901 pointer.
    #[serde(default)]
    pub path: String,
    /// For `move` and `copy`: from where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// For `add`, `replace`, `test`. Missing means null to the API server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// What the log holds of a call's patch.
#[derive(Debug, Clone, PartialEq)]
pub enum Patch {
    /// A JSON Patch.
    Json(Vec<Operation>),
    /// A patch that cannot be read, and why: one clause without values from the log.
    Unreadable(String),
}

/// One attempted invocation of a mutating webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Round and index.
    pub slot: Slot,
    /// The MutatingWebhookConfiguration; empty if the annotation is unreadable.
    pub configuration: String,
    /// The webhook's name within it. (configuration, webhook) is not unique.
    pub webhook: String,
    /// Whether the API server saw the object change; `None` if the annotation is missing or unreadable.
    pub mutated: Option<bool>,
    /// The call failed, and `failurePolicy: Ignore` let the request through (1.22 and later).
    pub failed_open: bool,
    /// The patch, if one was logged.
    pub patch: Option<Patch>,
    /// The webhook's own audit annotations, without the webhook's name.
    pub annotations: BTreeMap<String, String>,
}

/// What the annotations of one event tell of its webhook calls.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calls {
    /// In slot order.
    pub calls: Vec<Call>,
    /// Annotations of these keys that could not be read: the key and one clause.
    pub problems: Vec<String>,
}

#[derive(Deserialize)]
struct Mutation {
    #[serde(default)]
    configuration: String,
    #[serde(default)]
    webhook: String,
    mutated: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Patched {
    #[serde(default)]
    configuration: String,
    #[serde(default)]
    webhook: String,
    #[serde(default)]
    patch: Value,
    #[serde(default)]
    patch_type: String,
}

/// Whether an event with these annotations tells of a mutating webhook at all.
pub fn speaks_of_webhooks(annotations: &BTreeMap<String, String>) -> bool {
    annotations.keys().any(|key| [MUTATION, PATCH, FAILED_OPEN].iter().any(|prefix| key.starts_with(prefix)))
}

/// Reads the calls out of an event's annotations, in slot order whatever the order of the keys.
pub fn calls(annotations: &BTreeMap<String, String>) -> Calls {
    let mut found: BTreeMap<Slot, Call> = BTreeMap::new();
    let mut problems = Vec::new();
    for (key, text) in annotations {
        let (prefix, Some(rest)) = ([FAILED_OPEN, MUTATION, PATCH])
            .into_iter()
            .find_map(|prefix| key.strip_prefix(prefix).map(|rest| (prefix, Some(rest))))
            .unwrap_or(("", None))
        else {
            continue;
        };
        let Some(slot) = Slot::parse(rest) else {
            problems.push(format!("audit annotation {prefix}…: the key does not end in round_R_index_I"));
            continue;
        };
        let call = found.entry(slot).or_insert_with(|| Call {
            slot,
            configuration: String::new(),
            webhook: String::new(),
            mutated: None,
            failed_open: false,
            patch: None,
            annotations: BTreeMap::new(),
        });
        let read = match prefix {
            FAILED_OPEN => {
                call.failed_open = true;
                call.name(String::new(), text.clone());
                Ok(())
            }
            MUTATION => serde_json::from_str::<Mutation>(text).map_err(|_| "is not the JSON of a mutation").map(|mutation| {
                call.mutated = Some(mutation.mutated);
                call.name(mutation.configuration, mutation.webhook);
            }),
            _ => serde_json::from_str::<Patched>(text).map_err(|_| "is not the JSON of a patch").and_then(|patched| {
                call.patch = Some(operations(patched.patch, &patched.patch_type));
                call.name(patched.configuration, patched.webhook);
                match &call.patch {
                    Some(Patch::Unreadable(_)) => Err("holds no JSON Patch this version can read"),
                    _ => Ok(()),
                }
            }),
        };
        if let Err(problem) = read {
            if prefix == PATCH && call.patch.is_none() {
                call.patch = Some(Patch::Unreadable("its audit annotation is not the JSON of a patch".into()));
            }
            problems.push(format!("audit annotation {key} {problem}"));
        }
    }
    let mut calls: Vec<Call> = found.into_values().collect();
    for call in &mut calls {
        if !call.webhook.is_empty() {
            call.annotations = own(annotations, &call.webhook);
        }
    }
    Calls { calls, problems }
}

impl Call {
    /// Takes the names from the first annotation that has them.
    fn name(&mut self, configuration: String, webhook: String) {
        if self.configuration.is_empty() {
            self.configuration = configuration;
        }
        if self.webhook.is_empty() {
            self.webhook = webhook;
        }
    }

    /// The operations, if the patch is known.
    pub fn operations(&self) -> Option<&[Operation]> {
        match &self.patch {
            Some(Patch::Json(operations)) => Some(operations),
            _ => None,
        }
    }
}

fn operations(patch: Value, patch_type: &str) -> Patch {
    if !matches!(patch_type, "JSONPatch" | "") {
        return Patch::Unreadable("its patch type is not JSONPatch".into());
    }
    serde_json::from_value(patch).map_or_else(|_| Patch::Unreadable("its patch is not a list of operations".into()), Patch::Json)
}

/// `<webhook name>/<key>`: what a webhook chose to say itself.
fn own(annotations: &BTreeMap<String, String>, webhook: &str) -> BTreeMap<String, String> {
    annotations.iter().filter_map(|(key, text)| Some((key.strip_prefix(webhook)?.strip_prefix('/')?.to_owned(), text.clone()))).collect()
}
