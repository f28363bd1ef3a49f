//! Questions to a cluster's audit log, and the Logs Insights queries that answer them.
//!
//! The queries stand in `queries/*.cwli`. What is filled in is a [`Word`], which cannot hold anything that means something
//! to the query language: a query's text cannot be injected. What comes back is checked again by [`Question::bearing`],
//! because a text search finds more than was meant.

use super::glimpse::{Glimpse, ObjectRef};
use std::fmt;

/// What the streams of an EKS audit log start with
/// (<https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html>).
pub const AUDIT_STREAM: &str = "kube-apiserver-audit-";

const WRITES: [&str; 4] = ["create", "update", "patch", "delete"];
const WEBHOOK_CALL: &str = "mutation.webhook.admission.k8s.io/round_";

/// A value that may stand in a query: ASCII letters, digits, `-`, `.`, `_` and `:`, 1 to 253 of them. Names of Kubernetes
/// objects and audit ids are such words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word(String);

impl Word {
    /// The text, if it is a word.
    pub fn parse(text: &str) -> Option<Word> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        (!text.is_empty() && text.len() <= 253 && text.bytes().all(plain)).then(|| Word(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is asked of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The story of one Pod.
    Pod {
        /// Its namespace.
        namespace: Word,
        /// Its name.
        name: Word,
    },
    /// The stories of the Pods of a namespace in whose events a text stands: the name of their owner, a label.
    Pods {
        /// Their namespace.
        namespace: Word,
        /// The text.
        text: Word,
    },
    /// The writes to one object.
    Object {
        /// The plural resource, `deployments`.
        resource: Word,
        /// `None` for cluster-scoped objects.
        namespace: Option<Word>,
        /// Its name.
        name: Word,
    },
    /// Every request that a mutating webhook was called for.
    Webhooks,
    /// The stages of one request.
    AuditId(Word),
}

/// What an event is to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing {
    /// An answer.
    Itself,
    /// Something that the answers' admission read.
    Around,
}

/// Which log streams are searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Streams {
    /// Those named like the audit streams of EKS.
    Audit,
    /// These; `@logStream` is indexed, so that the others are not scanned.
    Named(Vec<Word>),
    /// All, in a group that is not of EKS.
    All,
}

impl Question {
    /// The query's text, its comment on top.
    pub fn query(&self, streams: &Streams) -> String {
        let file = match self {
            Question::Pod { .. } => include_str!("../../queries/pod.cwli"),
            Question::Pods { .. } => include_str!("../../queries/pods.cwli"),
            Question::Object { .. } => include_str!("../../queries/object.cwli"),
            Question::Webhooks => include_str!("../../queries/webhooks.cwli"),
            Question::AuditId(_) => include_str!("../../queries/audit-id.cwli"),
        };
        self.fill(file, streams)
    }

    /// The query's text for a log group in which Logs Insights discovers no fields (class Infrequent Access).
    pub fn text_query(&self, streams: &Streams) -> String {
        self.fill(include_str!("../../queries/text.cwli"), streams)
    }

    /// What an event is to the question; `None` for one that only the query's text search found.
    pub fn bearing(&self, event: &Glimpse<'_>) -> Option<Bearing> {
        let object = &event.object_ref;
        let write = WRITES.contains(&event.verb.as_ref());
        let (itself, around) = match self {
            Question::Pod { namespace, name } => {
                let inside = object.namespace == namespace.as_str();
                (write && inside && object.resource == "pods" && event.is_named(name.as_str()), write && is_read_by_pods(object, namespace))
            }
            Question::Pods { namespace, .. } => {
                let inside = write && object.namespace == namespace.as_str();
                let owner = inside && object.resource == "replicasets";
                (inside && object.resource == "pods", owner || (write && is_read_by_pods(object, namespace)))
            }
            Question::Object { resource, namespace, name } => {
                let there = namespace.as_ref().is_none_or(|namespace| object.namespace == namespace.as_str());
                (write && there && object.resource == resource.as_str() && event.is_named(name.as_str()), false)
            }
            Question::Webhooks => (event.annotations.keys().any(|key| key.contains(WEBHOOK_CALL)), false),
            Question::AuditId(id) => (event.audit_id == id.as_str(), false),
        };
        if itself { Some(Bearing::Itself) } else { around.then_some(Bearing::Around) }
    }

