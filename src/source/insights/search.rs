//! The queries: started side by side, awaited, read page by page, continued where one was full.

use super::failure::{self, InsightsError};
use super::groups::{self, Batch};
use super::rows::{Reading, Row};
use super::{Each, Fetched, LiveSettings, Progress, Status};
use crate::source::query::{Question, Streams, without_comment};
use crate::source::timespan::Window;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::get_query_results::GetQueryResultsOutput;
use aws_sdk_cloudwatchlogs::types::QueryStatus;
use chrono::DateTime;
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How much to ask for at once.
pub struct Limits {
    /// Rows of a query, at most 100,000
    /// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html>).
    pub rows: usize,
    /// Rows of a page, at most 10,000; fewer, because a running query is asked for its rows again and again.
    pub page: usize,
}

/// What AWS is asked for.
pub const LIMITS: Limits = Limits { rows: 100_000, page: 1_000 };

/// Queries under way at the same time, of the 100 that an account has for all its users.
const SIDE_BY_SIDE: usize = 20;

/// Between two StartQuery calls, of which an account has 10 a second.
const START_PACE: Duration = Duration::from_millis(100);

/// The first look is soon, for queries over a small window; then an account's 10 GetQueryResults a second are a limit, and
/// an eighth of the time gone by is early enough.
const FIRST_LOOK: Duration = Duration::from_millis(40);
const NEXT_LOOK: Duration = Duration::from_millis(110);
const LAST_LOOK: Duration = Duration::from_secs(5);

/// AWS ends a query after 60 minutes; one that is neither done nor ended by then is stuck.
const STUCK: Duration = Duration::from_secs(65 * 60);

/// How long stopping the queries may take: somebody is waiting for the prompt.
const STOPPING: Duration = Duration::from_secs(3);

/// The ids of the queries under way.
type Running = RefCell<Vec<String>>;

/// Asks a question until it is answered, fails or is interrupted. Whatever the end, no query runs on.
pub async fn search(
    client: &Client,
    settings: &LiveSettings,
    question: &Question,
    limits: &Limits,
    progress: &mut dyn Progress,
    each: &mut Each<'_>,
    interrupted: impl Future<Output = ()>,
) -> Result<Fetched, InsightsError> {
    let running = Running::default();
    let ended = {
        let reading = Reading::new(client, question, each);
        let mut search = Search { client, question, limits, progress, reading, running: &running, bytes_before: 0.0 };
        tokio::select! {
            fetched = search.run(settings) => Some(fetched),
            () = interrupted => None,
        }
    };
    let stopped = stop(client, &running.take()).await;
    ended.unwrap_or(Err(InsightsError::Interrupted(stopped)))
}

async fn stop(client: &Client, queries: &[String]) -> &'static str {
    let stopping = async {
        let mut all = true;
        for id in queries {
            all &= client.stop_query().query_id(id).send().await.is_ok();
        }
        all
    };
    match (queries.len(), timeout(STOPPING, stopping).await) {
        (0, _) => "no query was running",
        (1, Ok(true)) => "the running query was stopped",
        (_, Ok(true)) => "the running queries were stopped",
        _ => "not every running query could be stopped: they end by themselves after 60 minutes",
    }
}

struct Search<'a, 'e> {
    client: &'a Client,
    question: &'a Question,
    limits: &'a Limits,
    progress: &'a mut dyn Progress,
    reading: Reading<'a, 'e>,
    running: &'a Running,
    /// What the queries before the current one scanned.
    bytes_before: f64,
}

/// What a finished query showed.
struct Outcome {
    rows: usize,
    /// As AWS counts; 0 if it does not say.
    matched: f64,
    /// The second of the latest row.
    last: Option<i64>,
}

impl Search<'_, '_> {
    async fn run(&mut self, settings: &LiveSettings) -> Result<Fetched, InsightsError> {
        let batches = groups::batches(self.client, settings, self.progress).await?;
        for together in batches.chunks(SIDE_BY_SIDE) {
            let mut started = Vec::new();
            for (place, batch) in together.iter().enumerate() {
                if place > 0 {
                    sleep(START_PACE).await;
                }
                started.push((batch, self.start(batch, batch.window).await?));
            }
            for (batch, id) in started {
                if self.drain(batch, id).await?.is_break() {
                    return Ok(self.reading.fetched());
                }
            }
        }
        Ok(self.reading.fetched())
    }

    async fn start(&mut self, batch: &Batch, window: Window) -> Result<String, InsightsError> {
        let text = match batch.fields {
            true => self.question.query(&batch.streams),
            false => self.question.text_query(&batch.streams),
        };
        let text = without_comment(&text);
        self.progress.query(&text);
        // Both ends are whole seconds and inclusive; the events of the last second lie before the next one.
        let call = self.client.start_query().start_time(window.start.timestamp()).end_time(window.end.timestamp() + 1);
        let call = call.limit(i32::try_from(self.limits.rows).unwrap_or(i32::MAX)).query_string(text);
        let by_name = batch.groups.iter().all(|group| group.identifier == group.name);
        let call = match by_name {
            true => batch.groups.iter().fold(call, |call, group| call.log_group_names(&group.name)),
            false => batch.groups.iter().fold(call, |call, group| call.log_group_identifiers(&group.identifier)),
        };
        let answer = match call.send().await {
            Err(error) if failure::is_missing(&error) => {
                let names: Vec<&str> = batch.groups.iter().map(|group| group.identifier.as_str()).collect();
                return Err(InsightsError::NoGroup(names.join(", ")));
            }
            answer => answer.map_err(|error| failure::of("StartQuery", error))?,
        };
        let id = answer.query_id.unwrap_or_default();
        self.running.borrow_mut().push(id.clone());
        self.reading.started();
        Ok(id)
    }

