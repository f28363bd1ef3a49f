//! Whatever there is to find and however little a query returns: nothing is lost without being said, and nothing comes
//! twice.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// 03:00:00, where the window of the tests begins.
const BEGIN: i64 = 1_795_402_800;

/// A service that holds events at these seconds of the window, and returns `limit` of them a query, `page` of them a page.
fn service(seconds: Vec<i64>) -> Script {
    let windows = std::sync::Mutex::new(BTreeMap::new());
    Script::new(move |call| match call.operation {
        "StartQuery" => {
            let number = |field: &str| call.body[field].as_i64().expect("a number");
            let id = format!("query-{}", call.nth);
            windows.lock().expect("windows").insert(id, (number("startTime"), number("endTime"), number("limit")));
            call.usual()
        }
        "GetQueryResults" => {
            let (start, end, limit) = windows.lock().expect("windows")[call.body["queryId"].as_str().expect("an id")];
            let from: usize = call.body["nextToken"].as_str().map_or(0, |token| token.parse().expect("a number"));
            let page = usize::try_from(call.body["maxItems"].as_i64().expect("a number")).expect("a size");
            let found = seconds.iter().enumerate().filter(|(_, second)| (start..=end).contains(&(BEGIN + **second)));
            let found = found.map(|(id, second)| row(&id.to_string(), &format!("03:00:{second:02}.500")));
            let found: Vec<Value> = found.take(usize::try_from(limit).expect("a size")).collect();
            let to = found.len().min(from + page);
            let answer = rows("Complete", &found[from..to]);
            if to < found.len() { answer.with("nextToken", json!(to.to_string())) } else { answer }
        }
        _ => call.usual(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_event_comes_once_or_its_second_is_named(mut seconds in prop::collection::vec(0_i64..12, 0..25), limit in 1_usize..8, page in 1_usize..5) {
        seconds.sort_unstable();
        let script = service(seconds.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        let searched = runtime.block_on(search(&script, &settings(&[CLUSTER]), (limit, page)));
        let mut ids: Vec<usize> = searched.audit_ids().iter().map(|id| id.parse().expect("a number")).collect();
        let handed_out = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(handed_out, ids.len());
        for (id, second) in seconds.iter().enumerate() {
            let crowd = seconds.iter().filter(|other| *other == second).count();
            let named = searched.fetched().gaps.iter().any(|gap| gap.contains(&format!("03:00:{second:02} UTC")));
            prop_assert_eq!(named, crowd >= limit);
            prop_assert!(named || ids.contains(&id), "event {} is lost", id);
        }
    }
}
