//! How a query is started, awaited, read, continued and ended.

use super::*;

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
    insta::assert_snapshot!(searched.fetched().gaps.join("\n"), @"/aws/eks/prod/cluster: the second of 2026-11-23 03:00:02 UTC alone fills a query with 3 events: some of it may be missing");
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
