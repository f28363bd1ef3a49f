//! What is meant, validated.

use super::Failure;
use crate::audit::select::Wanted;

/// The Pod that `NAMESPACE/NAME` or `NAME` with `-n` means.
///
/// # Errors
/// A usage failure when a name is missing, doubled, or no Kubernetes name.
pub fn pod(pod: &str, namespace: Option<&str>) -> Result<Wanted, Failure> {
    let (namespace, name) = match (pod.split_once('/'), namespace) {
        (Some((inside, name)), None) => (inside, name),
        (Some((inside, name)), Some(outside)) if inside == outside => (inside, name),
        (Some(_), Some(_)) => return Err(Failure::usage("the namespace is given twice and differs: use either NAMESPACE/NAME or -n")),
        (None, namespace) => (namespace.unwrap_or("default"), pod),
    };
    for (what, text) in [("namespace", namespace), ("name", name)] {
        if !is_dns_subdomain(text) {
            return Err(Failure::usage(format!(
                "the {what} is not a Kubernetes name: lower-case letters, digits, `-` and `.`, at most 253. \
                 Write NAMESPACE/NAME, for example default/aws-cli"
            )));
        }
    }
    Ok(Wanted { resource: "pods".into(), namespace: Some(namespace.into()), name: name.into() })
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
