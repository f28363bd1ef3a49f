//! What is meant, validated.

use super::{Failure, question};
use crate::audit::owner::Workload;
use crate::audit::select::Wanted;

/// The Pod that `NAMESPACE/NAME` or `NAME` with `-n` means.
///
/// # Errors
/// A usage failure when a name is missing, doubled, or no Kubernetes name.
pub fn pod(pod: &str, namespace: Option<&str>) -> Result<Wanted, Failure> {
    let (namespace, name) = namespaced(pod, namespace)?;
    Ok(Wanted::Object { resource: "pods".into(), namespace: Some(namespace), name })
}

/// The Pods of the workload that `NAMESPACE/NAME` or `NAME` with `-n` means.
///
/// # Errors
/// As [`pod`].
pub fn owned(workload: Workload, name: &str, namespace: Option<&str>) -> Result<Wanted, Failure> {
    let (namespace, name) = namespaced(name, namespace)?;
    Ok(Wanted::Owned { namespace, workload, name })
}

/// The Pods that a selector means: `KEY=VALUE`, several with commas between them
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>).
///
/// # Errors
/// A usage failure for a selector of any other form.
pub fn labelled(selector: &str, namespace: Option<&str>) -> Result<Wanted, Failure> {
    let namespace = namespace.unwrap_or("default");
    kubernetes_name("namespace", namespace)?;
    let label = |part: &str| {
        let (key, value) = part.split_once("==").or_else(|| part.split_once('='))?;
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        let is_key = !key.is_empty() && key.split('/').count() <= 2 && key.split('/').all(|half| !half.is_empty() && plain(half));
        (is_key && plain(value)).then(|| (key.to_owned(), value.to_owned()))
    };
    let labels: Option<Vec<_>> = selector.split(',').map(|part| label(part.trim())).collect();
    let labels = labels.ok_or_else(|| {
        Failure::usage("the selector is not understood: write -l KEY=VALUE, or -l KEY=VALUE,KEY=VALUE for Pods with all of them")
    })?;
    Ok(Wanted::Labelled { namespace: namespace.to_owned(), labels })
}

/// The object of any resource: `NAMESPACE/NAME`, `NAME` with `-n`, or `NAME` alone for what is in no namespace.
///
/// # Errors
/// A usage failure when a name is missing, doubled, or cannot be searched for.
pub fn object(resource: &str, object: &str, namespace: Option<&str>) -> Result<Wanted, Failure> {
    let (namespace, name) = match object.split_once('/') {
        Some((inside, name)) if namespace.is_none_or(|outside| outside == inside) => (Some(inside), name),
        Some(_) => return Err(twice()),
        None => (namespace, object),
    };
    for (what, text) in [("resource", Some(resource)), ("namespace", namespace), ("name", Some(name))] {
        text.map_or(Ok(()), |text| searchable(what, text))?;
    }
    Ok(Wanted::Object { resource: resource.into(), namespace: namespace.map(str::to_owned), name: name.into() })
}

/// The request of an auditID.
///
/// # Errors
/// A usage failure for what cannot be searched for.
pub fn request(id: &str) -> Result<Wanted, Failure> {
    searchable("auditID", id)?;
    Ok(Wanted::Request(id.into()))
}

fn namespaced(text: &str, namespace: Option<&str>) -> Result<(String, String), Failure> {
    let (namespace, name) = match (text.split_once('/'), namespace) {
        (Some((inside, name)), None) => (inside, name),
        (Some((inside, name)), Some(outside)) if inside == outside => (inside, name),
        (Some(_), Some(_)) => return Err(twice()),
        (None, namespace) => (namespace.unwrap_or("default"), text),
    };
    kubernetes_name("namespace", namespace)?;
    kubernetes_name("name", name)?;
    Ok((namespace.into(), name.into()))
}

fn twice() -> Failure {
    Failure::usage("the namespace is given twice and differs: use either NAMESPACE/NAME or -n")
}

fn kubernetes_name(what: &str, text: &str) -> Result<(), Failure> {
    if is_dns_subdomain(text) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the {what} is not a Kubernetes name: lower-case letters, digits, `-` and `.`, at most 253. \
         Write NAMESPACE/NAME, for example default/aws-cli"
    )))
}

fn searchable(what: &str, text: &str) -> Result<(), Failure> {
    question::word(what, text).map(drop)
}

/// A DNS-1123 subdomain: what names of most Kubernetes objects are
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>).
pub fn is_dns_subdomain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}
