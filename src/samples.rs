//! Recordings that come with the program, so that it teaches right after installation.
//!
//! Each is a folder of `samples/`: the audit log as a real API server wrote it, and a lesson. The order is that of
//! learning, the same as in `samples/README.md`.

/// A recorded situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The folder's name: `irsa-basic`.
    pub name: &'static str,
    /// The lesson's title.
    pub title: &'static str,
    /// What somebody asked: one paragraph.
    pub question: &'static str,
    /// The audit log: JSON lines.
    pub log: &'static [u8],
    /// Namespace and name of the Pod in question; `None` if the lesson compares all Pods of the log.
    pub pod: Option<(&'static str, &'static str)>,
}

/// All samples, in the order of learning.
pub fn all() -> &'static [Sample] {
    ALL
}

/// The sample of this name.
pub fn find(name: &str) -> Option<&'static Sample> {
    ALL.iter().find(|sample| sample.name == name)
}

/// One entry per lesson; its log is read from the folder of that name when the program is built.
macro_rules! samples {
    ($($name:literal, $pod:expr, $title:literal, $question:literal;)*) => {
        &[$(Sample {
            name: $name,
            title: $title,
            question: $question,
            log: include_bytes!(concat!("../samples/", $name, "/audit.jsonl")),
            pod: $pod,
        }),*]
    };
}

