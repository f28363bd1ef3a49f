//! What the evidence reveals about everything an event does not say.
//!
//! What enters: a [`Case`], the stored object if one was logged, and what other events tell. What leaves: the [`Guess`]
//! under which the replayed chain ends in the stored object, or the nearest to it; what stays unexplained; and the other
//! guesses that the evidence allows as well. Promise: a patch is never skipped, and a change that nothing explains is
//! never given to a webhook.

use super::chain::{self, Broken, Case, Guess, Run};
use super::comparable::{comparable, without_registry_fields};
use super::context::Context;
use crate::diff::{self, Change};
use serde_json::Value;

mod alternatives;
mod first;
mod hints;
mod policy;
mod residue;

pub use first::{account_name, mode_unset};

/// The evidence about one admission.
pub struct Evidence<'a> {
    /// The comparable part of the stored object.
    pub stored: Option<Value>,
    /// Whether the server is older than PodSecurity (1.23), if the event or another one tells.
    pub before_pod_security: Option<bool>,
    /// What other events tell.
    pub context: &'a Context,
}

/// What came out.
pub struct Solution {
    /// What has to be assumed.
    pub guess: Guess,
    /// The chain replayed under that.
    pub run: Run,
    /// What the stored object has and the replay does not; empty also where none was logged.
    pub residue: Vec<Change>,
    /// How far the run is from the evidence.
    pub distance: Distance,
    /// Operations whose place was not there, so that something unknown must have put it there.
    pub assumed: bool,
    /// The same chain under other guesses that explain the evidence equally well.
    pub others: Vec<Run>,
}

/// How far a run is from the evidence; smaller is better.
/// What is unplayed, unexplained and contradicted.
pub type Distance = (usize, usize, usize);

fn distance(run: &Run, residue: &[Change], case: &Case<'_>) -> Distance {
    let unplayed = run.broken.map_or(0, |(at, _)| case.calls.len() - at);
    (unplayed, residue.len(), run.contradicted.len())
}

struct Attempt {
    guess: Guess,
    run: Run,
    residue: Vec<Change>,
    distance: Distance,
}

fn attempt(case: &Case<'_>, evidence: &Evidence<'_>, guess: Guess) -> Attempt {
    let run = chain::run(case, &guess);
    let residue = match &evidence.stored {
        Some(stored) if run.broken.is_none() => {
            // What is read back from storage is defaulted once more.
            let mut end = (*run.end).clone();
            case.treatment.default(&mut end);
            let end = comparable(end);
            diff::compare(&end, &without_registry_fields(stored, &end, case.registry))
        }
        _ => Vec::new(),
    };
    let distance = distance(&run, &residue, case);
    Attempt { guess, run, residue, distance }
}

/// How often a guess is improved at the most. Each round explains something, and there are few things to explain.
const ROUNDS: usize = 12;

/// Finds what has to be assumed; what else could be is for [`look_around`].
pub fn nearest(case: &Case<'_>, evidence: &Evidence<'_>) -> Solution {
    let mut best = attempt(case, evidence, first::guess(case, evidence));
    let mut assumed = false;
    for _ in 0..ROUNDS {
        if best.distance == (0, 0, 0) {
            break;
        }
        let mut better = residue::explanations(case, evidence, &best.guess, &best.run, &best.residue)
            .into_iter()
            .map(|guess| attempt(case, evidence, guess))
            .filter(|next| next.distance < best.distance)
            .min_by_key(|next| next.distance);
        if better.is_none() {
            better = policy::interventions(case, evidence, &best.guess, &best.residue)
                .into_iter()
                .map(|guess| attempt(case, evidence, guess))
                .filter(|next| next.distance < best.distance)
                .min_by_key(|next| next.distance);
        }
        if better.is_none()
            && let Some((at, Broken::Patch(failed))) = best.run.broken
        {
            better = hints::from_failure(case, evidence, &best.guess, &best.run, at, failed)
                .map(|guess| attempt(case, evidence, guess))
                .filter(|next| next.distance < best.distance);
            assumed |= better.is_some();
        }
        match better {
            Some(next) => best = next,
            None => break,
        }
    }
    if best.guess.interventions.is_empty()
        && let Some(changes) = evidence.context.usual_policy()
    {
        // A webhook that sends back what it received hides who put it there: then what happened to most Pods is likelier.
        let usual = attempt(case, evidence, policy::with(&best.guess, changes, policy::WHEN[0]));
        if usual.distance <= best.distance {
            best = usual;
        }
    }
    Solution { guess: best.guess, run: best.run, residue: best.residue, distance: best.distance, assumed, others: Vec::new() }
}

/// Finds the other guesses that the evidence allows.
pub fn look_around(case: &Case<'_>, evidence: &Evidence<'_>, best: &mut Solution) {
    let mut others = Vec::new();
    if best.distance == (0, 0, 0) || evidence.stored.is_none() {
        let guesses = alternatives::of(case, evidence, &best.guess, &best.run).into_iter();
        let attempts = guesses.map(|guess| attempt(case, evidence, guess)).filter(|other| other.distance <= best.distance);
        others.extend(attempts.map(|other| other.run));
    }
    if !best.guess.interventions.is_empty() {
        // What nothing explains may also have come after all webhooks, unless the patches would not apply then.
        let late = attempt(case, evidence, Guess { interventions: Vec::new(), ..best.guess.clone() });
        if late.distance.0 <= best.distance.0 && late.distance.2 <= best.distance.2 {
            others.push(late.run);
        }
    }
    best.others = others;
}
