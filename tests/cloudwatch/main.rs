//! The real binary against services that speak CloudWatch's protocol over HTTP on loopback.

#![cfg(feature = "cloudwatch")]

mod emulator;
mod service;

use emulator::Emulator;
use service::Service;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const STREAM: &str = "kube-apiserver-audit-0a1b2c";

/// The binary in a world without configuration: a home of its own, and credentials that any emulator takes.
struct World {
    home: TempDir,
}

impl World {
    fn new() -> World {
        World { home: tempfile::tempdir().expect("a home") }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_auditdiff"));
        command.args(args).env_clear().stdin(Stdio::null());
        command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_REGION", "us-east-1")]);
        command.envs([("AWS_EC2_METADATA_DISABLED", "true"), ("TZ", "UTC")]).env("HOME", self.home.path());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("auditdiff runs")
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output).lines().map(str::to_owned).collect()
}

fn sample(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name).join("audit.jsonl");
    lines(&std::fs::read(path).expect("a sample"))
}

/// The events of a sample in which one of these texts stands.
fn with<'a>(events: &'a [String], texts: &[&str]) -> Vec<&'a String> {
    events.iter().filter(|event| texts.iter().any(|text| event.contains(text))).collect()
}

/// What tells the story of the Pod default/aws-cli in the sample irsa-basic: its service account, itself, its binding and
/// its status; not who read it, and not the token.
const AWS_CLI: [&str; 4] = [
    "b9685f6f-d497-4f4b-997e-ee0067fa9d62",
    "64d87192-f3eb-4b6f-b955-8b6f7526293d",
    "ad7797d1-da82-4afe-9de8-c822ebbb4f70",
    "b7b16ae6-7dab-43f7-92fb-d1fdc0d8506d",
];

#[test]
fn moto_gives_everything_back_and_only_the_pods_story_comes_out() {
    let (world, moto, events) = (World::new(), Emulator::moto(), sample("irsa-basic"));
    moto.put("prod", STREAM, &events);
    moto.put("prod", "authenticator-0a1b2c", &["time=\"2026-11-23\" msg=\"aws-cli\"".into()]);
    let output = world.run(&["fetch", "pod", "default/aws-cli", "--cluster", "prod", "--endpoint-url", &moto.url]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(lines(&output.stdout).iter().collect::<Vec<_>>(), with(&events, &AWS_CLI));
    assert!(stderr(&output).contains("events: 4, set aside: 3; scanned 0.000 GB in 1 query"), "{}", stderr(&output));
}

#[test]
fn a_pod_of_a_deployment_is_found_by_the_name_that_the_server_gave_it() {
    let (world, ministack, events) = (World::new(), Emulator::ministack(), sample("deployment-generate-name"));
    ministack.put("prod", STREAM, &events);
    let pod = "web/web-596556dd5f-ssffx";
    let output = world.run(&["fetch", "pod", pod, "--cluster", "prod", "--endpoint-url", &ministack.url]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let created = &with(&events, &["78759843-b0ae-4d6c-a4e2-6143df9168e9"])[0];
    assert!(lines(&output.stdout).contains(created), "{}", stderr(&output));
    assert!(!lines(&output.stdout).contains(with(&events, &["562d883e-6609-4046-8945-188410e217d3"])[0]));
}

#[test]
fn more_events_than_a_page_holds_come_once_each_and_are_counted() {
    let (world, ministack) = (World::new(), Emulator::ministack());
    let pod = &with(&sample("irsa-basic"), &[AWS_CLI[1]])[0].to_owned();
    let events: Vec<String> = (0..1_050).map(|n| pod.replace(AWS_CLI[1], &format!("audit-{n:04}"))).collect();
    ministack.put("prod", STREAM, &events);
    let args = ["fetch", "webhooks", "--cluster", "prod", "--endpoint-url", &ministack.url];
    let output = world.run(&args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(lines(&output.stdout) == events, "some of {} events are missing, doubled or in another order", events.len());
    let scanned: usize = events.iter().map(String::len).sum();
    let summary = format!("events: 1050; scanned {:.3} GB in 1 query", scanned as f64 / 1e9);
    assert!(stderr(&output).contains(&summary), "{summary}\n{}", stderr(&output));
    // Somebody who reads the first line only.
    let mut running = world.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("auditdiff runs");
    let mut first = String::new();
    BufReader::new(running.stdout.take().expect("stdout is piped")).read_line(&mut first).expect("a line");
    let output = running.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), first.trim_end() == events[0]), (Some(0), true), "{}", stderr(&output));
    assert!(!stderr(&output).contains("cannot write"), "{}", stderr(&output));
}

