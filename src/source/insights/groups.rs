//! What there is to search: which groups exist, from when on, and which of their streams hold audit events.

use super::failure::{self, InsightsError};
use super::{Group, LiveSettings, Progress};
use crate::source::query::{AUDIT_STREAM, Streams, Word};
use crate::source::timespan::Window;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::{LogGroup, LogGroupClass};
use chrono::{DateTime, TimeDelta};

/// How many groups one query takes (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html>).
const GROUPS_PER_QUERY: usize = 50;

/// How many streams a query names; with more of them a pattern is cheaper to send and to read. Well below the 10,000
/// characters that a query may have.
const NAMED_STREAMS: usize = 50;

/// EKS delivers events some minutes late, and the first ones may be older than the group that is made for them.
const OLDER_THAN_ITS_GROUP: TimeDelta = TimeDelta::minutes(15);

/// What is about to be deleted may be gone when the query runs.
const GONE_BY_THEN: TimeDelta = TimeDelta::minutes(1);

/// Groups that one query can search together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// 1 to 50 of them.
    pub groups: Vec<Group>,
    /// What their creation and retention leave of the window.
    pub window: Window,
    /// Whether Logs Insights discovers JSON fields in them.
    pub fields: bool,
    /// Which streams.
    pub streams: Streams,
}

/// Looks every group up, says what is clamped, and puts those together that one query can search.
pub async fn batches(client: &Client, settings: &LiveSettings, progress: &mut dyn Progress) -> Result<Vec<Batch>, InsightsError> {
    let mut batches: Vec<Batch> = Vec::new();
    for group in &settings.groups {
        let (found, streams) = tokio::join!(describe(client, group), streams(client, group));
        let found = found?;
        let streams = streams?;
        let window = clamp(group, &found, settings, progress)?;
        let fields = found.log_group_class() != Some(&LogGroupClass::InfrequentAccess);
        if !fields {
            progress.notice(&format!(
                "{} is of class Infrequent Access: Logs Insights knows no fields there, so the text of all events is searched, \
                 and service accounts are not found with a Pod",
                group.name
            ));
        }
        let fits = |batch: &&mut Batch| {
            batch.groups.len() < GROUPS_PER_QUERY
                && batch.window == window
                && batch.fields == fields
                && (batch.streams == Streams::All) == (streams == Streams::All)
        };
        match batches.iter_mut().find(fits) {
            Some(batch) => {
                batch.groups.push(group.clone());
                batch.streams = together(std::mem::replace(&mut batch.streams, Streams::Audit), streams);
            }
            None => batches.push(Batch { groups: vec![group.clone()], window, fields, streams }),
        }
    }
    Ok(batches)
}

async fn describe(client: &Client, group: &Group) -> Result<LogGroup, InsightsError> {
    let call = client.describe_log_groups();
    let call = match group.identifier == group.name {
        // Names are sorted, so the group itself comes before those that only begin with its name.
        true => call.log_group_name_prefix(&group.name),
        false => call.log_group_identifiers(&group.identifier),
    };
    let answer = match call.send().await {
        Err(error) if failure::is_missing(&error) => return Err(InsightsError::NoGroup(group.identifier.clone())),
        answer => answer.map_err(|error| failure::of("DescribeLogGroups", error))?,
    };
    let found = answer.log_groups.unwrap_or_default().into_iter().find(|found| found.log_group_name() == Some(group.name.as_str()));
    found.ok_or_else(|| InsightsError::NoGroup(group.identifier.clone()))
}

/// The audit streams of a group of EKS. `@logStream` is indexed: what a query names is all that is scanned
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs-Field-Indexing.html>).
async fn streams(client: &Client, group: &Group) -> Result<Streams, InsightsError> {
    if !group.eks {
        return Ok(Streams::All);
    }
    let call = client.describe_log_streams().log_stream_name_prefix(AUDIT_STREAM);
    let call = match group.identifier == group.name {
        true => call.log_group_name(&group.name),
        false => call.log_group_identifier(&group.identifier),
    };
    let answer = match call.send().await {
        Err(error) if failure::is_missing(&error) => return Err(InsightsError::NoGroup(group.identifier.clone())),
        answer => answer.map_err(|error| failure::of("DescribeLogStreams", error))?,
    };
    let streams = answer.log_streams();
    if streams.is_empty() {
        return Err(InsightsError::NoAuditStreams(group.name.clone()));
    }
    let names: Option<Vec<Word>> = streams.iter().map(|stream| stream.log_stream_name().and_then(Word::parse)).collect();
    Ok(match (names, answer.next_token()) {
        (Some(names), None) => Streams::Named(names),
        _ => Streams::Audit,
    })
}

fn together(one: Streams, other: Streams) -> Streams {
    match (one, other) {
        (Streams::Named(mut names), Streams::Named(more)) if names.len() + more.len() <= NAMED_STREAMS => {
            names.extend(more);
            Streams::Named(names)
        }
        (Streams::All, _) | (_, Streams::All) => Streams::All,
        _ => Streams::Audit,
    }
}

/// The part of the window in which the group can hold anything. CloudWatch refuses a query that ends before that with
/// MalformedQueryException.
fn clamp(group: &Group, found: &LogGroup, settings: &LiveSettings, progress: &mut dyn Progress) -> Result<Window, InsightsError> {
    let created = found.creation_time().and_then(DateTime::from_timestamp_millis);
    let kept = found.retention_in_days().and_then(|days| settings.now.checked_sub_signed(TimeDelta::days(days.into())));
    let created = created.map(|time| (time, time - OLDER_THAN_ITS_GROUP, "it was created at"));
    let kept = kept.map(|time| (time, time + GONE_BY_THEN, "its retention has deleted what is older than"));
    let Some((begin, start, why)) = created.max(kept) else { return Ok(settings.window) };
    let why = format!("{why} {}", begin.format("%F %T UTC"));
    if settings.window.end < begin {
        return Err(InsightsError::Before { group: group.name.clone(), why });
    }
    if settings.window.start < start {
        progress.notice(&format!("the window is shortened for {}: {why}", group.name));
    }
    Ok(Window { start: settings.window.start.max(start), end: settings.window.end })
}
