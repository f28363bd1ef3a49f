//! Bad input: one clear sentence with its origin, counted, and the rest goes on. Exit codes are a promise.

mod program;

use program::{Ran, auditdiff, project};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const POD: &str = "default/aws-cli";
const PATCH: &str = "patch.webhook.admission.k8s.io/round_0_index_5";

/// The sample's lines; the Pod's creation is the second.
fn story() -> Vec<String> {
    let log = fs::read_to_string(project().join("samples/irsa-basic/audit.jsonl")).unwrap();
    log.lines().map(str::to_owned).collect()
}

/// The creation of the Pod, changed.
fn creation(change: impl FnOnce(&mut Value)) -> String {
    let mut event: Value = serde_json::from_str(&story()[1]).unwrap();
    change(&mut event);
    event.to_string()
}

/// An empty folder of this name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad_input").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A folder of this name with one log in it.
fn log(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let folder = folder(name);
    fs::write(folder.join("audit.log"), content).unwrap();
    folder
}

fn pod(folder: &Path, more: &[&str]) -> Ran {
    auditdiff(folder, &[&["pod", POD, "-f", "audit.log"], more].concat(), b"")
}

fn replay(folder: &Path, more: &[&str]) -> Ran {
    auditdiff(folder, &[&["replay", "-f", "audit.log", "-o", "ndjson"], more].concat(), b"")
}

/// The account of the Pod is there, whole and certain.
fn is_whole(ran: &Ran) {
    assert!(ran.out.contains("the replay ends in the stored object, every step is certain"), "{ran:?}");
}

fn documents(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_that_is_not_json_is_skipped_and_counted() {
    let mut lines = story();
    lines.insert(2, "aws-cli: mutation.webhook.admission.k8s.io/round_0 is spoken of here, but this is no JSON".into());
    let folder = log("not-json", lines.join("\n"));
    let expected = "skipped audit.log:3: not JSON (column 1)\n1 of 7 records could not be read; the rest was used.\n";
    let ran = pod(&folder, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, expected));
    is_whole(&ran);
    let ran = replay(&folder, &[]);
    assert_eq!((ran.code, ran.err.as_str(), documents(&ran).len()), (0, expected, 1));
    for strict in [pod(&folder, &["--strict"]), replay(&folder, &["--strict"])] {
        assert_eq!((strict.code, strict.err.as_str()), (5, expected));
    }
}

#[test]
fn a_file_without_any_json_says_so() {
    let folder = log("prose", "hello,\nhow are you?\n");
    for ran in [pod(&folder, &[]), replay(&folder, &[])] {
        assert_eq!(ran.code, 4);
        assert!(ran.err.starts_with("skipped audit.log:1: not JSON (column 1)\nskipped audit.log:2: not JSON (column 1)\n"), "{ran:?}");
        assert!(ran.err.contains("2 of 2 records could not be read"), "{ran:?}");
        assert_eq!(ran.out, "");
    }
}

#[test]
fn strict_looks_at_every_line() {
    let mut lines = story();
    lines.insert(2, "no JSON, and no word of anybody".into());
    let folder = log("strict", lines.join("\n"));
    for ran in [pod(&folder, &["--strict"]), replay(&folder, &["--strict"])] {
        assert_eq!(ran.code, 5, "{ran:?}");
        assert!(ran.err.contains("skipped audit.log:3: not JSON (column 1)"), "{ran:?}");
    }
}

#[test]
fn a_log_cut_in_the_middle_of_an_event_keeps_the_events_before_it() {
    let whole = story().join("\n");
    let folder = log("cut", &whole[..whole.len() - 200]);
    let ran = pod(&folder, &[]);
    let column = story()[5].len() - 200;
    let expected =
        format!("skipped audit.log:6: cut off: the JSON ends at column {column}\n1 of 6 records could not be read; the rest was used.\n");
    assert_eq!((ran.code, ran.err), (0, expected));
    is_whole(&pod(&folder, &[]));
}

#[test]
fn the_pods_own_event_cut_off_is_told() {
    let folder = log("cut-pod", &story()[1][..5000]);
    for ran in [pod(&folder, &[]), replay(&folder, &[])] {
        assert_eq!((ran.code, ran.out.as_str()), (4, ""));
        assert!(ran.err.starts_with("skipped audit.log:1: cut off: the JSON ends at column 5000\n"), "{ran:?}");
    }
}

#[test]
fn an_empty_file_is_told() {
    let folder = log("empty", "");
    for ran in [pod(&folder, &[]), replay(&folder, &[])] {
        assert_eq!((ran.code, ran.out.as_str()), (4, ""));
        assert!(ran.err.starts_with("skipped audit.log: empty\n"), "{ran:?}");
    }
}

#[test]
fn nothing_on_standard_input_is_told() {
    let ran = auditdiff(project(), &["pod", POD, "-f", "-"], b"");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.starts_with("skipped stdin: empty\n"), "{ran:?}");
}

