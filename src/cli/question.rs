//! What is asked of the log, in words that can stand in a query.

use super::args::QuestionArgs;
use super::{Failure, settings};
use crate::audit::select::Wanted;
use crate::source::query::{Question, Word};

/// The question that was typed.
///
/// # Errors
/// A usage failure for what is no name or no auditID.
pub fn question(args: &QuestionArgs) -> Result<Question, Failure> {
    match args {
        QuestionArgs::Pod { pod, namespace } => of_pod(&settings::pod(pod, namespace.as_deref())?),
        QuestionArgs::Object { resource, object } => {
            let (namespace, name) = match object.split_once('/') {
                Some((namespace, name)) => (Some(word("namespace", namespace)?), name),
                None => (None, object.as_str()),
            };
            Ok(Question::Object { resource: word("resource", resource)?, namespace, name: word("name", name)? })
        }
        QuestionArgs::Webhooks => Ok(Question::Webhooks),
        QuestionArgs::AuditId { id } => Ok(Question::AuditId(word("auditID", id)?)),
    }
}

/// The question for the story of a Pod.
///
/// # Errors
/// A usage failure for a name that is none.
pub fn of_pod(pod: &Wanted) -> Result<Question, Failure> {
    let namespace = word("namespace", pod.namespace.as_deref().unwrap_or_default())?;
    Ok(Question::Pod { namespace, name: word("name", &pod.name)? })
}

fn word(what: &str, text: &str) -> Result<Word, Failure> {
    Word::parse(text).ok_or_else(|| {
        Failure::usage(format!("the {what} cannot be searched for: it may have letters, digits, `-`, `.`, `_` and `:`, at most 253"))
    })
}
