//! The states that emulators lack, played by a scripted HTTP client under the real SDK: its requests, retries and errors
//! are real, the clock is tokio's paused one, so nothing here waits.

mod script;

use super::*;
use crate::source::query::Word;
use chrono::TimeDelta;
use script::{AUDIT_STREAM, Heard, Script, event, row, rows};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

fn settings(names: &[&str]) -> LiveSettings {
    let now: DateTime<Utc> = "2026-11-23T04:00:00Z".parse().expect("a time");
    let group = |name: &&str| Group {
        identifier: (*name).into(),
        name: name.rsplit_once("log-group:").map_or(*name, |(_, name)| name).into(),
        eks: !name.contains("custom"),
    };
    LiveSettings {
        groups: names.iter().map(group).collect(),
        window: Window { start: now - TimeDelta::hours(1), end: now },
        region: Some("eu-west-1".into()),
        profile: None,
        endpoint_url: None,
        now,
    }
}

const CLUSTER: &str = "/aws/eks/prod/cluster";

fn pod() -> Question {
    let word = |text| Word::parse(text).expect("a word");
    Question::Pod { namespace: word("default"), name: word("aws-cli") }
}

/// What a search came to, with everything it handed out.
struct Searched {
    result: Result<Fetched, InsightsError>,
    records: Vec<String>,
    skipped: Vec<String>,
    heard: Heard,
}

impl Searched {
    fn fetched(&self) -> &Fetched {
        self.result.as_ref().expect("an answer")
    }

    fn error(&self) -> String {
        self.result.as_ref().expect_err("no answer").to_string()
    }

    fn audit_ids(&self) -> Vec<String> {
        let id = |record: &String| Some(serde_json::from_str::<Value>(record.split_once(' ')?.1).ok()?["auditID"].as_str()?.to_owned());
        self.records.iter().map(|record| id(record).unwrap_or_else(|| "?".into())).collect()
    }
}

async fn search(script: &Script, settings: &LiveSettings, limits: (usize, usize)) -> Searched {
    search_until(script, settings, limits, std::future::pending()).await
}

async fn search_until(
    script: &Script,
    settings: &LiveSettings,
    (rows, page): (usize, usize),
    interrupted: impl Future<Output = ()>,
) -> Searched {
    let (mut records, mut skipped, mut heard) = (Vec::new(), Vec::new(), Heard::default());
    let limits = search::Limits { rows, page };
    let mut each = |record: Result<Record, Skipped>| {
        match record {
            Ok(record) => records.push(format!("{} {}", record.origin, String::from_utf8_lossy(&record.text))),
            Err(skip) => skipped.push(skip.to_string()),
        }
        ControlFlow::Continue(())
    };
    let result = search::search(&script.client(), settings, &pod(), &limits, &mut heard, &mut each, interrupted).await;
    Searched { result, records, skipped, heard }
}

const LIMITS: (usize, usize) = (100, 10);

#[tokio::test(start_paused = true)]
async fn one_query_answers_and_the_tool_adds_less_than_50_ms() {
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => rows("Complete", &[row("1", "03:00:01.000"), row("2", "03:00:02.500")]),
        _ => call.usual(),
    });
    let begin = Instant::now();
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    assert!(begin.elapsed() < Duration::from_millis(50), "{:?}", begin.elapsed());
    assert_eq!(searched.audit_ids(), ["1", "2"]);
    assert_eq!(script.operations(), ["DescribeLogGroups", "DescribeLogStreams", "StartQuery", "GetQueryResults"]);
    assert_eq!(searched.fetched().queries, 1);
    let start = &script.calls("StartQuery")[0];
    assert_eq!(start["logGroupNames"], json!([CLUSTER]));
    assert_eq!((&start["startTime"], &start["endTime"], &start["limit"]), (&json!(1_795_402_800), &json!(1_795_406_401), &json!(100)));
    let query = start["queryString"].as_str().expect("a query");
    assert!(query.contains(&format!("@logStream in [\"{AUDIT_STREAM}\"]")), "{query}");
    assert!(!query.contains('#'), "{query}");
}

