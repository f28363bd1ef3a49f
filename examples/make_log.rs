//! Writes a large audit log that looks like a busy cluster's, for the benchmarks:
//!
//! ```text
//! cargo run --release --example make_log -- MIB [SEED] > audit.jsonl
//! ```
//!
//! Mostly what a cluster logs all day (leases, status updates, reviews, reads), about 1 % admissions, taken from recordings
//! under new names and ids, and once, at 60 % of the length, the recorded story of the Pod default/aws-cli. The same MIB and
//! SEED give the same bytes.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use std::io::{BufWriter, Write, stdout};

const ADMISSIONS: &str = include_str!("../benches/data/admissions.jsonl");
const STORY: &str = include_str!("../tests/data/irsa-basic.jsonl");

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u64>());
    let (Some(Ok(mebibytes)), seed) = (args.next(), args.next().and_then(Result::ok).unwrap_or(1)) else {
        eprintln!("usage: make_log MIB [SEED] > audit.jsonl");
        std::process::exit(2);
    };
    write(mebibytes << 20, seed, &mut BufWriter::new(stdout().lock()))
}

fn write(length: u64, seed: u64, out: &mut impl Write) -> std::io::Result<()> {
    let mut cluster = Cluster { chance: Chance(seed), clock: DateTime::from_timestamp(1_795_402_744, 0).unwrap_or_default() };
    let recorded: Vec<(&str, String, String)> = ADMISSIONS.lines().map(|line| (line, id(line), name(line))).collect();
    let (mut written, mut told) = (0, false);
    while written < length {
        let text = if !told && written > length / 10 * 6 {
            told = true;
            STORY.trim_end().to_owned()
        } else {
            match cluster.chance.below(100) {
                0..45 => cluster.lease(),
                45..65 => cluster.status(),
                65..74 => cluster.review(),
                74..99 => cluster.read(),
                _ => cluster.admission(&recorded),
            }
        };
        writeln!(out, "{text}")?;
        written += text.len() as u64 + 1;
        cluster.clock += TimeDelta::milliseconds(3);
    }
    out.flush()
}

fn id(line: &str) -> String {
    let event: Value = serde_json::from_str(line).unwrap_or_default();
    event["auditID"].as_str().unwrap_or_default().to_owned()
}

fn name(line: &str) -> String {
    let event: Value = serde_json::from_str(line).unwrap_or_default();
    let names = [&event["responseObject"]["metadata"]["name"], &event["objectRef"]["name"]];
    names.into_iter().find_map(Value::as_str).unwrap_or("none").to_owned()
}

/// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>): small, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0xfff,
            low & 0xffff_ffff_ffff
        )
    }

    fn pod(&mut self, prefix: &str) -> String {
        format!("{prefix}-{:09x}-{:05x}", self.below(1 << 36), self.below(1 << 20))
    }
}

struct Cluster {
    chance: Chance,
    clock: DateTime<Utc>,
}