    fn fill(&self, file: &str, streams: &Streams) -> String {
        let mut text = String::with_capacity(file.len());
        for line in file.lines().filter(|line| *streams != Streams::All || !line.contains("{streams}")) {
            let mut rest = line;
            while let Some((before, placeholder, after)) = next_placeholder(rest) {
                text.push_str(before);
                text.push_str(&self.value(placeholder, streams));
                rest = after;
            }
            text.push_str(rest);
            text.push('\n');
        }
        text
    }

    fn value(&self, placeholder: &str, streams: &Streams) -> String {
        match (placeholder, self) {
            ("streams", _) => streams.condition(),
            ("namespace", Question::Pod { namespace, .. } | Question::Pods { namespace, .. }) => namespace.to_string(),
            ("text", Question::Pods { text, .. }) => text.to_string(),
            ("name" | "text", Question::Pod { name, .. } | Question::Object { name, .. }) => name.to_string(),
            ("resource", Question::Object { resource, .. }) => resource.to_string(),
            ("in namespace", Question::Object { namespace: Some(namespace), .. }) => format!(" and objectRef.namespace = \"{namespace}\""),
            ("in namespace", Question::Object { namespace: None, .. }) => String::new(),
            ("audit_id" | "text", Question::AuditId(id)) => id.to_string(),
            ("text", Question::Webhooks) => WEBHOOK_CALL.to_owned(),
            (other, _) => unreachable!("queries/*.cwli has a placeholder that nothing fills: {other}"),
        }
    }
}

impl Streams {
    fn condition(&self) -> String {
        match self {
            Streams::Named(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                format!("@logStream in [{}]", names.join(", "))
            }
            Streams::Audit | Streams::All => format!("@logStream like /^{AUDIT_STREAM}/"),
        }
    }
}

/// Whether the admission of Pods in this namespace reads the object.
fn is_read_by_pods(object: &ObjectRef<'_>, namespace: &Word) -> bool {
    match object.resource.as_ref() {
        "serviceaccounts" | "limitranges" => object.namespace == namespace.as_str() && object.subresource.is_empty(),
        "namespaces" => object.name == namespace.as_str() && object.subresource.is_empty(),
        "priorityclasses" | "runtimeclasses" => true,
        _ => false,
    }
}