/// moto gives back every event, whatever the query: what is told was chosen here.
#[test]
fn whatever_has_an_account_from_a_file_has_it_from_cloudwatch_too() {
    let (world, moto) = (World::new(), Emulator::moto());
    moto.put("prod", STREAM, &sample("replica-mismatch"));
    let questions: [(&[&str], usize); 5] = [
        (&["object", "deployments", "web/shop"], 1),
        (&["event", "4a700b45-fed6-4869-9a3b-1c33e833a5dc"], 1),
        (&["deployment", "web/shop"], 2),
        (&["replicaset", "web/shop-78999b9646"], 2),
        (&["pod", "-n", "web", "-l", "app=shop"], 2),
    ];
    let mut asked = 0;
    for (question, accounts) in questions {
        let place = ["-o", "ndjson", "--cluster", "prod", "--endpoint-url", &moto.url];
        let output = world.run(&[question, &place].concat());
        assert_eq!(output.status.code(), Some(0), "{question:?}: {}", stderr(&output));
        assert_eq!(lines(&output.stdout).len(), accounts, "{question:?}");
        asked += 1;
    }
    assert_eq!(asked, 5);
    let none = world.run(&["job", "web/shop", "--cluster", "prod", "--endpoint-url", &moto.url]);
    assert_eq!(none.status.code(), Some(4), "{}", stderr(&none));
}