#[test]
fn standard_input_gives_the_same_account_as_the_file() {
    let lines = story().join("\n");
    let folder = log("stdin", &lines);
    let ran = auditdiff(&folder, &["pod", POD, "-f", "-", "-o", "ndjson"], lines.as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out.replace("stdin:2", "audit.log:2"), pod(&folder, &["-o", "ndjson"]).out);
}

#[test]
fn a_missing_file_fails_before_anything_is_read() {
    let folder = log("missing", story().join("\n"));
    for ran in [
        auditdiff(&folder, &["pod", POD, "-f", "audit.log", "-f", "gone.log"], b""),
        auditdiff(&folder, &["replay", "-f", "audit.log", "-f", "gone.log"], b""),
    ] {
        assert_eq!((ran.code, ran.out.as_str()), (3, ""));
        assert_eq!(ran.err, "auditdiff: cannot read gone.log: no such file or folder. Check the path; `-f -` reads standard input.\n");
    }
}

#[test]
fn a_folder_is_read_whole_and_its_strangers_are_told() {
    let folder = folder("folder");
    fs::create_dir_all(folder.join("logs/deeper")).unwrap();
    fs::write(folder.join("logs/a.log"), story()[..1].join("\n")).unwrap();
    fs::write(folder.join("logs/b.bin"), [0, 159, 146, 150].repeat(500)).unwrap();
    fs::write(folder.join("logs/deeper/c.log"), story()[1..].join("\n")).unwrap();
    let ran = auditdiff(&folder, &["pod", POD, "-f", "logs"], b"");
    let expected = "skipped logs/b.bin: binary data, not a log\n1 of 7 records could not be read; the rest was used.\n";
    assert_eq!((ran.code, ran.err.as_str()), (0, expected));
    assert!(ran.out.contains("at logs/deeper/c.log:1"), "{}", ran.out);
    is_whole(&ran);
}

#[test]
fn a_folder_without_files_matches_nothing() {
    let folder = folder("bare");
    fs::create_dir_all(folder.join("audit.log")).unwrap();
    let ran = pod(&folder, &[]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.contains("in 0 records"), "{ran:?}");
}

#[test]
fn binary_data_is_no_log() {
    let folder = log("binary", (0..=255u8).cycle().take(10_000).collect::<Vec<_>>());
    for ran in [pod(&folder, &[]), replay(&folder, &[])] {
        assert_eq!((ran.code, ran.out.as_str()), (4, ""));
        assert!(ran.err.starts_with("skipped audit.log: binary data, not a log\n"), "{ran:?}");
    }
}

