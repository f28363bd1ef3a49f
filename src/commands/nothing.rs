//! Nothing matched: what there is instead.

use super::gather::Gathered;
use crate::audit::select::Wanted;
use std::collections::BTreeSet;

/// How many names are suggested.
const SUGGESTED: usize = 5;

/// What is not there, and what was perhaps meant.
pub(super) fn message(gathered: &Gathered, wanted: &Wanted) -> String {
    let mut message = format!("no admission of {} in {} records", subject(wanted), gathered.counted.records);
    if gathered.seen > 0 {
        message.push_str(match wanted {
            Wanted::Request(_) => " (its event is there, and is no create, update or patch of an object)",
            _ => " (other events of it are there: its create request may be older than the log)",
        });
    }
    let near = match wanted {
        Wanted::Object { resource, .. } if gathered.seen == 0 && !gathered.resources.contains(resource) => {
            nearest(resource, resource, &gathered.resources)
        }
        Wanted::Object { namespace, name, .. } => nearest(&path(namespace.as_deref(), name), name, &gathered.others),
        Wanted::Owned { namespace, name, .. } => nearest(&path(Some(namespace), name), name, &gathered.others),
        Wanted::Request(_) | Wanted::Labelled { .. } => Vec::new(),
    };
    if near.is_empty() {
        message.push_str(match wanted {
            Wanted::Request(_) => ". Check the auditID and the time range of the log",
            Wanted::Labelled { .. } => ". Check the namespace (-n), the labels and the time range of the log",
            _ => ". Check the namespace, the name and the time range of the log",
        });
    } else {
        message.push_str(". Did you mean:");
        near.iter().for_each(|name| message.push_str(&format!("\n  {name}")));
    }
    message
}

/// What was wanted, as typed: all of it was checked and holds nothing that steers a terminal.
fn subject(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Object { resource, namespace, name } if resource == "pods" => format!("Pod {}", path(namespace.as_deref(), name)),
        Wanted::Object { resource, namespace, name } => format!("{resource} {}", path(namespace.as_deref(), name)),
        Wanted::Request(id) => format!("the request {id}"),
        Wanted::Owned { namespace, workload, name } => format!("a Pod of the {} {namespace}/{name}", workload.kind()),
        Wanted::Labelled { namespace, labels } => {
            let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("a Pod in {namespace} with {}", labels.join(","))
        }
    }
}

fn path(namespace: Option<&str>, name: &str) -> String {
    namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"))
}

/// Names that begin with the one asked for, that are the same in another namespace, or that differ in a few letters.
fn nearest(asked: &str, name: &str, others: &BTreeSet<String>) -> Vec<String> {
    let mut ranked: Vec<(usize, &String)> = others
        .iter()
        .filter_map(|other| {
            let other_name = other.split_once('/').map_or(other.as_str(), |(_, name)| name);
            let rank = if other.starts_with(asked) || other_name == name {
                0
            } else if other_name.starts_with(name) || (!other_name.is_empty() && name.starts_with(other_name)) {
                1
            } else {
                1 + Some(strsim::damerau_levenshtein(asked, other)).filter(|distance| *distance <= 1 + asked.len() / 4)?
            };
            Some((rank, other))
        })
        .collect();
    ranked.sort();
    ranked.into_iter().take(SUGGESTED).map(|(_, name)| name.escape_debug().to_string()).collect()
}
