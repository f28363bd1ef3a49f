//! A cluster's audit log in CloudWatch, read through Logs Insights. The only place that knows the AWS SDK.
//!
//! What enters: [`LiveSettings`] and a [`Question`]. What leaves: [`Record`]s, in the order of their time within a query.
//! Promises: nothing is lost without being said (a full result is continued from its last second, a short one is a stated
//! gap), no event comes twice, nothing runs on after an error or Ctrl-C, and one window is asked for once.
//!
//! `client` connects, `groups` finds out what there is to search, `search` runs the queries, `rows` turns rows into
//! records, `failure` says what went wrong.

mod client;
mod failure;
mod groups;
mod rows;
mod search;
#[cfg(test)]
mod tests;

use super::query::Question;
use super::timespan::Window;
use super::{Record, Skipped, SourceError};
use chrono::{DateTime, Utc};
use std::ops::ControlFlow;

pub use failure::InsightsError;

/// A log group to search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name, or its ARN when it lies in another account.
    pub identifier: String,
    /// Its name.
    pub name: String,
    /// Whether EKS writes it: then only some of its streams hold audit events.
    pub eks: bool,
}

impl Group {
    /// Whether `@log`, `ACCOUNT:NAME`, means this group. A name alone fits any account, an ARN only its own.
    fn writes(&self, log: &str) -> bool {
        let (account, name) = log.rsplit_once(':').unwrap_or(("", log));
        let own = self.identifier.split(':').nth(4);
        name == self.name && own.is_none_or(|own| account.is_empty() || own == account)
    }
}

/// Where, when and as whom to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSettings {
    /// At least one.
    pub groups: Vec<Group>,
    /// When.
    pub window: Window,
    /// `None` leaves it to the AWS configuration.
    pub region: Option<String>,
    /// `None` leaves it to the AWS configuration.
    pub profile: Option<String>,
    /// Where CloudWatch Logs is, if not at AWS.
    pub endpoint_url: Option<String>,
    /// The clock, for what a group's retention has deleted.
    pub now: DateTime<Utc>,
}

/// How far a search is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Status<'a> {
    /// CloudWatch's word: Scheduled, Running, Complete.
    pub state: &'a str,
    /// Events found so far.
    pub records_matched: f64,
    /// Bytes scanned so far, over all queries.
    pub bytes_scanned: f64,
}

/// Who is told how a search goes.
pub trait Progress {
    /// A sentence that the user should know: a clamped window, an interpretation.
    fn notice(&mut self, sentence: &str);
    /// The text of a query that is about to run, and what it runs on.
    fn query(&mut self, text: &str);
    /// How far it is.
    fn status(&mut self, status: &Status<'_>);
    /// It is over.
    fn finish(&mut self);
}

/// What a search came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fetched {
    /// Records handed out.
    pub records: u64,
    /// Those of them that are answers; the others tell what the answers' admission read.
    pub answers: u64,
    /// Rows that could not be made a record; each was handed out as a [`Skipped`].
    pub skipped: u64,
    /// Rows that a text search found and the question does not ask for.
    pub set_aside: u64,
    /// Events that came again.
    pub repeated: u64,
    /// Bytes scanned: what AWS charges for.
    pub bytes_scanned: f64,
    /// Queries started.
    pub queries: u32,
    /// What is known to be missing, a sentence each. Empty for a complete answer.
    pub gaps: Vec<String>,
}

impl Fetched {
    /// What AWS charges for the bytes scanned, in USD: an estimate, at the price of us-east-1
    /// (<https://aws.amazon.com/cloudwatch/pricing/>).
    pub fn cost(&self) -> f64 {
        self.bytes_scanned / 1e9 * 0.005
    }
}

/// Who takes the records; [`ControlFlow::Break`] ends the search.
pub type Each<'a> = dyn FnMut(Result<Record, Skipped>) -> ControlFlow<()> + 'a;

/// Asks the log groups a question and hands out every answer.
///
/// # Errors
/// [`SourceError::Insights`] when there is no complete answer to be had: no region, no credentials, no permission, no such
/// group, a query that ends without a result, Ctrl-C.
pub fn fetch(
    settings: &LiveSettings,
    question: &Question,
    progress: &mut dyn Progress,
    each: &mut Each<'_>,
) -> Result<Fetched, SourceError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(InsightsError::Runtime)?;
    let fetched = runtime.block_on(async {
        let interrupted = async {
            // Where no signal can be awaited the search just runs to its end.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let client = client::connect(settings).await?;
        search::search(&client, settings, question, &search::LIMITS, progress, each, interrupted).await
    });
    // A lookup of a host's name may still be under way; nobody waits for it.
    runtime.shutdown_background();
    progress.finish();
    Ok(fetched?)
}
