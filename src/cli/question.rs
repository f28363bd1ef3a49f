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
        QuestionArgs::Pod { pod, namespace } => of(&settings::pod(pod, namespace.as_deref())?),
        QuestionArgs::Object { resource, object } => {
            let (namespace, name) = match object.split_once('/') {
                Some((namespace, name)) => (Some(word("namespace", namespace)?), name),
                None => (None, object.as_str()),
            };
            Ok(Question::Object { resource: word("resource", resource)?, namespace, name: word("name", name)? })
        }
        QuestionArgs::Webhooks => Ok(Question::Webhooks),
        QuestionArgs::AuditId { id } => of(&settings::request(id)?),
    }
}

/// The question for what is wanted. That for Pods also asks for what their admission read, and for more Pods than are
/// wanted: whose a Pod is, its event tells.
///
/// # Errors
/// A usage failure for a name that is none.
pub fn of(wanted: &Wanted) -> Result<Question, Failure> {
    match wanted {
        Wanted::Object { resource, namespace: Some(namespace), name } if resource == "pods" => {
            Ok(Question::Pod { namespace: word("namespace", namespace)?, name: word("name", name)? })
        }
        Wanted::Object { resource, namespace, name } => Ok(Question::Object {
            resource: word("resource", resource)?,
            namespace: namespace.as_deref().map(|namespace| word("namespace", namespace)).transpose()?,
            name: word("name", name)?,
        }),
        Wanted::Request(id) => Ok(Question::AuditId(word("auditID", id)?)),
        Wanted::Owned { namespace, .. } | Wanted::Labelled { namespace, .. } => {
            Ok(Question::Pods { namespace: word("namespace", namespace)?, text: word("name", wanted.needle())? })
        }
    }
}

pub(super) fn word(what: &str, text: &str) -> Result<Word, Failure> {
    Word::parse(text).ok_or_else(|| {
        Failure::usage(format!("the {what} cannot be searched for: it may have letters, digits, `-`, `.`, `_` and `:`, at most 253"))
    })
}