#[rustfmt::skip]
const ALL: &[Sample] = samples! {
    "irsa-basic", Some(("default", "aws-cli")),
    "Who wrote AWS_ROLE_ARN into my Pod?",
    "My manifest has one container and no environment variables. The running Pod has five AWS_* variables, two token \
    volumes and two tolerations. Who wrote them?";
    "pod-identity", Some(("default", "reports")),
    "IRSA or Pod Identity: which one did this Pod get?",
    "We are moving from IRSA to EKS Pod Identity. The SDK in this Pod finds credentials, but there is no \
    AWS_ROLE_ARN. Which of the two was injected?";
    "fargate", Some(("serverless", "fn")),
    "Why does my Pod wait for a scheduler that I never named?",
    "The Pod's schedulerName is fargate-scheduler, and my manifest says nothing of the kind. Who changed it?";
    "index-gap", Some(("default", "plain")),
    "Why does the log begin at index 5?",
    "Six or more mutating webhooks are installed. The audit event of this Pod has one entry, round_0_index_5. Are \
    the other five missing from the log?";
    "deployment-generate-name", Some(("web", "web-596556dd5f-ssffx")),
    "How do I find a Pod that had no name yet?",
    "I search the audit log for the creation of web-596556dd5f-ssffx and find nothing. The Pod exists, so who \
    created it, and what was done to it?";
    "two-writers", Some(("default", "ranker")),
    "I set one value, a third one runs. Who won?",
    "The policy team says that every container gets 100m CPU and 128Mi memory. This one runs with 35m and 256Mi. Who \
    overruled the policy?";
    "istio-sidecar", Some(("payments", "checkout")),
    "Did Istio rewrite my container?",
    "The patch in the audit log renames containers/0 to istio-proxy, replaces its image and removes its command. Is \
    my application container gone?";
    "linkerd-inserts-at-index-0", Some(("meshed", "api")),
    "Why is my first container suddenly the second?",
    "Since the mesh was switched on, kubectl logs shows the proxy instead of my application. The patch says add \
    /spec/containers/0. What happened to my containers?";
    "noop-patch", Some(("default", "quiet")),
    "The log says mutated, but I see no change",
    "The audit event says that pod-identity-webhook mutated this Pod, and there is a patch. I compare and find \
    nothing. Who is right?";
    "native-sidecar-stripped", Some(("default", "etl")),
    "Why does my sidecar block the Pod from starting?",
    "The init container logshipper is a native sidecar: my manifest says restartPolicy: Always. In the stored Pod \
    the field is gone, and the application waits for a log shipper to end. Who took the field away?";
    "vpc-pod-eni", Some(("sgp", "ledger")),
    "Where does this toleration come from?",
    "The Pod tolerates vpc.amazonaws.com/pod-eni. No manifest, no webhook patch and no policy mentions such a \
    toleration. Who added it?";
    "late-sidecar-never", Some(("vaulted", "billing")),
    "Why has the sidecar no AWS credentials?",
    "The container billing has its IAM role. The container vault-agent, in the same Pod, has not: no AWS_ROLE_ARN, \
    no token. Why was it left out?";
    "late-sidecar-if-needed", Some(("vaulted", "billing2")),
    "The same webhook, called twice: is that a bug?",
    "The audit event names iam-for-pods.amazonaws.com in round 0 and again in round 1, with two different patches. \
    Was the Pod changed twice?";
    "label-added-too-late", Some(("default", "search")),
    "The label is there, so why was nothing injected?",
    "The Pod has admission.datadoghq.com/enabled=true, and the Datadog webhook selects on that label. It was not \
    even called. Why?";
    "not-idempotent", Some(("default", "cart")),
    "Why are there two tracers in my Pod?",
    "Every Pod should get one tracer container. This one has trace-1 and trace-2. Was the injector deployed twice?";
    "irsa-annotation-typo", Some(("default", "typo")),
    "IRSA does nothing, and nothing reports an error",
    "The service account is annotated with a role, the Pod uses the service account, the webhook is running. Still \
    the Pod has no AWS variables, and nobody logged an error. What is wrong?";
    "irsa-service-account-race", Some(("default", "orders")),
    "The annotation is right, so why has this Pod no role?",
    "kubectl shows the service account orders-sa with the right role. One Pod that uses it has no AWS variables; \
    after a restart it has them. Why?";
    "fail-open", Some(("default", "invoices")),
    "The webhook was down, and nobody noticed",
    "The service account has its role, other Pods get their credentials, this one did not. There is no error on the \
    Pod and none at the client. What happened at 03:24?";
    "replica-mismatch", None,
    "One replica has the readiness gate, the other has not",
    "Two Pods of one ReplicaSet, from one template. One waits for the load balancer before it is ready, the other \
    does not, and during deployments requests get lost. Why do they differ?";
    "fail-closed-timeout", Some(("default", "slowpoke")),
    "Internal error: context deadline exceeded. Whose deadline?",
    "kubectl apply ends with error 500 from the API server. The manifest is fine and worked yesterday. Which part is \
    broken?";
    "rejected-by-pod-security", Some(("locked", "vault-ui")),
    "Forbidden because of a container I never wrote",
    "Pod Security refuses my Pod: container crowdstrike-falcon-container must not run as root. There is no such \
    container in my manifest. Where does it come from?";
    "server-side-apply", Some(("default", "ssa")),
    "kubectl apply --server-side: why is there no create event?",
    "I look for the create event of this Pod and find none. There is a patch request. How can a patch create a Pod, \
    and did the webhooks see it?";
    "dry-run", Some(("default", "dry")),
    "Why is there a Pod in the log that never existed?",
    "The audit log shows the creation of the Pod default/dry with code 201. kubectl get finds nothing, and no \
    scheduler event follows. Was it deleted?";
    "mutating-admission-policy", Some(("default", "ghost")),
    "A label that no webhook wrote",
    "The stored Pod has the label cost-center=4711. It is not in the request, and in no webhook's patch. Is the \
    audit log incomplete?";
    "metadata-level-only", Some(("default", "meta")),
    "What can be known without the objects?",
    "Our audit policy logs Pods at level Metadata to save money. A webhook did something to this Pod. Can the log \
    say what?";
    "truncated-event", Some(("default", "big")),
    "The event was too large: what is left?",
    "The event of this Pod has audit.k8s.io/truncated=true and neither request nor response. Can the webhook's work \
    still be seen?";
    "capstone", Some(("capstone", "checkout")),
    "Everything at once",
    "One container was requested, three containers and two init containers run. Five webhooks were called, one of \
    them twice. Who is responsible for which line?";
};
