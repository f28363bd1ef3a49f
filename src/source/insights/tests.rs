//! The states that emulators lack, played by a scripted HTTP client under the real SDK: its requests, retries and errors
//! are real, the clock is tokio's paused one, so nothing here waits.

mod completeness;
mod group_cases;
mod queries;
mod refusals;
mod row_cases;
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
