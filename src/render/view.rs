//! Which objects of a report are looked at: one step's, a webhook's, or the request's and the stored one's.

use super::words;
use crate::report::redact::redacted;
use crate::report::{Kind, Report, Step};
use serde_json::Value;
use std::borrow::Cow;

/// Which of two objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// The object that the actor received; without a step, the request's.
    Before,
    /// The object that the actor left; without a step, the stored one.
    #[default]
    After,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// One step, counted as in the table of actors and as in the JSON document: the request is 0.
    pub step: Option<usize>,
    /// All calls of this webhook.
    pub webhook: Option<String>,
    /// The object, for forms that show one.
    pub side: Side,
    /// Replace values that may be secret ([`crate::report::redact`]).
    pub redact: bool,
}

/// Two objects to look at.
pub(super) struct Pair<'a> {
    /// The step between them; `None` for the whole way.
    pub step: Option<(usize, &'a Step)>,
    pub before: Option<&'a Value>,
    pub after: Option<&'a Value>,
}

impl View {
    /// Whether at least one of the reports has what is asked for.
    ///
    /// # Errors
    /// A sentence that says what there is instead.
    pub fn check(&self, reports: &[Report]) -> Result<(), String> {
        if reports.is_empty() || reports.iter().any(|report| !self.pairs(report).is_empty()) {
            return Ok(());
        }
        if let Some(step) = self.step {
            let last = reports.iter().map(|report| report.steps.len().saturating_sub(1)).max().unwrap_or(0);
            return Err(format!("there is no step {step}: the steps are 0 (the request) to {last}, as in the table of actors"));
        }
        let mut names: Vec<&str> = reports.iter().flat_map(|report| &report.steps).filter_map(webhook).collect();
        names.sort_unstable();
        names.dedup();
        Err(match names.as_slice() {
            [] => "no webhook was called for this object".to_owned(),
            names => format!("no webhook of that name was called. Called were: {}", super::escape::plain(&names.join(", "))),
        })
    }

    /// The pairs of objects that are asked for, in the order of the steps.
    pub(super) fn pairs<'a>(&self, report: &'a Report) -> Vec<Pair<'a>> {
        let of_step = |(at, step): (usize, &'a Step)| {
            let before = if step.actor.kind == Kind::Request { None } else { step.before.as_deref() };
            Pair { step: Some((at, step)), before, after: step.after.as_deref() }
        };
        match (self.step, &self.webhook) {
            (Some(at), _) => report.steps.get(at).map(|step| of_step((at, step))).into_iter().collect(),
            (None, Some(name)) => report.steps.iter().enumerate().filter(|(_, step)| webhook(step) == Some(name)).map(of_step).collect(),
            (None, None) => {
                let before = report.steps.first().and_then(|step| step.after.as_deref());
                let after = report.steps.iter().rev().find_map(|step| step.after.as_deref());
                vec![Pair { step: None, before, after }]
            }
        }
    }

    /// The reports, redacted if that is asked for.
    pub(super) fn of<'a>(&self, reports: &'a [Report]) -> Cow<'a, [Report]> {
        if self.redact { Cow::Owned(redacted(reports)) } else { Cow::Borrowed(reports) }
    }
}

fn webhook(step: &Step) -> Option<&str> {
    step.actor.name.as_deref().filter(|_| step.actor.kind == Kind::Webhook)
}

impl Pair<'_> {
    /// The object on this side.
    pub(super) fn side(&self, side: Side) -> Option<&Value> {
        match side {
            Side::Before => self.before,
            Side::After => self.after,
        }
    }

    /// `before step 3, iam-for-pods.amazonaws.com`, `stored`: which object this is.
    pub(super) fn title(&self, report: &Report, side: Side) -> String {
        match (self.step, side) {
            (Some((at, step)), Side::Before) => format!("before step {at}, {}", words::name(&step.actor)),
            (Some((at, step)), Side::After) => format!("after step {at}, {}", words::name(&step.actor)),
            (None, Side::Before) => "as requested".into(),
            (None, Side::After) => last_known(report).into(),
        }
    }
}

/// What the last object of a report is.
pub(super) fn last_known(report: &Report) -> &'static str {
    match report.steps.iter().rev().find(|step| step.after.is_some()).map(|step| step.actor.kind) {
        Some(Kind::Server) if report.dry_run => "as it would be stored",
        Some(Kind::Server) => "as stored",
        _ => "as far as the replay goes",
    }
}

/// Why an object is not there, in one sentence.
pub(super) fn why_not_known(report: &Report, pair: &Pair<'_>) -> String {
    match pair.step {
        Some((0, step)) if step.after.is_some() => "nothing comes before the request".into(),
        Some((_, step)) => step.why.clone().or_else(|| report.replay.why.clone()).unwrap_or_else(|| "the log does not hold it".into()),
        None => report.replay.why.clone().unwrap_or_else(|| "the log does not hold it".into()),
    }
}
