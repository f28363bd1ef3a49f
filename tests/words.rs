//! The words of the command line: what can be asked for, what the help shows, and what is said to a wrong word.

mod program;

use auditdiff::cli::Exit;
use program::{Ran, auditdiff, project};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const REPLICAS: &str = "samples/replica-mismatch/audit.jsonl";

fn run(line: &str) -> Ran {
    auditdiff(project(), &line.split_whitespace().collect::<Vec<_>>(), b"")
}

/// The objects and auditIDs of the documents that a command gives.
fn told(line: &str) -> Vec<(String, String)> {
    let ran = run(&format!("{line} -o json"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
    let documents: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    documents.iter().map(|document| (text(&document["object"]["name"]), text(&document["auditID"])[..8].to_owned())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, id)| ((*name).to_owned(), (*id).to_owned())).collect()
}

#[test]
fn an_object_of_any_resource_has_an_account() {
    assert_eq!(told(&format!("object deployments web/shop -f {REPLICAS}")), pairs(&[("shop", "e092a5bc")]));
    assert_eq!(told(&format!("object deployments shop -n web -f {REPLICAS}")), pairs(&[("shop", "e092a5bc")]));
    let replica_set = "shop-78999b9646";
    let expected = pairs(&[(replica_set, "02373d6e"), (replica_set, "c73431e5")]);
    assert_eq!(told(&format!("object replicasets web/{replica_set} -f {REPLICAS}")), expected);
}

#[test]
fn an_object_in_no_namespace_has_a_name_alone() {
    let event = r#"{"level":"RequestResponse","auditID":"role-created","stage":"ResponseComplete","verb":"create",
        "requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterroles","responseStatus":{"code":201},
        "objectRef":{"resource":"clusterroles","name":"system:reader","apiGroup":"rbac.authorization.k8s.io","apiVersion":"v1"},
        "requestObject":{"kind":"ClusterRole","metadata":{"name":"system:reader"}},
        "responseObject":{"kind":"ClusterRole","metadata":{"name":"system:reader"}}}"#
        .replace('\n', "");
    let ran = auditdiff(project(), &["object", "clusterroles", "system:reader", "-f", "-"], event.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("ClusterRole: system:reader"), "{}", ran.out);
    let ran = auditdiff(project(), &["object", "clusterroles", "system:raeder", "-f", "-"], event.as_bytes());
    assert!(ran.code == 4 && ran.err.contains("Did you mean:\n  system:reader\n"), "{}", ran.err);
}

#[test]
fn a_request_is_found_by_its_audit_id() {
    let id = "4a700b45-fed6-4869-9a3b-1c33e833a5dc";
    assert_eq!(told(&format!("event {id} -f {REPLICAS}")), pairs(&[("shop-78999b9646-4ngvx", "4a700b45")]));
    let log = std::fs::read(project().join(REPLICAS)).unwrap();
    let ran = auditdiff(project(), &["event", id, "-f", "-", "-o", "ndjson"], &log);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 1), "{}", ran.err);
}

