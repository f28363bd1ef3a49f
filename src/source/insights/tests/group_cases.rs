//! Which groups are searched, together or side by side, and from when on.

use super::*;

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
async fn a_query_takes_no_more_than_50_groups() {
    let script = Script::new(|call| match call.operation {
        "GetQueryResults" => rows("Complete", &[]),
        _ => call.usual(),
    });
    let names: Vec<String> = (0..51).map(|n| format!("/aws/eks/c{n}/cluster")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    search(&script, &settings(&names), LIMITS).await.fetched();
    let groups = script.calls("StartQuery").iter().map(|call| call["logGroupNames"].as_array().map_or(0, Vec::len)).collect::<Vec<_>>();
    assert_eq!(groups, [50, 1]);
    assert!(script.calls("StartQuery").iter().all(|call| call["queryString"].as_str().is_some_and(|query| query.len() < 10_000)));
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
async fn groups_of_one_name_in_two_accounts_are_told_apart() {
    let of = |id: &str, account: &str| json!([{"field": "@message", "value": event(id)}, {"field": "@log", "value": format!("{account}:{CLUSTER}")}]);
    let script = Script::new(move |call| match call.operation {
        "GetQueryResults" => rows("Complete", &[of("1", "444455556666"), of("2", "111122223333")]),
        _ => call.usual(),
    });
    let [one, other] = ["111122223333", "444455556666"].map(|account| format!("arn:aws:logs:eu-west-1:{account}:log-group:{CLUSTER}"));
    let searched = search(&script, &settings(&[&one, &other]), LIMITS).await;
    let origins: Vec<&str> = searched.records.iter().filter_map(|record| record.split(' ').next()).collect();
    assert_eq!(origins, [format!("{other}:1"), format!("{one}:1")]);
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