#[tokio::test(start_paused = true)]
async fn rows_of_a_running_query_do_not_count() {
    let script = Script::new(|call| match (call.operation, call.nth) {
        ("GetQueryResults", 0) => rows("Scheduled", &[]),
        ("GetQueryResults", 1) => rows("Running", &[row("2", "03:00:02.000")]),
        ("GetQueryResults", 2) => rows("Unknown", &[row("2", "03:00:02.000")]),
        ("GetQueryResults", _) => rows("Complete", &[row("1", "03:00:01.000"), row("2", "03:00:02.000")]),
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    assert_eq!(searched.audit_ids(), ["1", "2"]);
    assert_eq!(searched.fetched().repeated, 0);
    assert_eq!(searched.heard.states, ["Scheduled", "Running", "Unknown", "Complete"]);
}

#[tokio::test(start_paused = true)]
async fn pages_follow_their_token() {
    let script = Script::new(|call| match (call.operation, call.body["nextToken"].as_str()) {
        ("GetQueryResults", None) => rows("Complete", &[row("1", "03:00:01.000")]).with("nextToken", json!("more")),
        ("GetQueryResults", Some("more")) => rows("Complete", &[row("2", "03:00:02.000")]),
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    assert_eq!(searched.audit_ids(), ["1", "2"]);
    assert!(script.calls("GetQueryResults").iter().all(|call| call["maxItems"] == 10));
}

#[tokio::test(start_paused = true)]
async fn a_full_result_is_continued_from_its_last_second() {
    let script = Script::new(|call| match (call.operation, call.body["queryId"].as_str()) {
        ("GetQueryResults", Some("query-0")) => {
            rows("Complete", &[row("1", "03:00:01.000"), row("2", "03:00:02.100"), row("3", "03:00:02.200")])
        }
        ("GetQueryResults", Some("query-1")) => {
            rows("Complete", &[row("2", "03:00:02.100"), row("3", "03:00:02.200"), row("4", "03:00:02.300")])
        }
        ("GetQueryResults", Some("query-2")) => rows("Complete", &[row("5", "03:00:03.000")]),
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), (3, 3)).await;
    let starts: Vec<Value> = script.calls("StartQuery").iter().map(|call| call["startTime"].clone()).collect();
    let second = 1_795_402_800;
    // The second of 03:00:02 alone is full: what lies behind it is found, and the gap is said.
    assert_eq!(starts, [json!(second), json!(second + 2), json!(second + 3)]);
    assert_eq!(searched.audit_ids(), ["1", "2", "3", "4", "5"]);
    assert_eq!(searched.fetched().repeated, 2);
    insta::assert_snapshot!(searched.fetched().gaps.join("\n"), @"/aws/eks/prod/cluster: more than 3 events in the second of 2026-11-23 03:00:02 UTC: some of them are missing");
}

#[tokio::test(start_paused = true)]
async fn fewer_rows_than_found_is_a_stated_gap() {
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => {
            rows("Complete", &[row("1", "03:00:01.000")]).with("statistics", json!({"recordsMatched": 3.0, "bytesScanned": 2e9}))
        }
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    insta::assert_snapshot!(searched.fetched().gaps.join("\n"), @"/aws/eks/prod/cluster: CloudWatch found 3 events and returned 1 of them. Choose a smaller window");
    assert_eq!(searched.fetched().bytes_scanned, 2e9);
    assert_eq!(searched.fetched().cost(), 0.01);
}

#[tokio::test(start_paused = true)]
async fn a_query_that_ends_without_a_result_is_an_error() {
    let mut errors = Vec::new();
    for state in ["Failed", "Cancelled", "Timeout"] {
        let script = Script::new(move |call| match call.operation {
            "GetQueryResults" => rows(state, &[row("1", "03:00:01.000")]),
            _ => call.usual(),
        });
        let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
        assert!(searched.records.is_empty(), "{state}");
        errors.push(searched.error());
    }
    insta::assert_snapshot!(errors.join("\n"), @r#"
    the query ended as Failed in CloudWatch, without a full result. Run again; if it fails again, choose a smaller window
    the query ended as Cancelled in CloudWatch, without a full result. Somebody stopped it: run again
    the query ended as Timeout in CloudWatch, without a full result. It ran for 60 minutes: choose a smaller window
    "#);
}

#[tokio::test(start_paused = true)]
async fn throttling_and_passing_failures_are_retried() {
    let script = Script::new(|call| match (call.operation, call.nth) {
        ("StartQuery", 0) => call.refused(400, "ThrottlingException", "Rate exceeded"),
        ("StartQuery", 1) => call.refused(400, "LimitExceededException", "too many queries"),
        ("GetQueryResults", 0) => call.refused(500, "InternalFailure", "oops"),
        ("GetQueryResults", 1) => call.refused(503, "ServiceUnavailableException", "later"),
        ("GetQueryResults", _) => rows("Complete", &[row("1", "03:00:01.000")]),
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    assert_eq!(searched.audit_ids(), ["1"]);
    assert_eq!((script.calls("StartQuery").len(), script.calls("GetQueryResults").len()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn refusals_name_the_next_step() {
    let cases = [
        ("DescribeLogGroups", 400, "ExpiredTokenException", "The security token included in the request is expired"),
        ("DescribeLogGroups", 400, "UnrecognizedClientException", "The security token included in the request is invalid."),
        ("DescribeLogStreams", 400, "AccessDeniedException", "User: x is not authorized to perform: logs:DescribeLogStreams"),
        ("StartQuery", 400, "AccessDeniedException", "User: x is not authorized\n\u{1b}[31m to perform: logs:StartQuery."),
        ("StartQuery", 400, "MalformedQueryException", "unexpected symbol found"),
        ("StartQuery", 400, "ResourceNotFoundException", "Log group does not exist"),
        ("StartQuery", 400, "ThrottlingException", "Rate exceeded"),
        ("GetQueryResults", 400, "InvalidParameterException", "no such query"),
        ("GetQueryResults", 500, "InternalFailure", "oops"),
    ];
    let mut errors = Vec::new();
    for (operation, status, code, said) in cases {
        let script = Script::new(move |call| match call.operation == operation {
            true => call.refused(status, code, said),
            false => call.usual(),
        });
        let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
        errors.push(searched.error());
        // What was started is stopped, also when a later call failed.
        assert_eq!(script.calls("StopQuery").len(), usize::from(operation == "GetQueryResults"), "{operation} {code}");
        let retried = ["ThrottlingException", "InternalFailure"].contains(&code);
        assert_eq!(script.calls(operation).len(), if retried { 6 } else { 1 }, "{operation} {code}");
    }
    insta::assert_snapshot!(errors.join("\n"), @r#"
    AWS does not accept the credentials (ExpiredTokenException). They are expired or wrong: log in again (`aws sso login`) or choose another --profile
    AWS does not accept the credentials (UnrecognizedClientException). They are expired or wrong: log in again (`aws sso login`) or choose another --profile
    logs:DescribeLogStreams is not allowed for these credentials. Add it to their IAM policy, with the other logs: permissions that the README lists. AWS says: User: x is not authorized to perform: logs:DescribeLogStreams
    logs:StartQuery is not allowed for these credentials. Add it to their IAM policy, with the other logs: permissions that the README lists. AWS says: User: x is not authorized  [31m to perform: logs:StartQuery
    Logs Insights does not accept the query: unexpected symbol found. `--print-query` shows it; please report it
    there is no log group /aws/eks/prod/cluster in this region and account. Check --cluster, --region and --profile, and that control plane audit logging is on: aws eks update-cluster-config --name CLUSTER --logging '{"clusterLogging":[{"types":["audit"],"enabled":true}]}'
    AWS is throttling StartQuery, even after retries. Other queries of the account may be running: wait a moment and run again
    GetQueryResults failed: InvalidParameterException: no such query. Run again; if it stays, the AWS Health Dashboard may know more
    GetQueryResults failed: InternalFailure: oops. Run again; if it stays, the AWS Health Dashboard may know more
    "#);
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_service_and_missing_credentials_are_told_apart() {
    let script = Script::unreachable();
    insta::assert_snapshot!(search(&script, &settings(&[CLUSTER]), LIMITS).await.error(), @"CloudWatch Logs cannot be reached: connection refused. Check the network, --region, --endpoint-url and the proxy settings");
    let script = Script::without_credentials();
    insta::assert_snapshot!(search(&script, &settings(&[CLUSTER]), LIMITS).await.error(), @"no AWS credentials were found. Log in (`aws sso login`), choose a --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    assert!(script.operations().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_said() {
    let no_group = Script::new(|call| match call.operation {
        "DescribeLogGroups" => script::Answer::ok(json!({"logGroups": [{"logGroupName": "/aws/eks/prod/cluster2"}]})),
        _ => call.usual(),
    });
    let no_streams = Script::new(|call| match call.operation {
        "DescribeLogStreams" => script::Answer::ok(json!({"logStreams": []})),
        _ => call.usual(),
    });
    let errors =
        [search(&no_group, &settings(&[CLUSTER]), LIMITS).await.error(), search(&no_streams, &settings(&[CLUSTER]), LIMITS).await.error()];
    insta::assert_snapshot!(errors.join("\n"), @r#"
    there is no log group /aws/eks/prod/cluster in this region and account. Check --cluster, --region and --profile, and that control plane audit logging is on: aws eks update-cluster-config --name CLUSTER --logging '{"clusterLogging":[{"types":["audit"],"enabled":true}]}'
    the log group /aws/eks/prod/cluster has no audit streams: control plane audit logging is off. Switch it on, then wait some minutes: aws eks update-cluster-config --name CLUSTER --logging '{"clusterLogging":[{"types":["audit"],"enabled":true}]}'
    "#);
    assert!(no_group.calls("StartQuery").is_empty() && no_streams.calls("StartQuery").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_cut_message_is_fetched_whole() {
    let cut = |pointer: &str, text: &str| json!([{"field": "@message", "value": text}, {"field": "@ptr", "value": pointer}]);
    let script = Script::new(move |call| match (call.operation, call.body["logRecordPointer"].as_str()) {
        ("GetQueryResults", _) => {
            let delivered = r#"{"auditID":"4","stage":"Respon[Truncated...]"#;
            rows(
                "Complete",
                &[cut("whole", &event("1")[..50]), cut("gone", r#"{"auditID":"2""#), row("3", "03:00:03.000"), cut("never", delivered)],
            )
        }
        ("GetLogRecord", Some("whole")) => script::Answer::ok(json!({"logRecord": {"@message": event("1")}})),
        ("GetLogRecord", _) => call.refused(400, "AccessDeniedException", "not authorized"),
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    // What stays cut is handed on: whoever parses it says so.
    assert_eq!(searched.audit_ids(), ["1", "?", "3", "?"]);
    assert_eq!(script.calls("GetLogRecord").len(), 2);
    insta::assert_snapshot!(searched.fetched().gaps.join("\n"), @"events that Logs Insights cut short and that could not be fetched whole: 1. logs:GetLogRecord is not allowed for these credentials. Add it to their IAM policy, with the other logs: permissions that the README lists. AWS says: not authorized");
}

#[tokio::test(start_paused = true)]
async fn a_row_without_a_message_is_skipped_and_counted() {
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => rows("Complete", &[json!([{"field": "@ptr", "value": "x"}]), row("1", "03:00:01.000")]),
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    assert_eq!(
        (searched.skipped.as_slice(), searched.fetched().skipped),
        (["/aws/eks/prod/cluster:1: the row has no @message".to_owned()].as_slice(), 1)
    );
    assert_eq!(searched.audit_ids(), ["1"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_asked_for_is_set_aside() {
    let other = event("9").replace("aws-cli", "other");
    let script = Script::new(move |call| match call.operation {
        "GetQueryResults" => rows(
            "Complete",
            &[
                json!([{"field": "@message", "value": other}]),
                json!([{"field": "@message", "value": "I1123 not audit"}, {"field": "@logStream", "value": "kube-apiserver-abc"}]),
                row("1", "03:00:01.000"),
            ],
        ),
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    assert_eq!((searched.audit_ids(), searched.fetched().set_aside), (vec!["1".to_owned()], 2));
}

#[tokio::test(start_paused = true)]
async fn a_second_request_of_the_same_audit_id_is_no_repetition() {
    let later = event("1").replace("03:00:00.000000Z", "03:00:59.000000Z");
    let script = Script::new(move |call| match call.operation {
        "GetQueryResults" => {
            rows("Complete", &[row("1", "03:00:01.000"), json!([{"field": "@message", "value": later}]), row("1", "03:00:01.000")])
        }
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    assert_eq!((searched.audit_ids(), searched.fetched().repeated), (vec!["1".to_owned(), "1".to_owned()], 1));
}

#[tokio::test(start_paused = true)]
async fn several_groups_share_a_query_and_each_event_names_its_own() {
    let of =
        |id: &str, log: &str| json!([{"field": "@message", "value": event(id)}, {"field": "@log", "value": format!("111122223333:{log}")}]);
    let script = Script::new(move |call| match call.operation {
        "GetQueryResults" => rows("Complete", &[of("1", "/aws/eks/dev/cluster"), of("2", CLUSTER), of("3", "/aws/eks/dev/cluster")]),
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER, "/aws/eks/dev/cluster"]), LIMITS).await;
    assert_eq!(script.calls("StartQuery").len(), 1);
    let origins: Vec<&str> = searched.records.iter().filter_map(|record| record.split(' ').next()).collect();
    assert_eq!(origins, ["/aws/eks/dev/cluster:1", "/aws/eks/prod/cluster:1", "/aws/eks/dev/cluster:2"]);
}

#[tokio::test(start_paused = true)]
async fn a_group_of_another_account_is_asked_for_by_its_arn() {
    let arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/eks/prod/cluster";
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => rows("Complete", &[]),
        _ => call.usual(),
    });
    search(&script, &settings(&[arn]), LIMITS).await.fetched();
    assert_eq!(script.calls("DescribeLogGroups")[0]["logGroupIdentifiers"], json!([arn]));
    assert_eq!(script.calls("DescribeLogStreams")[0]["logGroupIdentifier"], json!(arn));
    assert_eq!(script.calls("StartQuery")[0]["logGroupIdentifiers"], json!([arn]));
}

#[tokio::test(start_paused = true)]
async fn groups_that_differ_are_queried_side_by_side() {
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => rows("Complete", &[row(call.body["queryId"].as_str().unwrap_or_default(), "03:00:01.000")]),
        "DescribeLogGroups" if call.body["logGroupNamePrefix"] == "custom" => {
            script::Answer::ok(json!({"logGroups": [{"logGroupName": "custom", "logGroupClass": "INFREQUENT_ACCESS"}]}))
        }
        _ => call.usual(),
    });
    let searched = search(&script, &settings(&[CLUSTER, "custom"]), LIMITS).await;
    assert_eq!(searched.fetched().queries, 2);
    let operations = script.operations();
    let first_result = operations.iter().position(|operation| operation == "GetQueryResults");
    assert_eq!(operations.iter().rposition(|operation| operation == "StartQuery").map(|last| last + 1), first_result);
    let text = script.calls("StartQuery")[1]["queryString"].as_str().map(str::to_owned);
    insta::assert_snapshot!(text.expect("a query"), @r#"
    fields @timestamp, @log, @logStream, @message, @ptr
    | filter @message like "aws-cli"
    | sort @timestamp asc
    "#);
    insta::assert_snapshot!(searched.heard.notices.join("\n"), @"custom is of class Infrequent Access: Logs Insights knows no fields there, so the text of all events is searched, and service accounts are not found with a Pod");
}

#[tokio::test(start_paused = true)]
async fn the_window_is_clamped_to_what_the_group_holds() {
    let group = |field: &'static str, value: i64| {
        Script::new(move |call| match call.operation {
            "DescribeLogGroups" => script::Answer::ok(json!({"logGroups": [{"logGroupName": CLUSTER, field: value}]})),
            "GetQueryResults" => rows("Complete", &[]),
            _ => call.usual(),
        })
    };
    let mut long_ago = settings(&[CLUSTER]);
    long_ago.window.start = long_ago.now - TimeDelta::days(3);
    let created = group("creationTime", 1_795_399_200_500);
    let first = search(&created, &long_ago, LIMITS).await;
    let kept = group("retentionInDays", 1);
    let second = search(&kept, &long_ago, LIMITS).await;
    assert_eq!(created.calls("StartQuery")[0]["startTime"], json!(1_795_399_200 - 900));
    assert_eq!(kept.calls("StartQuery")[0]["startTime"], json!(1_795_406_400 - 86_400 + 60));
    long_ago.window.end = long_ago.now - TimeDelta::days(2);
    let third = search(&kept, &long_ago, LIMITS).await;
    assert_eq!(kept.calls("StartQuery").len(), 1);
    insta::assert_snapshot!([first.heard.notices.join("\n"), second.heard.notices.join("\n"), third.error()].join("\n"), @r#"
    the window is shortened for /aws/eks/prod/cluster: it was created at 2026-11-23 02:00:00 UTC
    the window is shortened for /aws/eks/prod/cluster: its retention has deleted what is older than 2026-11-22 04:00:00 UTC
    the window ends before /aws/eks/prod/cluster begins: its retention has deleted what is older than 2026-11-22 04:00:00 UTC. Choose a later --end
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_stuck_query_is_given_up_and_stopped() {
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => rows("Running", &[]),
        _ => call.usual(),
    });
    let begin = Instant::now();
    let searched = search(&script, &settings(&[CLUSTER]), LIMITS).await;
    insta::assert_snapshot!(searched.error(), @"the query neither finished nor failed within 65 minutes, and was given up. Run again with a smaller window");
    assert!(begin.elapsed() < Duration::from_secs(66 * 60));
    assert_eq!(script.calls("StopQuery").iter().map(|call| call["queryId"].clone()).collect::<Vec<_>>(), ["query-0"]);
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_stops_what_runs() {
    for (groups, queries, sentence) in [
        (vec![CLUSTER], 1, "interrupted; the running query was stopped"),
        (vec![CLUSTER, "custom"], 2, "interrupted; the running queries were stopped"),
    ] {
        let script = Script::new(|call| match call.operation {
            "GetQueryResults" => rows("Running", &[]),
            _ => call.usual(),
        });
        let searched = search_until(&script, &settings(&groups), LIMITS, tokio::time::sleep(Duration::from_secs(7))).await;
        assert_eq!(searched.error(), sentence);
        assert_eq!(script.calls("StopQuery").len(), queries);
    }
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_does_not_wait_for_a_service_that_fails() {
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => rows("Running", &[]),
        "StopQuery" => call.refused(500, "InternalFailure", "oops"),
        _ => call.usual(),
    });
    let begin = Instant::now();
    let searched = search_until(&script, &settings(&[CLUSTER]), LIMITS, tokio::time::sleep(Duration::from_secs(1))).await;
    assert!(begin.elapsed() <= Duration::from_secs(4));
    assert_eq!(searched.error(), "interrupted; not every running query could be stopped: they end by themselves after 60 minutes");
}

#[tokio::test(start_paused = true)]
async fn nobody_reading_on_ends_the_search() {
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => rows("Complete", &[row("1", "03:00:01.000"), row("2", "03:00:02.000")]).with("nextToken", json!("more")),
        _ => call.usual(),
    });
    let mut taken = 0;
    let mut each = |_: Result<Record, Skipped>| {
        taken += 1;
        ControlFlow::Break(())
    };
    let limits = search::Limits { rows: 100, page: 10 };
    let client = script.client();
    let settings = settings(&[CLUSTER]);
    let result = search::search(&client, &settings, &pod(), &limits, &mut Heard::default(), &mut each, std::future::pending()).await;
    assert_eq!((taken, result.map(|fetched| fetched.records).ok(), script.calls("GetQueryResults").len()), (1, Some(1), 1));
}
