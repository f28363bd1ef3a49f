//! What CloudWatch may refuse, and what is then said.

use super::*;

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