#[test]
fn an_update_found_by_its_audit_id_knows_what_it_started_from() {
    let update = "c73431e5";
    let log = std::fs::read_to_string(project().join(REPLICAS)).unwrap();
    let line = log.lines().find(|line| line.contains(&format!(r#""auditID":"{update}"#))).unwrap();
    let event: Value = serde_json::from_str(line).unwrap();
    let id = event["auditID"].as_str().unwrap();
    let one = run(&format!("event {id} -f {REPLICAS} -o ndjson"));
    let all = run(&format!("object replicasets web/shop-78999b9646 -f {REPLICAS} -o ndjson"));
    assert_eq!(one.code, 0, "{}", one.err);
    assert_eq!(all.out.lines().last(), one.out.lines().last());
}

#[test]
fn a_request_that_is_no_admission_is_said_to_be_one() {
    let binding = run("event 00d4b684-0000-0000-0000-000000000000 -f samples/capstone/audit.jsonl");
    assert!(binding.code == 4 && binding.err.contains("Check the auditID"), "{}", binding.err);
    let log = std::fs::read_to_string(project().join("samples/capstone/audit.jsonl")).unwrap();
    let read: Value = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).find(|event| event["verb"] == "get").unwrap();
    let ran = run(&format!("event {} -f samples/capstone/audit.jsonl", read["auditID"].as_str().unwrap()));
    assert!(ran.code == 4 && ran.err.contains("is no create, update or patch"), "{}", ran.err);
}

#[test]
fn the_pods_of_an_owner_and_of_a_label_are_the_same_here() {
    let pods = pairs(&[("shop-78999b9646-7c54h", "df935432"), ("shop-78999b9646-4ngvx", "4a700b45")]);
    let questions = [
        "deployment web/shop",
        "deploy shop -n web",
        "replicaset web/shop-78999b9646",
        "pod -n web -l app=shop",
        "pod -n web -l app=shop,pod-template-hash==78999b9646",
    ];
    let asked = questions.iter().filter(|question| told(&format!("{question} -f {REPLICAS}")) == pods);
    assert_eq!(asked.count(), questions.len());
}

#[test]
fn other_owners_and_labels_have_no_pods_here() {
    let questions = [
        ("statefulset web/shop", "no admission of a Pod of the StatefulSet web/shop"),
        ("deployment web/sho", "Did you mean:\n  web/shop\n"),
        ("deployment default/shop", "Did you mean:\n  web/shop\n"),
        ("replicaset web/shop-78999b964", "Did you mean:\n  web/shop-78999b9646\n"),
        ("pod -l app=shop", "no admission of a Pod in default with app=shop"),
        ("pod -n web -l app=shop,tier=front", "Check the namespace (-n), the labels"),
        ("object deployment web/shop", "Did you mean:\n  deployments\n"),
        ("object deployments web/shp", "Did you mean:\n  web/shop\n"),
    ];
    let mut asked = 0;
    for (question, answer) in questions {
        let ran = run(&format!("{question} -f {REPLICAS}"));
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{question}");
        assert!(ran.err.contains(answer), "{question}: {}", ran.err);
        asked += 1;
    }
    assert_eq!(asked, 8);
}

/// The table that stands above the single accounts.
fn differences(log: &str) -> String {
    let ran = auditdiff(project(), &["deployment", "web/shop", "-f", "-"], log.as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.out.split_once("\n\n────").unwrap().0.to_owned()
}

/// The recording's first Pod, admitted again under another name, and what stands in its event replaced.
fn sibling(log: &str, name: &str, replaced: &[(&str, &str)]) -> String {
    let line = log.lines().find(|line| line.contains("df935432")).unwrap();
    let line = line.replace("df935432", name).replace("7c54h", name).replace("kube-api-access-8dplw", &format!("kube-api-access-{name}"));
    replaced.iter().fold(line, |line, (from, to)| {
        assert!(line.contains(from), "{from}");
        line.replace(from, to)
    })
}

#[test]
fn what_an_actor_did_to_one_pod_and_not_to_another_stands_first() {
    let log = std::fs::read_to_string(project().join(REPLICAS)).unwrap();
    insta::assert_snapshot!(differences(&log), @"
    2 Pods, and these differences on their way in:
      A   web/shop-78999b9646-7c54h
      B   web/shop-78999b9646-4ngvx

    ACTOR                       A              B
    mpod.elbv2.k8s.aws          ● 1 change     ▲ failed open
    iam-for-pods.amazonaws.com  ○ no change    – not called
    The same for all: the request, ServiceAccount, Priority,
    DefaultTolerationSeconds
    ");
}

#[test]
fn pods_that_were_treated_alike_are_one_group() {
    let log = std::fs::read_to_string(project().join(REPLICAS)).unwrap();
    let siblings: Vec<String> = ["bbbbb", "ccccc", "ddddd", "fffff"].iter().map(|name| sibling(&log, name, &[])).collect();
    insta::assert_snapshot!(differences(&format!("{log}{}\n", siblings.join("\n"))), @"
    6 Pods, and these differences on their way in:
      A   web/shop-78999b9646-7c54h
          web/shop-78999b9646-bbbbb
          web/shop-78999b9646-ccccc
          and 2 more
      B   web/shop-78999b9646-4ngvx

    ACTOR                       A              B
    mpod.elbv2.k8s.aws          ● 1 change     ▲ failed open
    iam-for-pods.amazonaws.com  ○ no change    – not called
    The same for all: the request, ServiceAccount, Priority,
    DefaultTolerationSeconds
    ");
    let alike = log.lines().filter(|line| !line.contains("4a700b45")).collect::<Vec<_>>().join("\n");
    assert_eq!(differences(&format!("{alike}\n{}\n", siblings.join("\n"))), "5 Pods: every actor did the same to each");
}

#[test]
fn other_work_in_the_same_words_is_marked() {
    let log = std::fs::read_to_string(project().join(REPLICAS)).unwrap();
    let other = sibling(&log, "bbbbb", &[("k8s-default-web-0123456789", "k8s-default-web-9876543210")]);
    insta::assert_snapshot!(differences(&format!("{log}{other}\n")), @"
    3 Pods, and these differences on their way in:
      A   web/shop-78999b9646-7c54h
      B   web/shop-78999b9646-bbbbb
      C   web/shop-78999b9646-4ngvx

    ACTOR                       A              B              C
    mpod.elbv2.k8s.aws          ● 1 change     ● 1 change ≠   ▲ failed open
    iam-for-pods.amazonaws.com  ○ no change    ○ no change    – not called
    ≠ the same in number, but not in content
    The same for all: the request, ServiceAccount, Priority,
    DefaultTolerationSeconds
    ");
}

/// The ReplicaSet's event in the log is the better witness: its name alone would make it the Deployment's.
#[test]
fn a_replica_set_that_belongs_to_nobody_is_no_deployments() {
    let log = std::fs::read_to_string(project().join(REPLICAS)).unwrap();
    let mut freed = String::new();
    for line in log.lines() {
        let mut event: Value = serde_json::from_str(line).unwrap();
        if event["objectRef"]["resource"] == "replicasets" {
            for body in ["requestObject", "responseObject"] {
                event[body]["metadata"].as_object_mut().map(|metadata| metadata.remove("ownerReferences"));
            }
        }
        freed.push_str(&format!("{event}\n"));
    }
    let ran = auditdiff(project(), &["deployment", "web/shop", "-f", "-"], freed.as_bytes());
    assert_eq!(ran.code, 4, "{}", ran.out);
    let ran = auditdiff(project(), &["replicaset", "web/shop-78999b9646", "-f", "-"], freed.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn wrong_words_are_told_the_right_ones() {
    let questions = [
        ("deploiment web/shop", "'deployment'\n"),
        ("pod web/shop --strikt", "a similar argument exists: '--strict'"),
        ("pod web/shop -o jsn", "a similar value exists: 'json'"),
        ("pod", "select Pods with -l KEY=VALUE"),
        ("pod web/shop -l app=shop", "cannot be used with"),
        ("pod -l app -f x", "write -l KEY=VALUE"),
        ("pod -l app!=shop -f x", "write -l KEY=VALUE"),
        ("object deployments web/sh%op -f x", "the name cannot be searched for"),
        ("object deployments web/shop -n other -f x", "the namespace is given twice"),
        ("event a\"b -f x", "the auditID cannot be searched for"),
        ("completions tcsh", "possible values: bash"),
    ];
    let mut asked = 0;
    for (question, answer) in questions {
        let ran = run(question);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{question}");
        assert!(ran.err.contains(answer), "{question}: {}", ran.err);
        asked += 1;
    }
    assert_eq!(asked, 11);
}

/// How many commands there are; without CloudWatch there is no `fetch`.
const COMMANDS: usize = if cfg!(feature = "cloudwatch") { 15 } else { 14 };

/// The names of all commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = run("--help").out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// `fetch` has nothing to fetch from here; its example is run where CloudWatch is played.
#[test]
fn every_help_begins_with_an_example_that_works() {
    let mut ran = 0;
    for command in commands().iter().map(String::as_str).filter(|command| *command != "fetch").chain([""]) {
        for help in ["-h", "--help"] {
            let help = run(&format!("{command} {help}"));
            let example = help.out.lines().next().and_then(|line| line.strip_prefix("Example: auditdiff ")).expect(command);
            let answer = run(example);
            assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{example}");
            assert!(!answer.out.is_empty(), "{example}");
            ran += 1;
        }
    }
    assert_eq!(ran, 2 * 15, "14 commands and the program itself");
}

#[test]
fn the_help_ends_with_the_exit_codes() {
    let help = run("--help").out;
    let (_, codes) = help.split_once("\nExit codes:\n").unwrap();
    let listed: Vec<&str> = codes.lines().map(|line| line.trim().split("  ").next().unwrap()).collect();
    assert_eq!(listed, ["0", "2", "3", "4", "5"], "no command has a check to fail yet");
    assert_eq!([Exit::Done as u8, Exit::CheckFailed as u8, Exit::Usage as u8], [0, 1, 2]);
    assert_eq!([Exit::SourceFailed as u8, Exit::NothingMatched as u8, Exit::Incomplete as u8], [3, 4, 5]);
    let readme = std::fs::read_to_string(project().join("README.md")).unwrap();
    let codes = readme.split_once("## Exit codes").unwrap().1.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let known: Vec<&str> = codes.map(|(code, _)| code).filter(|code| code.parse::<u8>().is_ok()).collect();
    assert!(known.len() >= 5 && known.iter().all(|code| listed.contains(code)), "{known:?}");
}

#[test]
fn completions_know_every_command() {
    let commands = commands();
    let mut seen = 0;
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&format!("completions {shell}")).out;
        seen += commands.iter().filter(|command| script.contains(command.as_str())).count();
    }
    assert_eq!((commands.len(), seen), (COMMANDS, 3 * COMMANDS));
}

#[test]
fn bash_reads_its_completions() {
    let script = run("completions bash").out;
    let complete =
        format!("{script}\nCOMP_WORDS=(auditdiff stat); COMP_CWORD=1; _auditdiff auditdiff stat auditdiff; echo \"${{COMPREPLY[*]}}\"");
    let bash = Command::new("bash").args(["--norc", "-c", &complete]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&bash.stdout), "statefulset\n", "{}", String::from_utf8_lossy(&bash.stderr));
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let page = run("man");
    assert!(page.code == 0 && page.out.contains(".TH auditdiff 1") && page.out.contains("Exit codes"), "{}", page.out);
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let ran = auditdiff(project(), &["man", pages.to_str().unwrap()], b"");
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let missing: Vec<String> = commands().into_iter().filter(|command| !pages.join(format!("auditdiff-{command}.1")).is_file()).collect();
    assert_eq!(missing, [""; 0]);
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let ran = auditdiff(project(), &["man", file.to_str().unwrap()], b"");
    assert!(ran.code == 3 && ran.err.contains("cannot write the manual"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn as_a_plugin_of_kubectl_it_speaks_of_kubectl() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("kubectl-auditdiff");
    std::os::unix::fs::symlink(Path::new(env!("CARGO_BIN_EXE_auditdiff")), &plugin).unwrap();
    let run = |arguments: &[&str]| Command::new(&plugin).args(arguments).current_dir(project()).env_clear().output().unwrap();
    let help = String::from_utf8(run(&["pod", "--help"]).stdout).unwrap();
    assert!(help.contains("Usage: kubectl auditdiff pod [OPTIONS]"), "{help}");
    let wrong = String::from_utf8(run(&["pood"]).stderr).unwrap();
    assert!(wrong.contains("Usage: kubectl auditdiff"), "{wrong}");
    assert_eq!(run(&["sample", "irsa-basic"]).stdout, auditdiff(project(), &["sample", "irsa-basic"], b"").out.into_bytes());
}
