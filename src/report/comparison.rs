//! Several Pods beside one another: which actor treated them differently on their way in.
//!
//! Pods whose admissions went the same way form a group. What differs from Pod to Pod by nature counts as the same: the
//! Pod's own name, and the random name of its token volume. An actor is known by kind, configuration and name, never by
//! its index: that is a place in a list at one moment.

use super::{Actor, Kind, Outcome, Report, Step};
use crate::diff::noise::is_noise;
use regex_lite::Regex;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// How the admissions of several Pods differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Pods that were treated alike, the largest group first.
    pub groups: Vec<Vec<String>>,
    /// The actors that made the difference, in the order of their turns.
    pub rows: Vec<Row>,
    /// The actors that did the same to all.
    pub same: Vec<Actor>,
}

/// What one actor did to each group.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Who, without a place in the order.
    pub actor: Actor,
    /// One per group.
    pub cells: Vec<Cell>,
}

/// What an actor did to the Pods of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What came of each of its turns, and how many changes; empty if it had none.
    pub turns: Vec<(Outcome, usize)>,
    /// Equal numbers stand for equal work, within a row.
    pub work: usize,
}

/// One Pod's admission, reduced to what can be compared.
struct Admission {
    pod: String,
    /// In the order of their first turns.
    actors: Vec<(Key, Vec<Turn>)>,
}

type Key = (u8, Option<String>, Option<String>);

struct Turn {
    outcome: Outcome,
    changes: usize,
    work: String,
}

impl Comparison {
    /// Compares the creations of Pods; `None` where fewer than two Pods are created.
    pub fn of(reports: &[Report]) -> Option<Comparison> {
        let mut seen = BTreeSet::new();
        let created = reports.iter().filter(|report| report.object.resource == "pods" && report.verb == "create");
        let admissions: Vec<Admission> = created.map(admission).filter(|admission| seen.insert(admission.pod.clone())).collect();
        if admissions.len() < 2 {
            return None;
        }
        let mut alike: BTreeMap<String, Vec<&Admission>> = BTreeMap::new();
        for admission in &admissions {
            alike.entry(course(admission)).or_default().push(admission);
        }
        let mut groups: Vec<Vec<&Admission>> = alike.into_values().collect();
        let place = |pod: &str| admissions.iter().position(|admission| admission.pod == pod);
        groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), place(&group[0].pod)));
        let mut comparison = Comparison { groups: Vec::new(), rows: Vec::new(), same: Vec::new() };
        let first: Vec<&Admission> = groups.iter().map(|group| group[0]).collect();
        for key in keys(&first) {
            let cells = cells(&first, &key);
            let actor = actor(&key);
            if cells.iter().all(|cell| cell.work == 0) {
                comparison.same.push(actor);
            } else {
                comparison.rows.push(Row { actor, cells });
            }
        }
        comparison.groups = groups.into_iter().map(|group| group.into_iter().map(|admission| admission.pod.clone()).collect()).collect();
        Some(comparison)
    }
}

/// Every actor, in the order of the turns.
fn keys(admissions: &[&Admission]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for admission in admissions {
        let mut at = 0;
        for (key, _) in &admission.actors {
            match keys.iter().position(|known| known == key) {
                Some(known) => at = known + 1,
                None => {
                    keys.insert(at, key.clone());
                    at += 1;
                }
            }
        }
    }
    keys
}

fn cells(admissions: &[&Admission], key: &Key) -> Vec<Cell> {
    let turns = |admission: &Admission| admission.actors.iter().position(|(known, _)| known == key);
    let turns: Vec<&[Turn]> = admissions.iter().map(|admission| turns(admission).map_or(&[][..], |at| &admission.actors[at].1)).collect();
    let mut works: Vec<Vec<&str>> = Vec::new();
    let mut cells = Vec::with_capacity(turns.len());
    for turns in turns {
        let work: Vec<&str> = turns.iter().map(|turn| turn.work.as_str()).collect();
        let number = works.iter().position(|known| *known == work).unwrap_or(works.len());
        if number == works.len() {
            works.push(work);
        }
        cells.push(Cell { turns: turns.iter().map(|turn| (turn.outcome, turn.changes)).collect(), work: number });
    }
    cells
}

fn admission(report: &Report) -> Admission {
    let namespace = report.object.namespace.as_deref().unwrap_or_default();
    // A Pod that was refused may have no name: its auditID tells it from others.
    let pod = match &report.object.name {
        Some(name) => format!("{namespace}/{name}"),
        None => format!("{namespace}/? (auditID {})", report.audit_id),
    };
    let mut actors: Vec<(Key, Vec<Turn>)> = Vec::new();
    for step in report.steps.iter().filter(|step| step.actor.kind != Kind::Server) {
        // Whoever sent it, the request is the request.
        let name = step.actor.name.clone().filter(|_| step.actor.kind != Kind::Request);
        let key = (step.actor.kind as u8, step.actor.configuration.clone(), name);
        let changes = step.changes.iter().filter(|change| !is_noise(&change.path)).count();
        let turn = Turn { outcome: step.outcome, changes, work: work(step, report.object.name.as_deref()) };
        match actors.iter_mut().find(|(known, _)| *known == key) {
            Some((_, turns)) => turns.push(turn),
            None => actors.push((key, vec![turn])),
        }
    }
    Admission { pod, actors }
}

/// The admission as one text: equal for Pods that were treated alike, whatever the order of their webhooks.
fn course(admission: &Admission) -> String {
    let mut actors: Vec<_> =
        admission.actors.iter().map(|(key, turns)| (key, turns.iter().map(|turn| &turn.work).collect::<Vec<_>>())).collect();
    actors.sort();
    format!("{actors:?}")
}

/// What a step did, without what differs by nature.
fn work(step: &Step, pod: Option<&str>) -> String {
    let changes: Vec<Value> = step
        .changes
        .iter()
        .filter(|change| !is_noise(&change.path))
        .map(|change| json!([change.op, change.path.to_string(), change.after]))
        .collect();
    // What was asked for is what the request's step leaves.
    let asked = step.after.as_deref().filter(|_| step.actor.kind == Kind::Request).map(|object| json!([object.get("spec"), label(object)]));
    let text = json!([step.outcome, changes, asked]).to_string();
    static TOKEN_VOLUME: LazyLock<Regex> = LazyLock::new(|| Regex::new("kube-api-access-[a-z0-9]{5}").expect("a fixed pattern"));
    let text = TOKEN_VOLUME.replace_all(&text, "kube-api-access-?").into_owned();
    match pod {
        Some(pod) if !pod.is_empty() => text.replace(pod, "?"),
        _ => text,
    }
}

/// The labels and annotations of a request.
fn label(object: &Value) -> [Option<&Value>; 2] {
    ["/metadata/labels", "/metadata/annotations"].map(|pointer| object.pointer(pointer))
}

fn actor((kind, configuration, name): &Key) -> Actor {
    let kinds = [Kind::Request, Kind::Builtin, Kind::Policy, Kind::Webhook, Kind::Server, Kind::Unattributed];
    let kind = kinds.into_iter().find(|known| *known as u8 == *kind).unwrap_or(Kind::Unattributed);
    Actor { kind, name: name.clone(), configuration: configuration.clone(), round: None, index: None }
}
