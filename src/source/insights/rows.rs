//! Rows to records: each is checked against the question, told apart from the ones before, and fetched again where it is
//! cut.

use super::failure;
use super::{Each, Fetched, Group};
use crate::source::glimpse::Glimpse;
use crate::source::query::{AUDIT_STREAM, Bearing, Question};
use crate::source::{Origin, Record, Skipped};
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::ResultField;
use chrono::NaiveDateTime;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::sync::Arc;

/// What an event ends in that was cut before it came to CloudWatch: there is no whole one to fetch.
const CUT_BEFORE_DELIVERY: &str = "[Truncated...]";

/// One row of a result.
pub struct Row {
    /// The log group as the user named it.
    group: String,
    /// Whether its stream holds audit events.
    audit: bool,
    timestamp: Option<String>,
    message: Option<String>,
    pointer: Option<String>,
}

impl Row {
    /// Takes a row apart. The group is that of `@log` (`ACCOUNT:NAME`), if the row says it.
    pub fn of(fields: Vec<ResultField>, groups: &[Group], any_stream: bool) -> Row {
        let mut fields: BTreeMap<String, String> = fields.into_iter().filter_map(|field| Some((field.field?, field.value?))).collect();
        let log = fields.remove("@log");
        let group = groups.iter().find(|group| log.as_deref().is_some_and(|log| group.writes(log)));
        let group = group.or(groups.first()).map(|group| group.identifier.clone()).unwrap_or_default();
        let stream = fields.remove("@logStream");
        Row {
            group,
            audit: any_stream || stream.is_none_or(|stream| stream.starts_with(AUDIT_STREAM)),
            timestamp: fields.remove("@timestamp"),
            message: fields.remove("@message"),
            pointer: fields.remove("@ptr"),
        }
    }

    /// The second of its time: `2026-11-23 02:59:04.906` (UTC), or milliseconds since 1970.
    pub fn second(&self) -> Option<i64> {
        let text = self.timestamp.as_deref()?;
        match text.parse::<i64>() {
            Ok(milliseconds) => Some(milliseconds.div_euclid(1000)),
            Err(_) => NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|time| time.and_utc().timestamp()),
        }
    }
}

/// Hands records on and counts.
pub struct Reading<'a, 'e> {
    client: &'a Client,
    question: &'a Question,
    each: &'a mut Each<'e>,
    /// 128 bits of every event handed on. Its times belong to it: a client may choose the auditID, and a second request of
    /// the same id is no repetition.
    seen: HashSet<(u64, u64)>,
    places: BTreeMap<String, (Arc<str>, u64)>,
    /// Rows that are cut, and why the whole event could not be had.
    cut: Option<(u64, String)>,
    fetched: Fetched,
}

impl<'a, 'e> Reading<'a, 'e> {
    /// Nothing read yet.
    pub fn new(client: &'a Client, question: &'a Question, each: &'a mut Each<'e>) -> Reading<'a, 'e> {
        Reading { client, question, each, seen: HashSet::new(), places: BTreeMap::new(), cut: None, fetched: Fetched::default() }
    }

    /// A query was started.
    pub fn started(&mut self) {
        self.fetched.queries += 1;
    }

    /// So many bytes were scanned in all.
    pub fn scanned(&mut self, bytes: f64) {
        self.fetched.bytes_scanned = bytes;
    }

    /// Something is missing.
    pub fn gap(&mut self, sentence: String) {
        self.fetched.gaps.push(sentence);
    }

    /// What it came to.
    pub fn fetched(&mut self) -> Fetched {
        if let Some((rows, why)) = self.cut.take() {
            self.gap(format!("events that Logs Insights cut short and that could not be fetched whole: {rows}. {why}"));
        }
        std::mem::take(&mut self.fetched)
    }

    /// Hands one row on, if it is an answer and new.
    pub async fn row(&mut self, mut row: Row) -> ControlFlow<()> {
        if !row.audit {
            self.fetched.set_aside += 1;
            return ControlFlow::Continue(());
        }
        let Some(mut text) = row.message.take() else { return self.skip(&row, "the row has no @message") };
        if Glimpse::of(text.as_bytes()).is_none()
            && !text.ends_with(CUT_BEFORE_DELIVERY)
            && let Some(whole) = self.whole(row.pointer.as_deref()).await
        {
            text = whole;
        }
        // What is no event may well be an answer: whoever parses it will say what is wrong with it.
        let mut bearing = Some(Bearing::Itself);
        let key = match Glimpse::of(text.as_bytes()) {
            Some(event) => {
                bearing = self.question.bearing(&event);
                key(&(&event.audit_id, &event.stage, &event.request_received_timestamp, &event.stage_timestamp))
            }
            None => key(&text),
        };
        let Some(bearing) = bearing else {
            self.fetched.set_aside += 1;
            return ControlFlow::Continue(());
        };
        if !self.seen.insert(key) {
            self.fetched.repeated += 1;
            return ControlFlow::Continue(());
        }
        self.fetched.records += 1;
        self.fetched.answers += u64::from(bearing == Bearing::Itself);
        let origin = self.origin(&row.group);
        (self.each)(Ok(Record { origin, text: text.into_bytes() }))
    }

    fn skip(&mut self, row: &Row, reason: &str) -> ControlFlow<()> {
        self.fetched.skipped += 1;
        let origin = self.origin(&row.group);
        (self.each)(Err(Skipped { origin, reason: reason.to_owned() }))
    }

    /// The whole event behind a row whose `@message` was cut. `None` if that cannot be had: the row itself is then all
    /// there is.
    async fn whole(&mut self, pointer: Option<&str>) -> Option<String> {
        match self.client.get_log_record().log_record_pointer(pointer?).send().await {
            Ok(answer) => answer.log_record?.remove("@message"),
            Err(error) => {
                let (rows, _) = self.cut.get_or_insert_with(|| (0, failure::of("GetLogRecord", error).to_string()));
                *rows += 1;
                None
            }
        }
    }

    fn origin(&mut self, group: &str) -> Origin {
        let (source, place) = self.places.entry(group.to_owned()).or_insert_with(|| (group.into(), 0));
        *place += 1;
        Origin { source: source.clone(), place: *place }
    }
}

fn key(of: &impl Hash) -> (u64, u64) {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        of.hash(&mut hasher);
        hasher.finish()
    };
    (half(0), half(1))
}