#[test]
fn an_event_of_five_megabytes_is_an_event() {
    let big = creation(|event| {
        for object in ["requestObject", "responseObject"] {
            event[object]["metadata"]["annotations"]["example.com/big"] = "x".repeat(5 << 20).into();
        }
    });
    let mut lines = story();
    lines[1] = big;
    let ran = pod(&log("big-event", lines.join("\n")), &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    is_whole(&ran);
    assert!(ran.out.len() < 10_000, "the account of a large object stays short");
}

#[test]
fn five_megabytes_that_are_no_json_cost_one_record() {
    let mut lines = story();
    lines.insert(0, format!("aws-cli{}", "x".repeat(5 << 20)));
    let ran = pod(&log("big-line", lines.join("\n")), &[]);
    assert_eq!(ran.err, "skipped audit.log:1: not JSON (column 1)\n1 of 7 records could not be read; the rest was used.\n");
    is_whole(&ran);
}

#[test]
fn a_line_longer_than_any_event_costs_one_record() {
    let mut lines = story();
    lines.insert(0, "x".repeat(17 << 20));
    let ran = pod(&log("endless-line", lines.join("\n")), &[]);
    assert_eq!(
        ran.err,
        "skipped audit.log:1: longer than 16 MiB: too long for an audit event\n1 of 7 records could not be read; the rest was used.\n"
    );
    is_whole(&ran);
}

#[test]
fn json_nested_without_end_is_no_event() {
    let mut lines = story();
    lines.insert(1, format!("{{\"kind\":\"Event\",\"aws-cli\":{}", "[".repeat(200_000)));
    let ran = pod(&log("deep", lines.join("\n")), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.starts_with("skipped audit.log:2: "), "{}", ran.err);
    is_whole(&ran);
}

#[test]
fn json_that_is_no_audit_event_is_told() {
    let mut lines = story();
    lines.insert(0, json!({"kind": "Pod", "metadata": {"name": "aws-cli"}}).to_string());
    let ran = pod(&log("no-event", lines.join("\n")), &[]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.starts_with("skipped audit.log:1: JSON, but not an audit event"), "{}", ran.err);
    is_whole(&ran);
}

#[test]
fn an_annotation_that_is_not_json_leaves_the_call_and_loses_the_patch() {
    let event = creation(|event| event["annotations"][PATCH] = "{\"configuration\": SECRET".into());
    let folder = log("annotation", event);
    let ran = pod(&folder, &["-o", "ndjson"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let document = &documents(&ran)[0];
    assert_eq!(document["notes"], json!([format!("The audit annotation {PATCH} is not the JSON of a patch.")]));
    assert_eq!(document["origin"], "audit.log:1");
    let call = document["steps"].as_array().unwrap().iter().find(|step| step["actor"]["kind"] == "webhook").unwrap();
    assert_eq!(call["actor"]["name"], "iam-for-pods.amazonaws.com");
    assert_eq!((&call["outcome"], &call["fidelity"], &call["after"]), (&json!("mutated"), &json!("unknown"), &Value::Null));
    assert!(!pod(&folder, &[]).out.contains("SECRET"));
    assert_eq!(pod(&folder, &["--strict"]).code, 5);
}

#[test]
fn a_patch_that_does_not_apply_is_never_passed_over() {
    let event = creation(|event| {
        let mut patch: Value = serde_json::from_str(event["annotations"][PATCH].as_str().unwrap()).unwrap();
        patch["patch"].as_array_mut().unwrap().insert(0, json!({"op": "remove", "path": "/spec/gone/away"}));
        event["annotations"][PATCH] = patch.to_string().into();
    });
    let folder = log("patch", event);
    let ran = pod(&folder, &["-o", "ndjson"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let replay = &documents(&ran)[0]["replay"];
    assert_ne!(replay["fidelity"], "exact");
    assert_eq!(replay["reproducesStored"], false);
    let why = replay["why"].as_str().unwrap();
    assert!(why.contains("Operation 1 of iam-for-pods.amazonaws.com's patch does not apply"), "{why}");
    assert_eq!(pod(&folder, &["--strict"]).code, 5, "evidence is incomplete");
}

#[test]
fn the_same_event_twice_is_told_once() {
    let mut lines = story();
    lines.push(lines[1].clone());
    let folder = log("twice", lines.join("\n"));
    let ran = pod(&folder, &["-o", "ndjson"]);
    assert_eq!((ran.code, ran.err.as_str(), documents(&ran).len()), (0, "", 1));
}

#[test]
fn two_events_with_one_audit_id_are_not_mixed() {
    let mut lines = story();
    lines.push(creation(|event| event["responseObject"]["spec"]["schedulerName"] = "another".into()));
    let folder = log("one-id", lines.join("\n"));
    let ran = pod(&folder, &[]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.err,
        "skipped audit.log:7: another event with this auditID and stage, but other content, stands at audit.log:2; that one is used\n\
         1 of 7 records could not be read; the rest was used.\n"
    );
    is_whole(&ran);
    assert_eq!(pod(&folder, &["--strict"]).code, 5);
}

#[test]
fn the_stages_of_one_request_are_no_conflict() {
    let mut lines = story();
    lines.insert(
        1,
        creation(|event| {
            event["stage"] = "RequestReceived".into();
            let fields = event.as_object_mut().unwrap();
            for later in ["annotations", "requestObject", "responseObject", "responseStatus"] {
                fields.remove(later);
            }
        }),
    );
    let ran = pod(&log("stages", lines.join("\n")), &["-o", "ndjson"]);
    assert_eq!((ran.code, ran.err.as_str(), documents(&ran).len()), (0, "", 1));
}

#[test]
fn a_pod_that_is_not_there_brings_the_nearest_names() {
    let cases = [
        ("default/aws-cl", "irsa-basic", "\n  default/aws-cli\n"),
        ("default/aws-cly", "irsa-basic", "\n  default/aws-cli\n"),
        ("other/aws-cli", "irsa-basic", "\n  default/aws-cli\n"),
        ("web/web", "deployment-generate-name", "\n  web/web-596556dd5f-ssffx\n  web/web-596556dd5f-zb82r\n"),
    ];
    let mut right = 0;
    for (asked, sample, names) in cases {
        let ran = auditdiff(project(), &["pod", asked, "-f", &format!("samples/{sample}/audit.jsonl")], b"");
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{asked}");
        assert!(ran.err.starts_with(&format!("auditdiff: no admission of Pod {asked} in ")), "{}", ran.err);
        assert!(ran.err.ends_with(&format!(". Did you mean:{names}")), "{}", ran.err);
        right += 1;
    }
    assert_eq!(right, cases.len());
}

#[test]
fn a_pod_without_likeness_brings_advice() {
    let ran = auditdiff(project(), &["pod", "kube-system/coredns", "-f", "samples/irsa-basic/audit.jsonl"], b"");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert_eq!(
        ran.err,
        "auditdiff: no admission of Pod kube-system/coredns in 6 records. Check the namespace, the name and the time range of the log\n"
    );
}

#[test]
fn wrong_words_are_a_usage_error() {
    let mut right = 0;
    for arguments in [
        &["pod", "Default/aws-cli", "-f", "samples"][..],
        &["pod", "default/aws-cli", "-n", "other", "-f", "samples"],
        &["pod", "default/aws-cli"],
        &["replay"],
        &["sample", "irsa-basc"],
        &["sample", "irsa-basic", "-o", "poem"],
    ] {
        let ran = auditdiff(project(), arguments, b"");
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(!ran.err.is_empty());
        right += 1;
    }
    assert_eq!(right, 6);
}