    /// Reads a query to its end and goes on with another one where it was full.
    async fn drain(&mut self, batch: &Batch, id: String) -> Result<ControlFlow<()>, InsightsError> {
        let (mut id, mut window) = (id, batch.window);
        loop {
            let outcome = match self.read(batch, &id).await? {
                ControlFlow::Continue(outcome) => outcome,
                ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
            };
            match self.rest(batch, window, &outcome) {
                Some(rest) => window = rest,
                None => return Ok(ControlFlow::Continue(())),
            }
            id = self.start(batch, window).await?;
        }
    }

    /// The window that a query did not come to, if any. Rows come in the order of their time, so a full result is complete
    /// up to its last second; that second is asked for again.
    fn rest(&mut self, batch: &Batch, window: Window, outcome: &Outcome) -> Option<Window> {
        let names = batch.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(", ");
        if outcome.rows < self.limits.rows {
            let Outcome { rows, matched, .. } = *outcome;
            if matched > rows as f64 {
                self.reading
                    .gap(format!("{names}: CloudWatch found {matched} events and returned {rows} of them. Choose a smaller window"));
            }
            return None;
        }
        let Some(last) = outcome.last.and_then(|last| DateTime::from_timestamp(last, 0)) else {
            self.reading.gap(format!("{names}: the result is full, and its rows bear no time to go on from. Choose a smaller window"));
            return None;
        };
        let mut start = last;
        if last.timestamp() <= window.start.timestamp() {
            if outcome.matched > 0.0 && outcome.matched <= outcome.rows as f64 {
                return None;
            }
            let (rows, second) = (outcome.rows, last.format("%F %T UTC"));
            self.reading.gap(format!("{names}: the second of {second} alone fills a query with {rows} events: some of it may be missing"));
            start = DateTime::from_timestamp(window.start.timestamp() + 1, 0)?;
        }
        (start <= window.end).then_some(Window { start, end: window.end })
    }

    /// Waits for a query and hands its rows on, page by page.
    async fn read(&mut self, batch: &Batch, id: &str) -> Result<ControlFlow<(), Outcome>, InsightsError> {
        let mut answer = self.complete(id).await?;
        self.running.borrow_mut().retain(|running| running != id);
        let bytes = answer.statistics().map_or(0.0, |statistics| statistics.bytes_scanned);
        let matched = answer.statistics().map_or(0.0, |statistics| statistics.records_matched);
        let mut outcome = Outcome { rows: 0, matched, last: None };
        loop {
            for fields in answer.results.take().unwrap_or_default() {
                outcome.rows += 1;
                let row = Row::of(fields, &batch.groups, batch.streams == Streams::All);
                outcome.last = outcome.last.max(row.second());
                if self.reading.row(row).await.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            let Some(token) = answer.next_token.take() else { break };
            answer = self.page(id, Some(token)).await?;
        }
        self.bytes_before += bytes;
        self.reading.scanned(self.bytes_before);
        Ok(ControlFlow::Continue(outcome))
    }

    /// The first page of a query's full result.
    async fn complete(&mut self, id: &str) -> Result<GetQueryResultsOutput, InsightsError> {
        let begin = Instant::now();
        let mut wait = FIRST_LOOK;
        loop {
            sleep(wait).await;
            let answer = self.page(id, None).await?;
            let status = answer.status().cloned().unwrap_or(QueryStatus::UnknownValue);
            self.progress.status(&Status {
                state: status.as_str(),
                records_matched: answer.statistics().map_or(0.0, |statistics| statistics.records_matched),
                bytes_scanned: self.bytes_before + answer.statistics().map_or(0.0, |statistics| statistics.bytes_scanned),
            });
            let ended = |hint| Err(InsightsError::Ended(status.as_str().to_owned(), hint));
            match status {
                QueryStatus::Complete => return Ok(answer),
                QueryStatus::Failed => return ended("Run again; if it fails again, choose a smaller window"),
                QueryStatus::Cancelled => return ended("Somebody stopped it: run again"),
                QueryStatus::Timeout => return ended("It ran for 60 minutes: choose a smaller window"),
                _ if begin.elapsed() > STUCK => return Err(InsightsError::Stuck),
                // Scheduled, Running with some of the rows, Unknown, and whatever AWS may add: not over yet.
                _ => wait = (begin.elapsed() / 8).clamp(NEXT_LOOK, LAST_LOOK),
            }
        }
    }

    async fn page(&self, id: &str, token: Option<String>) -> Result<GetQueryResultsOutput, InsightsError> {
        let page = i32::try_from(self.limits.page).unwrap_or(i32::MAX);
        let call = self.client.get_query_results().query_id(id).max_items(page).set_next_token(token);
        call.send().await.map_err(|error| failure::of("GetQueryResults", error))
    }
}