/// The text before the next `{placeholder}`, its name, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// A query without its comment: what is sent.
pub fn without_comment(query: &str) -> String {
    query.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(text: &str) -> Word {
        Word::parse(text).expect("a word")
    }

    fn pod(name: &str) -> Question {
        Question::Pod { namespace: word("default"), name: word(name) }
    }

    #[test]
    fn a_pods_query_can_be_pasted_into_the_console() {
        insta::assert_snapshot!(pod("aws-cli").query(&Streams::Audit), @r#"
        # The admissions of one Pod: every write to it and to its subresources, the creates that were sent with generateName (their
        # event names no object, the stored Pod does), and what else its admission read: the writes to the namespace, its service
        # accounts and limit ranges, and to the priority and runtime classes.
        # Costs one scan of the audit streams of the window.
        fields @timestamp, @log, @logStream, @message, @ptr
        | filter @logStream like /^kube-apiserver-audit-/
        | filter verb in ["create", "update", "patch", "delete"]
        | filter (objectRef.namespace = "default" and objectRef.resource = "pods"
                 and (objectRef.name = "aws-cli" or (isblank(objectRef.name) and @message like "aws-cli")))
              or (objectRef.namespace = "default" and objectRef.resource in ["serviceaccounts", "limitranges"] and isblank(objectRef.subresource))
              or (objectRef.name = "default" and objectRef.resource = "namespaces" and isblank(objectRef.subresource))
              or objectRef.resource in ["priorityclasses", "runtimeclasses"]
        | sort @timestamp asc
        "#);
    }

    #[test]
    fn an_objects_query_names_its_resource_and_namespace() {
        let deployment = Question::Object { resource: word("deployments"), namespace: Some(word("web")), name: word("web") };
        let role = Question::Object { resource: word("clusterroles"), namespace: None, name: word("system:node") };
        insta::assert_snapshot!(without_comment(&deployment.query(&Streams::Audit)), @r#"
        fields @timestamp, @log, @logStream, @message, @ptr
        | filter @logStream like /^kube-apiserver-audit-/
        | filter verb in ["create", "update", "patch", "delete"] and objectRef.namespace = "web"
        | filter objectRef.resource = "deployments" and (objectRef.name = "web" or (isblank(objectRef.name) and @message like "web"))
        | sort @timestamp asc
        "#);
        insta::assert_snapshot!(without_comment(&role.query(&Streams::All)), @r#"
        fields @timestamp, @log, @logStream, @message, @ptr
        | filter verb in ["create", "update", "patch", "delete"]
        | filter objectRef.resource = "clusterroles" and (objectRef.name = "system:node" or (isblank(objectRef.name) and @message like "system:node"))
        | sort @timestamp asc
        "#);
    }

    fn pods_of(text: &str) -> Question {
        Question::Pods { namespace: word("web"), text: word(text) }
    }

    #[test]
    fn the_pods_of_an_owner_are_looked_for_by_its_name() {
        insta::assert_snapshot!(without_comment(&pods_of("shop").query(&Streams::Audit)), @r#"
        fields @timestamp, @log, @logStream, @message, @ptr
        | filter @logStream like /^kube-apiserver-audit-/
        | filter verb in ["create", "update", "patch", "delete"]
        | filter (objectRef.namespace = "web" and objectRef.resource in ["pods", "replicasets"] and @message like "shop")
              or (objectRef.namespace = "web" and objectRef.resource in ["serviceaccounts", "limitranges"] and isblank(objectRef.subresource))
              or (objectRef.name = "web" and objectRef.resource = "namespaces" and isblank(objectRef.subresource))
              or objectRef.resource in ["priorityclasses", "runtimeclasses"]
        | sort @timestamp asc
        "#);
    }

    #[test]
    fn listed_streams_are_named() {
        let streams = Streams::Named(vec![word("kube-apiserver-audit-a"), word("kube-apiserver-audit-b")]);
        insta::assert_snapshot!(without_comment(&Question::Webhooks.query(&streams)), @r#"
        fields @timestamp, @log, @logStream, @message, @ptr
        | filter @logStream in ["kube-apiserver-audit-a", "kube-apiserver-audit-b"]
        | filter @message like "mutation.webhook.admission.k8s.io/round_"
        | sort @timestamp asc
        "#);
        insta::assert_snapshot!(without_comment(&Question::AuditId(word("64d87192-f3eb")).query(&streams)), @r#"
        fields @timestamp, @log, @logStream, @message, @ptr
        | filter @logStream in ["kube-apiserver-audit-a", "kube-apiserver-audit-b"]
        | filter auditID = "64d87192-f3eb"
        | sort @timestamp asc
        "#);
    }

    #[test]
    fn without_fields_the_text_is_searched() {
        let questions = [pod("aws-cli"), Question::Webhooks, Question::AuditId(word("64d87192-f3eb"))];
        let texts = questions.map(|question| without_comment(&question.text_query(&Streams::All)));
        insta::assert_snapshot!(texts.join("\n\n"), @r#"
        fields @timestamp, @log, @logStream, @message, @ptr
        | filter @message like "aws-cli"
        | sort @timestamp asc

        fields @timestamp, @log, @logStream, @message, @ptr
        | filter @message like "mutation.webhook.admission.k8s.io/round_"
        | sort @timestamp asc

        fields @timestamp, @log, @logStream, @message, @ptr
        | filter @message like "64d87192-f3eb"
        | sort @timestamp asc
        "#);
    }

    #[test]
    fn what_could_end_a_string_is_no_word() {
        for text in ["", "a\"b", "a'b", "a`b", "a\\b", "a\nb", "a b", "a/b", "a|b", "{name}", "a#b", "ä", &"a".repeat(254)] {
            assert_eq!(Word::parse(text), None, "{text:?}");
        }
    }

    fn bearing(question: &Question, event: &str) -> Option<Bearing> {
        question.bearing(&Glimpse::of(event.as_bytes()).expect("an event"))
    }

    #[test]
    fn every_row_is_checked_again() {
        let create = |object_ref: &str, response: &str| {
            format!(r#"{{"auditID":"1","stage":"ResponseComplete","verb":"create","objectRef":{object_ref},"responseObject":{response}}}"#)
        };
        let named = create(r#"{"resource":"pods","namespace":"default","name":"web-1"}"#, "null");
        let generated = create(r#"{"resource":"pods","namespace":"default"}"#, r#"{"metadata":{"name":"web-1"}}"#);
        let mentions = create(r#"{"resource":"pods","namespace":"default"}"#, r#"{"metadata":{"name":"x","labels":{"a":"web-1"}}}"#);
        let elsewhere = create(r#"{"resource":"pods","namespace":"other","name":"web-1"}"#, "null");
        let account = create(r#"{"resource":"serviceaccounts","namespace":"default","name":"sa"}"#, "null");
        let token = create(r#"{"resource":"serviceaccounts","namespace":"default","name":"sa","subresource":"token"}"#, "null");
        let read = named.replace("create", "get");
        let itself = create(r#"{"resource":"namespaces","name":"default"}"#, "null");
        let class = create(r#"{"resource":"priorityclasses","name":"high"}"#, "null");
        let bearings = |events: &[&String]| events.iter().map(|event| bearing(&pod("web-1"), event)).collect::<Vec<_>>();
        assert_eq!(bearings(&[&named, &generated]), [Some(Bearing::Itself); 2]);
        assert_eq!(bearings(&[&account, &itself, &class]), [Some(Bearing::Around); 3]);
        assert_eq!(bearings(&[&mentions, &elsewhere, &token, &read, &itself.replace("default", "other")]), [None; 5]);
    }

    #[test]
    fn an_owners_pods_come_with_their_replica_sets_and_what_they_read() {
        let write = |resource: &str, namespace: &str| {
            let event = format!(
                r#"{{"auditID":"1","stage":"ResponseComplete","verb":"create","objectRef":{{"resource":"{resource}","namespace":"{namespace}","name":"x"}}}}"#
            );
            bearing(&pods_of("shop"), &event)
        };
        assert_eq!([write("pods", "web"), write("pods", "other")], [Some(Bearing::Itself), None]);
        assert_eq!([write("replicasets", "web"), write("serviceaccounts", "web")], [Some(Bearing::Around); 2]);
        assert_eq!([write("replicasets", "other"), write("configmaps", "web")], [None; 2]);
    }

    #[test]
    fn a_webhook_call_is_known_by_its_annotation_alone() {
        let event =
            |annotations: &str| format!(r#"{{"auditID":"1","stage":"ResponseComplete","verb":"update","annotations":{annotations}}}"#);
        let is_call = |event: &str| bearing(&Question::Webhooks, event) == Some(Bearing::Itself);
        assert!(is_call(&event(r#"{"mutation.webhook.admission.k8s.io/round_0_index_5":"{}"}"#)));
        assert!(is_call(&event(r#"{"failed-open.mutation.webhook.admission.k8s.io/round_0_index_5":"x"}"#)));
        assert!(!is_call(&event(r#"{"note":"mutation.webhook.admission.k8s.io/round_0_index_5"}"#)));
    }

    proptest! {
        /// Whatever a word is, the query keeps its shape: as many lines, quotes and pipes as for any other word.
        #[test]
        fn no_word_changes_the_shape_of_a_query(text in "\\PC{0,20}") {
            let Some(name) = Word::parse(&text) else { return Ok(()) };
            let shape = |query: &str| query.chars().filter(|c| "\"'`/|\n()[]".contains(*c)).collect::<String>();
            let question = Question::Pod { namespace: name.clone(), name };
            prop_assert_eq!(shape(&question.query(&Streams::Audit)), shape(&pod("x").query(&Streams::Audit)));
            let question = Question::Pods { namespace: word("web"), text: Word::parse(&text).expect("a word") };
            prop_assert_eq!(shape(&question.query(&Streams::Audit)), shape(&pods_of("x").query(&Streams::Audit)));
        }
    }
}