#[test]
fn the_example_of_fetch_works() {
    let (world, moto) = (World::new(), Emulator::moto());
    moto.put("prod", STREAM, &sample("irsa-basic"));
    let help = world.run(&["fetch", "--help"]);
    let example =
        lines(&help.stdout).first().and_then(|line| line.strip_prefix("Example: auditdiff ").map(str::to_owned)).expect("an example");
    let mut words: Vec<&str> = example.split(' ').collect();
    words.extend(["--endpoint-url", &moto.url]);
    let output = world.command(&words).current_dir(world.home.path()).output().expect("auditdiff runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(lines(&std::fs::read(world.home.path().join("events.jsonl")).expect("the saved events")).len(), 4);
}

#[test]
fn the_query_that_runs_is_shown_when_asked_for() {
    let (world, ministack) = (World::new(), Emulator::ministack());
    ministack.put("prod", STREAM, &sample("irsa-basic"));
    let args = ["fetch", "audit-id", AWS_CLI[1], "--cluster", "prod", "--endpoint-url", &ministack.url, "--quiet", "--print-query"];
    let output = world.run(&args);
    assert_eq!((output.status.code(), lines(&output.stdout).len()), (Some(0), 1));
    insta::assert_snapshot!(stderr(&output), @r#"
    fields @timestamp, @log, @logStream, @message, @ptr
    | filter @logStream in ["kube-apiserver-audit-0a1b2c"]
    | filter auditID = "64d87192-f3eb-4b6f-b955-8b6f7526293d"
    | sort @timestamp asc
    "#);
    let console = world.run(&["query", "audit-id", AWS_CLI[1]]);
    insta::assert_snapshot!(String::from_utf8_lossy(&console.stdout), @r#"
    # All stages of one request.
    # Costs one scan of the audit streams of the window, less where the group has a field index on auditID.
    fields @timestamp, @log, @logStream, @message, @ptr
    | filter @logStream like /^kube-apiserver-audit-/
    | filter auditID = "64d87192-f3eb-4b6f-b955-8b6f7526293d"
    | sort @timestamp asc
    "#);
}

#[test]
fn a_gap_is_not_taken_for_an_answer() {
    let world = World::new();
    // As many events as CloudWatch says it found are not among the rows.
    let service = Service::answering(r#"{"status":"Complete","results":[],"statistics":{"recordsMatched":3,"bytesScanned":5}}"#);
    let args = ["fetch", "pod", "default/aws-cli", "--cluster", "prod", "--endpoint-url", &service.url, "--quiet"];
    let [lenient, strict] = [world.run(&args), world.run(&[&args[..], &["--strict"]].concat())];
    assert_eq!((lenient.status.code(), strict.status.code()), (Some(3), Some(5)));
    insta::assert_snapshot!(stderr(&strict), @"auditdiff: incomplete: /aws/eks/prod/cluster: CloudWatch found 3 events and returned 0 of them. Choose a smaller window");
}

#[test]
fn saved_events_are_private_and_as_logged() {
    let (world, ministack, events) = (World::new(), Emulator::ministack(), sample("irsa-basic"));
    ministack.put("prod", STREAM, &events);
    // Not JSON, and the whole record is none either: it is kept for whoever reads the file to say so.
    ministack.put("prod", "kube-apiserver-audit-cut", &[r#"{"auditID":"1","stage":"#.into()]);
    let file = world.home.path().join("events.jsonl");
    let path = file.to_str().expect("a path");
    let output =
        world.run(&["fetch", "pod", "default/aws-cli", "--cluster", "prod", "--endpoint-url", &ministack.url, "--save", path, "--quiet"]);
    assert_eq!((output.status.code(), stderr(&output).as_str(), output.stdout.len()), (Some(0), "", 0));
    let saved: BTreeSet<String> = lines(&std::fs::read(&file).expect("the file")).into_iter().collect();
    let mut expected: BTreeSet<String> = with(&events, &AWS_CLI).into_iter().cloned().collect();
    expected.insert(r#"{"auditID":"1","stage":"#.into());
    assert_eq!(saved, expected);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn the_cluster_what_was_saved_of_it_and_the_whole_log_are_told_alike() {
    let (world, ministack) = (World::new(), Emulator::ministack());
    let told = |from: &[&str]| {
        let output = world.run(&[&["pod", "default/aws-cli", "-o", "json"], from].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let mut reports: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("a list of reports");
        assert!(!reports.is_empty());
        // Only where an event stood differs.
        reports.iter_mut().for_each(|report| report["origin"] = serde_json::Value::Null);
        reports
    };
    ministack.put("prod", STREAM, &sample("irsa-basic"));
    let file = world.home.path().join("events.jsonl");
    let path = file.to_str().expect("a path");
    let live = told(&["--cluster", "prod", "--endpoint-url", &ministack.url, "--save", path]);
    let whole = told(&["-f", concat!(env!("CARGO_MANIFEST_DIR"), "/samples/irsa-basic/audit.jsonl")]);
    assert_eq!(live, whole);
    assert_eq!(told(&["-f", path]), whole);
}

#[test]
fn two_clusters_are_searched_in_one_call() {
    let (world, moto, events) = (World::new(), Emulator::moto(), sample("irsa-basic"));
    moto.put("prod", STREAM, &events[..2]);
    moto.put("dev", STREAM, &events[2..]);
    let output = world.run(&["fetch", "pod", "default/aws-cli", "--cluster", "prod", "--cluster", "dev", "--endpoint-url", &moto.url]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(lines(&output.stdout).iter().collect::<BTreeSet<_>>(), with(&events, &AWS_CLI).into_iter().collect());
}

#[test]
fn the_kubeconfig_tells_the_cluster_and_the_missing_one_is_named() {
    let (world, moto) = (World::new(), Emulator::moto());
    moto.put("other", STREAM, &sample("irsa-basic"));
    let arn = "arn:aws:eks:eu-central-1:111122223333:cluster/shop";
    let config = format!("current-context: c\ncontexts: [{{name: c, context: {{cluster: '{arn}', user: u}}}}]\n");
    std::fs::create_dir(world.home.path().join(".kube")).expect("a folder");
    std::fs::write(world.home.path().join(".kube/config"), config).expect("a kubeconfig");
    let output = world.run(&["fetch", "pod", "default/aws-cli", "--endpoint-url", &moto.url]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    let said = stderr(&output);
    assert!(said.contains("cluster shop in eu-central-1, after the current kubeconfig context (its cluster's ARN)"), "{said}");
    assert!(said.contains("there is no log group /aws/eks/shop/cluster"), "{said}");
}

#[test]
fn a_cluster_without_audit_logging_is_told_how_to_switch_it_on() {
    let (world, moto) = (World::new(), Emulator::moto());
    moto.put("prod", "authenticator-0a1b2c", &["x".into()]);
    let output = world.run(&["fetch", "pod", "default/aws-cli", "--cluster", "prod", "--endpoint-url", &moto.url]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("aws eks update-cluster-config"), "{}", stderr(&output));
}

#[test]
fn nothing_found_has_an_exit_code_of_its_own() {
    let (world, ministack) = (World::new(), Emulator::ministack());
    ministack.put("prod", STREAM, &sample("irsa-basic"));
    // In its namespace there is a service account, but that is no answer.
    for (pod, lines_found) in [("web/gone", 0), ("default/gone", 1)] {
        let output = world.run(&["fetch", "pod", pod, "--cluster", "prod", "--endpoint-url", &ministack.url]);
        assert_eq!((output.status.code(), lines(&output.stdout).len()), (Some(4), lines_found));
        assert!(stderr(&output).contains("nothing matched"), "{}", stderr(&output));
    }
}

#[test]
fn what_is_wrong_on_the_command_line_is_said_and_nothing_is_sent() {
    let world = World::new();
    let service = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", service.local_addr().expect("an address"));
    let pod = ["fetch", "pod", "default/aws-cli"];
    let cases: [(&[&str], &[&str]); 9] = [
        (&pod, &["--cluster", "pr\"od"]),
        (&pod, &["--cluster", "prod\n| limit 1"]),
        (&pod, &["--cluster", "prod", "--since", "soon"]),
        (&pod, &["--cluster", "prod", "--start", "2026-01-02", "--end", "2026-01-01"]),
        (&pod, &["--cluster", "prod", "--start", "2999-01-01"]),
        (&pod, &["--cluster", "prod", "--region", "eu west"]),
        (&pod, &[]),
        (&["fetch", "pod", "default/a\"b"], &["--cluster", "prod"]),
        (&["fetch", "audit-id", "a\nb"], &["--cluster", "prod"]),
    ];
    let mut said = String::new();
    for (question, options) in cases {
        let output = world.run(&[question, options, &["--endpoint-url", &url]].concat());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{}", stderr(&output));
        said.push_str(&stderr(&output));
    }
    insta::assert_snapshot!(said);
    service.set_nonblocking(true).expect("a socket");
    assert_eq!(service.accept().map(|_| ()).map_err(|error| error.kind()), Err(std::io::ErrorKind::WouldBlock));
}

#[test]
fn without_region_or_credentials_nothing_is_sent() {
    let world = World::new();
    let service = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", service.local_addr().expect("an address"));
    let args = ["fetch", "pod", "default/aws-cli", "--cluster", "prod", "--endpoint-url", &url];
    let no_region = world.command(&args).env_remove("AWS_REGION").output().expect("auditdiff runs");
    let no_keys = world.command(&args).env_remove("AWS_ACCESS_KEY_ID").output().expect("auditdiff runs");
    assert_eq!((no_region.status.code(), no_keys.status.code()), (Some(3), Some(3)));
    assert!(stderr(&no_region).contains("which AWS region?"), "{}", stderr(&no_region));
    assert!(stderr(&no_keys).contains("no AWS credentials were found"), "{}", stderr(&no_keys));
    service.set_nonblocking(true).expect("a socket");
    assert_eq!(service.accept().map(|_| ()).map_err(|error| error.kind()), Err(std::io::ErrorKind::WouldBlock));
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_the_query_that_runs() {
    let (world, service) = (World::new(), Service::answering(r#"{"status":"Running","results":[]}"#));
    let file = world.home.path().join("events.jsonl");
    let save = file.to_str().expect("a path");
    let args = ["fetch", "pod", "default/aws-cli", "--cluster", "prod", "--endpoint-url", &service.url, "--save", save];
    let running = world.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("auditdiff runs");
    let asked = service.calls.iter().find(|operation| operation == "GetQueryResults");
    assert_eq!(asked.as_deref(), Some("GetQueryResults"));
    assert!(Command::new("kill").args(["-INT", &running.id().to_string()]).status().expect("kill runs").success());
    let output = running.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).ends_with("auditdiff: interrupted; the running query was stopped\n"), "{}", stderr(&output));
    assert_eq!(service.calls.try_iter().last().as_deref(), Some("StopQuery"));
    assert_eq!(std::fs::read_dir(world.home.path()).expect("the home").count(), 0);
}
