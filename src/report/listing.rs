//! What is in a log: the answer of `auditdiff list`, and its JSON contract (schemaVersion 1).

use super::SCHEMA_VERSION;
use crate::audit::annotation::{self, Call};
use crate::audit::event::Level;
use crate::audit::glance::Glance;
use crate::source::{Counted, Origin, Skipped};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many Pods are listed by name; a log may hold millions.
const MOST_PODS: usize = 10_000;

/// How many different sources and webhooks are kept apart.
const MOST_KINDS: usize = 10_000;

/// What one event adds to the listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    time: Option<DateTime<Utc>>,
    level: Level,
    source: Arc<str>,
    calls: Vec<Call>,
    /// The Pod that a successful create made, `namespace/name`.
    pod: Option<String>,
}

impl Fact {
    /// What an event tells.
    pub fn of(glance: &Glance<'_>, origin: &Origin) -> Fact {
        let object = glance.object_ref.as_ref();
        let pods =
            object.filter(|object| object.is_pod() && glance.verb == "create" && glance.stage == "ResponseComplete" && !glance.dry_run());
        let made = pods.filter(|_| glance.response_status.as_ref().is_none_or(|status| status.code < 400));
        Fact {
            time: glance.time().and_then(|time| DateTime::parse_from_rfc3339(time).ok()).map(|time| time.to_utc()),
            level: glance.level,
            source: origin.source.clone(),
            calls: calls(glance),
            pod: made.and_then(|object| Some(format!("{}/{}", object.namespace, glance.name()?))),
        }
    }
}

/// The calls that the event tells of. What they patched is left aside.
fn calls(glance: &Glance<'_>) -> Vec<Call> {
    let told = glance.annotations.iter().filter(|(key, _)| key.contains("mutation.webhook.admission.k8s.io/"));
    let told: BTreeMap<String, String> = told.map(|(key, text)| (key.to_string(), text.to_string())).collect();
    if annotation::speaks_of_webhooks(&told) { annotation::calls(&told).calls } else { Vec::new() }
}

/// What is in a log.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Bytes as they lie in the files.
    pub bytes: u64,
    /// Everything that was found.
    pub records: u64,
    /// Records that are audit events.
    pub events: u64,
    /// Time of the earliest event, RFC 3339.
    pub from: Option<String>,
    /// Time of the latest event, RFC 3339.
    pub to: Option<String>,
    /// Events by audit level.
    pub levels: BTreeMap<&'static str, u64>,
    /// Events by source, in the order of their names.
    pub sources: BTreeMap<Arc<str>, u64>,
    /// Events that tell of mutating webhooks.
    pub admissions_with_webhooks: u64,
    /// The webhooks they tell of, the most called first.
    pub webhooks: Vec<Webhook>,
    /// Pods that were created.
    pub pods_created: u64,
    /// Their names, `namespace/name`; not more than 10,000.
    pub pods: BTreeSet<String>,
    /// What could not be read.
    pub skipped: Vec<Reason>,
    #[serde(skip)]
    range: Option<(DateTime<Utc>, DateTime<Utc>)>,
    #[serde(skip)]
    called: BTreeMap<(String, String), Webhook>,
    #[serde(skip)]
    reasons: BTreeMap<String, Reason>,
}

/// What a log tells of one webhook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// The MutatingWebhookConfiguration.
    pub configuration: String,
    /// The webhook's name within it.
    pub name: String,
    /// How often it was called.
    pub calls: u64,
    /// How often that changed the object.
    pub mutated: u64,
    /// How often it failed and was ignored.
    pub failed_open: u64,
}

/// Why records could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// One clause.
    pub reason: String,
    /// How many records.
    pub records: u64,
    /// Where the first of them stands.
    pub first: String,
}

impl Listing {
    /// Adds an event.
    pub fn add(&mut self, fact: Fact) {
        self.events += 1;
        *self.levels.entry(fact.level.name()).or_default() += 1;
        if self.sources.contains_key(&fact.source) || self.sources.len() < MOST_KINDS {
            *self.sources.entry(fact.source).or_default() += 1;
        }
        if let Some(time) = fact.time {
            let (from, to) = self.range.unwrap_or((time, time));
            self.range = Some((from.min(time), to.max(time)));
        }
        self.admissions_with_webhooks += u64::from(!fact.calls.is_empty());
        fact.calls.into_iter().for_each(|call| self.call(call));
        self.pods_created += u64::from(fact.pod.is_some());
        self.pods.extend(fact.pod.filter(|_| self.pods.len() < MOST_PODS));
    }

    fn call(&mut self, call: Call) {
        let key = (call.configuration.clone(), call.webhook.clone());
        if !self.called.contains_key(&key) && self.called.len() >= MOST_KINDS {
            return;
        }
        let webhook = self.called.entry(key).or_insert_with(|| Webhook {
            configuration: call.configuration,
            name: call.webhook,
            ..Webhook::default()
        });
        webhook.calls += 1;
        webhook.mutated += u64::from(call.mutated == Some(true));
        webhook.failed_open += u64::from(call.failed_open);
    }

    /// Adds what could not be read. Reasons that differ only in numbers are one.
    pub fn skip(&mut self, skipped: &Skipped) {
        let like = without_numbers(&skipped.reason);
        let reason = Reason { reason: skipped.reason.clone(), records: 0, first: skipped.origin.to_string() };
        self.reasons.entry(like).or_insert(reason).records += 1;
    }

    /// Closes the listing.
    pub fn finished(mut self, counted: Counted) -> Listing {
        let text = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        self.schema_version = SCHEMA_VERSION;
        self.bytes = counted.bytes;
        self.records = counted.records;
        (self.from, self.to) = self.range.map(|(from, to)| (text(from), text(to))).unzip();
        self.webhooks = std::mem::take(&mut self.called).into_values().collect();
        self.webhooks.sort_by_key(|webhook| std::cmp::Reverse(webhook.calls));
        self.skipped = std::mem::take(&mut self.reasons).into_values().collect();
        self.skipped.sort_by_key(|reason| std::cmp::Reverse(reason.records));
        self
    }
}

fn without_numbers(reason: &str) -> String {
    reason.chars().filter(|character| !character.is_ascii_digit()).collect()
}