impl Cluster {
    fn now(&self) -> String {
        self.clock.to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    fn event(&mut self, verb: &str, level: &str, who: [&str; 2], object: Value, bodies: Value) -> String {
        let part = |name: &str| object[name].as_str().unwrap_or_default();
        let uri = format!("/apis/{}/v1/namespaces/{}/{}/{}", part("apiGroup"), part("namespace"), part("resource"), part("name"));
        let mut event = json!({
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": level, "auditID": self.chance.uuid(),
            "stage": "ResponseComplete", "requestURI": uri, "verb": verb,
            "user": {"username": who[0], "groups": ["system:authenticated"]},
            "sourceIPs": [format!("10.0.{}.{}", self.chance.below(256), self.chance.below(256))],
            "userAgent": who[1], "objectRef": object, "responseStatus": {"metadata": {}, "code": 200},
        });
        for (name, body) in bodies.as_object().into_iter().flatten() {
            event[name] = body.clone();
        }
        event["requestReceivedTimestamp"] = self.now().into();
        event["stageTimestamp"] = self.now().into();
        event["annotations"] = json!({
            "authorization.k8s.io/decision": "allow",
            "authorization.k8s.io/reason": "RBAC: allowed by ClusterRoleBinding \"system:controllers\"",
        });
        event.to_string()
    }

    fn lease(&mut self) -> String {
        let node = format!("ip-10-0-{}-{}.eu-west-1.compute.internal", self.chance.below(256), self.chance.below(256));
        let fields = json!({
            "f:metadata": {"f:ownerReferences": {".": {}, format!("k:{{\"uid\":\"{}\"}}", self.chance.uuid()): {}}},
            "f:spec": {"f:holderIdentity": {}, "f:leaseDurationSeconds": {}, "f:renewTime": {}},
        });
        let lease = json!({
            "kind": "Lease", "apiVersion": "coordination.k8s.io/v1",
            "metadata": {
                "name": node, "namespace": "kube-node-lease", "uid": self.chance.uuid(),
                "resourceVersion": self.chance.below(100_000_000).to_string(),
                "managedFields": [{
                    "manager": "kubelet", "operation": "Update", "apiVersion": "coordination.k8s.io/v1",
                    "time": self.now(), "fieldsType": "FieldsV1", "fieldsV1": fields,
                }],
            },
            "spec": {"holderIdentity": node, "leaseDurationSeconds": 40, "renewTime": self.now()},
        });
        let object = json!({
            "resource": "leases", "namespace": "kube-node-lease", "name": node,
            "apiGroup": "coordination.k8s.io", "apiVersion": "v1",
        });
        let who = [&format!("system:node:{node}"), "kubelet/v1.31.2 (linux/amd64) kubernetes/5864a46"];
        self.event("update", "RequestResponse", who, object, json!({"requestObject": lease, "responseObject": lease}))
    }

    fn status(&mut self) -> String {
        let name = self.chance.pod("web");
        let container = json!({
            "name": "web", "image": "nginx:1.27", "ready": true, "restartCount": 0, "started": true,
            "containerID": format!("containerd://{:016x}{:016x}", self.chance.next(), self.chance.next()),
            "state": {"running": {"startedAt": self.now()}},
        });
        let body = json!({
            "metadata": {"uid": self.chance.uuid()},
            "status": {
                "$setElementOrder/conditions": [{"type": "Ready"}],
                "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": self.now()}],
                "containerStatuses": [container], "phase": "Running", "podIP": "10.0.3.7",
            },
        });
        let object = json!({"resource": "pods", "namespace": "shop", "name": name, "apiVersion": "v1", "subresource": "status"});
        let who = ["system:node:ip-10-0-1-7.eu-west-1.compute.internal", "kubelet/v1.31.2 (linux/amd64) kubernetes/5864a46"];
        self.event("patch", "Request", who, object, json!({"requestObject": body}))
    }

    fn review(&mut self) -> String {
        let review = json!({
            "kind": "SubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {"creationTimestamp": null},
            "spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}, "user": format!("u{}", self.chance.below(9_999))},
            "status": {"allowed": false},
        });
        let object = json!({"resource": "subjectaccessreviews", "apiGroup": "authorization.k8s.io", "apiVersion": "v1"});
        let who = ["system:serviceaccount:kube-system:metrics-server", "metrics-server/v0.7.2"];
        self.event("create", "RequestResponse", who, object, json!({"requestObject": review}))
    }

    fn read(&mut self) -> String {
        let verb = ["get", "list", "watch"][self.chance.below(3) as usize];
        let resource = ["configmaps", "pods", "endpoints", "services", "nodes"][self.chance.below(5) as usize];
        let namespace = ["kube-system", "default", "shop"][self.chance.below(3) as usize];
        let object =
            json!({"resource": resource, "namespace": namespace, "name": format!("cm-{}", self.chance.below(999)), "apiVersion": "v1"});
        self.event(verb, "Request", ["system:serviceaccount:kube-system:coredns", "coredns/1.11"], object, json!({}))
    }

    fn admission(&mut self, recorded: &[(&str, String, String)]) -> String {
        let (line, id, name) = &recorded[self.chance.below(recorded.len() as u64) as usize];
        line.replace(id, &self.chance.uuid()).replace(name, &self.chance.pod("app"))
    }
}
