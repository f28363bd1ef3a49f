//! What becomes of a row.

use super::*;

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
