//! Every form in which an audit log is exported gives the same events as the API server's own file.

use crate::reading::{Folder, Read, gzip, read};
use auditdiff::audit::Event;
use auditdiff::source::{Origin, Record};
use base64::Engine;
use serde_json::{Value, json};

const STORY: &str = include_str!("../data/irsa-basic.jsonl");

/// Writes events in every form.
fn forms(lines: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    let events: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let items: Vec<Value> = events.iter().cloned().map(without_kind).collect();
    let row = |line: &&str| json!([{"field": "@timestamp", "value": "2026-11-23 02:59:04.906"}, {"field": "@message", "value": line}, {"field": "@ptr", "value": "Cm0K"}]);
    let log_event = |line: &&str| json!({"logStreamName": "kube-apiserver-audit-abc", "timestamp": 1795402744906_u64, "message": line, "ingestionTime": 1, "eventId": "3"});
    let results =
        json!({"results": lines.iter().map(row).collect::<Vec<_>>(), "statistics": {"recordsMatched": 1.0}, "status": "Complete"});
    let found = json!({"events": lines.iter().map(log_event).collect::<Vec<_>>(), "searchedLogStreams": [{"logStreamName": "a"}], "nextToken": "b"});
    let console_text: Vec<Value> = lines.iter().map(|line| json!({"@timestamp": "2026-11-23 02:59:04.906", "@message": line})).collect();
    let console_object: Vec<Value> =
        events.iter().map(|event| json!({"@timestamp": "2026-11-23 02:59:04.906", "@message": event})).collect();
    let messages = |lines: &[&str]| {
        let events: Vec<Value> = lines.iter().map(|line| json!({"id": "37", "timestamp": 1, "message": line})).collect();
        json!({"messageType": "DATA_MESSAGE", "owner": "111111111111", "logGroup": "/aws/eks/demo/cluster", "logStream": "a", "subscriptionFilters": ["f"], "logEvents": events}).to_string()
    };
    let control = json!({"messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logGroup": "", "logStream": "", "subscriptionFilters": [], "logEvents": [{"id": "", "timestamp": 1, "message": "CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}).to_string();
    let firehose = control.clone() + &lines.iter().map(|line| messages(std::slice::from_ref(line))).collect::<String>() + &control;
    let lambda = json!({"awslogs": {"data": base64::engine::general_purpose::STANDARD.encode(gzip(messages(lines).as_bytes()))}});
    let aks: Vec<String> = lines.iter().map(|line| json!({"time": "t", "resourceId": "/SUBSCRIPTIONS/0", "category": "kube-audit", "operationName": "o", "properties": {"log": format!("{line}\n"), "stream": "stdout"}}).to_string()).collect();
    let azure_hub = json!({"records": aks.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect::<Vec<Value>>()});
    let stamped = |stamp: &str| lines.iter().map(|line| format!("{stamp} {line}\n")).collect::<String>();
    let tail_json =
        events.iter().map(|event| format!("2026-11-23T02:59:04.906000+00:00 kube-apiserver-audit-abc \n{event:#}\n")).collect::<String>();
    let csv = lines.iter().map(|line| format!("2026-11-23 02:59:04.906,\"{}\"\r\n", line.replace('"', "\"\""))).collect::<String>();
    let forms = [
        ("lines", lines.join("\n")),
        ("lines with carriage returns and a byte order mark", format!("\u{feff}{}\r\n", lines.join("\r\n"))),
        ("lines, pretty", events.iter().map(|event| format!("{event:#}\n")).collect()),
        ("lines without line feeds", lines.concat()),
        ("list of events", Value::from(events.clone()).to_string()),
        ("list of texts", format!("{:#}", Value::from(lines.to_vec()))),
        ("EventList", json!({"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "metadata": {}, "items": items}).to_string()),
        ("EventList, pretty", format!("{:#}", json!({"kind": "EventList", "metadata": {}, "items": items}))),
        ("EventLists, one a line", items.iter().map(|item| json!({"kind": "EventList", "items": [item]}).to_string() + "\n").collect()),
        ("get-query-results", results.to_string()),
        ("get-query-results, pretty", format!("{results:#}\n")),
        ("get-query-results --query results", results["results"].to_string()),
        ("console JSON, text", format!("{:#}", Value::from(console_text.clone()))),
        ("console JSON, object", Value::from(console_object).to_string()),
        ("console JSON, a row a line", console_text.iter().map(|row| format!("{row}\n")).collect()),
        ("console CSV", format!("\u{feff}@timestamp,@message\r\n{csv}")),
        ("filter-log-events", format!("{found:#}")),
        ("filter-log-events, an event a line", found["events"].as_array().unwrap().iter().map(|event| format!("{event}\n")).collect()),
        ("tail, detailed", stamped("2026-11-23T02:59:04.906000+00:00 kube-apiserver-audit-abc")),
        ("tail, short", stamped("2026-11-23T02:59:04")),
        ("tail, coloured", stamped("\x1b[32m2026-11-23T02:59:04.906000+00:00\x1b[0m \x1b[36mkube-apiserver-audit-abc\x1b[0m")),
        ("tail, json", tail_json),
        ("S3 export", stamped("2026-11-23T02:59:04.906Z")),
        ("S3 export, milliseconds", stamped("1795402744906")),
        ("subscription", messages(lines)),
        ("Firehose", firehose),
        ("Lambda", format!("{lambda:#}")),
        ("AKS", aks.join("\n")),
        ("AKS, event hub", azure_hub.to_string()),
    ];
    forms.map(|(name, text)| (name, text.into_bytes())).into()
}

/// The items of an EventList say their kind only once, outside.
fn without_kind(mut event: Value) -> Value {
    event.as_object_mut().unwrap().retain(|key, _| key != "kind" && key != "apiVersion");
    event
}

fn events(read: &Read) -> Vec<Event> {
    read.records.iter().filter_map(|record| Event::parse(record).ok()).map(nowhere).collect()
}

fn nowhere(event: Event) -> Event {
    Event { origin: Origin { source: "".into(), place: 0 }, ..event }
}

fn plain(lines: &[&str]) -> Vec<Event> {
    let record = |line: &&str| Record { origin: Origin { source: "".into(), place: 0 }, text: line.as_bytes().to_vec() };
    lines.iter().map(|line| Event::parse(&record(line)).unwrap()).collect()
}

#[test]
fn every_form_gives_the_same_events() {
    let folder = Folder::new("forms");
    let lines: Vec<&str> = STORY.lines().collect();
    let plain = plain(&lines);
    let forms = forms(&lines);
    assert_eq!(forms.len(), 29);
    for (name, bytes) in &forms {
        for (how, bytes) in [("plain", bytes.clone()), ("gzip", gzip(bytes))] {
            let read = read(&[&folder.with("log", bytes)], &[]);
            assert!(events(&read) == plain, "{name}, {how}: {} events, {:?}", read.records.len(), read.skipped);
            assert_eq!(read.counted.records, 6, "{name}, {how}");
        }
    }
}

#[test]
fn in_every_form_a_question_finds_its_events() {
    let folder = Folder::new("asked");
    let lines: Vec<&str> = STORY.lines().collect();
    let asked = plain(&[lines[2]]);
    let forms = forms(&lines);
    assert_eq!(forms.len(), 29);
    for (name, bytes) in &forms {
        let read = read(&[&folder.with("log", bytes)], &["pods/aws-cli/binding"]);
        assert!(events(&read) == asked, "{name}: {:?}", read.skipped);
        assert_eq!(read.counted.records, 6, "{name}");
    }
}

#[test]
fn every_cut_of_every_form_leaves_the_events_before_it() {
    let folder = Folder::new("cuts");
    let short = [
        r#"{"kind":"Event","level":"Metadata","auditID":"a","stage":"ResponseComplete","verb":"get","annotations":{"k\\":"\"{["}}"#,
        r#"{"kind":"Event","level":"Metadata","auditID":"b","stage":"ResponseComplete","verb":"list"}"#,
    ];
    let plain = plain(&short);
    let mut cuts = 0;
    for (name, bytes) in forms(&short) {
        for end in 1..bytes.len() {
            let read = read(&[&folder.with("log", &bytes[..end])], &[]);
            let events = events(&read);
            let lost = read.counted.records - events.len() as u64;
            assert!(plain.starts_with(&events), "{name}, cut at {end}");
            assert!(lost <= 1, "{name}, cut at {end}: {lost} lost, {:?}", read.skipped);
            assert!(lost == 1 || events.len() == 2 || is_between(&bytes[..end]), "{name}, cut at {end}: nothing said");
            cuts += 1;
        }
    }
    assert!(cuts > 8_000, "{cuts}");
}

/// Whether a record (or the header) may end here, so that a cut cannot be seen.
fn is_between(cut: &[u8]) -> bool {
    let end = cut.trim_ascii_end();
    end.ends_with(b"}") || end.ends_with(b"\"") || end.ends_with(b"@message") || end.len() <= 3
}

#[test]
fn a_torn_record_costs_one_record() {
    let folder = Folder::new("torn");
    let lines: Vec<&str> = STORY.lines().collect();
    let pretty: Vec<String> = lines.iter().map(|line| format!("{:#}", serde_json::from_str::<Value>(line).unwrap())).collect();
    let torn = [lines[0], &lines[1][..lines[1].len() / 2], lines[2]].join("\n");
    let torn_pretty = [&pretty[0], &pretty[1][..pretty[1].len() / 2], &pretty[2]].join("\n");
    let expected = plain(&[lines[0], lines[2]]);
    for text in [torn, torn_pretty] {
        let read = read(&[&folder.with("log", text)], &[]);
        assert!(events(&read) == expected, "{:?}", read.skipped);
        assert_eq!(read.counted.records, 3);
    }
}

#[test]
fn a_folder_may_mix_forms() {
    let folder = Folder::new("mixed");
    let lines: Vec<&str> = STORY.lines().collect();
    let forms = forms(&lines);
    for (index, (_, bytes)) in forms.iter().enumerate() {
        folder.with(&format!("{index:02}"), if index % 2 == 0 { bytes.clone() } else { gzip(bytes) });
    }
    let read = read(&[&folder.0], &[]);
    assert_eq!(events(&read).len(), 6 * forms.len());
    assert_eq!(read.skipped, []);
}

#[test]
fn a_google_entry_is_written_back_into_its_event() {
    let folder = Folder::new("gke");
    let entry = json!({
        "insertId": "5e0b6f2a", "logName": "projects/demo/logs/cloudaudit.googleapis.com%2Factivity",
        "operation": {"first": true, "id": "64d87192", "last": true, "producer": "k8s.io"},
        "labels": {"mutation.webhook.admission.k8s.io/round_0_index_2": "{\"configuration\":\"c\",\"webhook\":\"w\",\"mutated\":true}"},
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "authenticationInfo": {"principalEmail": "jane@example.com"}, "methodName": "io.k8s.core.v1.pods.create",
            "requestMetadata": {"callerIp": "203.0.113.7", "callerSuppliedUserAgent": "kubectl/v1.32"},
            "request": {"@type": "core.k8s.io/v1.Pod", "kind": "Pod", "metadata": {"name": "aws-cli"}},
            "resourceName": "core/v1/namespaces/default/pods/aws-cli", "serviceName": "k8s.io",
            "status": {"code": 7, "message": "Forbidden"}},
        "timestamp": "2026-11-23T03:24:13.436661Z"});
    let mut inputs = 0;
    for text in [entry.to_string(), format!("[{entry:#}]")] {
        let read = read(&[&folder.with("log", text)], &[]);
        let event = Event::parse(&read.records[0]).unwrap();
        insta::allow_duplicates! { insta::assert_debug_snapshot!(nowhere(event)) };
        inputs += 1;
    }
    assert_eq!(inputs, 2);
}

#[test]
fn what_is_no_audit_event_says_so() {
    let folder = Folder::new("unusable");
    let texts = [
        "hello\nworld\n".into(),
        json!({"results": [[{"field": "auditID", "value": "a"}]]}).to_string(),
        "@timestamp,verb\n1,create\n".into(),
        json!({"awslogs": {"data": "%"}}).to_string(),
        json!({"awslogs": {"data": "H4sIAAAA"}}).to_string(),
        json!({"category": "kube-apiserver", "properties": {"log": "I1123"}}).to_string(),
        json!({"protoPayload": {"methodName": "google.container.v1.ClusterManager.CreateCluster"}}).to_string(),
        "[".repeat(100_000),
        format!("{{\"items\":{}", "[".repeat(100_000)),
        "{\"a\":".repeat(100_000),
        format!("[{}]", "9".repeat(100_000)),
        "[{\"kind\":\"Ev\nent\"}]".into(),
        "[[[[[[{}]]]]]]".into(),
    ];
    let told: Vec<String> = texts
        .iter()
        .map(|text| {
            let read = read(&[&folder.with("log", text)], &[]);
            let parsed = read.records.iter().filter_map(|record| Event::parse(record).err());
            read.skipped.iter().cloned().chain(parsed).map(|skipped| skipped.reason).collect::<Vec<_>>().join("; ")
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}
