//! The admission sequence: plugins, policies, webhooks, and all of it once more if a webhook changed something.
//!
//! After <https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go>
//! and `.../admission/reinvocation.go`. A pure function of a [`Case`] and a [`Guess`]; finding the right guess is
//! [`super::solve`]'s work.

use super::builtin::{Admission, Operation, PLUGINS};
use super::kind::Treatment;
use super::patch;
use super::world::World;
use crate::audit::annotation::{Call, Patch};
use crate::diff::{self, Change};
use serde_json::Value;
use std::sync::Arc;

/// What the log says of one admission.
pub struct Case<'a> {
    /// Create or update.
    pub operation: Operation,
    /// How objects of this resource are decoded and defaulted, and whether plugins change them.
    pub treatment: Treatment,
    /// Whether the built-in plugins look at it (Pods themselves, no subresources).
    pub plugins: bool,
    /// The object as it came to admission.
    pub start: &'a Value,
    /// The object before the request, on update.
    pub old: Option<&'a Value>,
    /// The namespace of the request's path.
    pub namespace: &'a str,
    /// The webhook calls in slot order.
    pub calls: &'a [Call],
    /// The places where the registry sets something at the end, whatever admission left there.
    pub registry: &'static [&'static str],
    /// The call that ended the request, if one did.
    pub ended_by: Option<usize>,
}

/// A change that nobody in the log made: a policy's, or an unknown plugin's.
#[derive(Debug, Clone, PartialEq)]
pub struct Intervention {
    /// In the first pass, in the second, or in both.
    pub rounds: [bool; 2],
    /// What it does, found by keys.
    pub changes: Vec<Change>,
}

/// What is assumed about everything the event does not say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Guess {
    /// The cluster.
    pub world: World,
    /// Policies.
    pub interventions: Vec<Intervention>,
}

/// Who had a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A built-in plugin in a round.
    Builtin(&'static str, u32),
    /// The n-th intervention in a round.
    Policy(usize, u32),
    /// The n-th call.
    Call(usize),
}

/// One turn: what an actor received and left.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Who.
    pub who: Who,
    /// The object received.
    pub before: Arc<Value>,
    /// The object left; the same as `before` where nothing changed.
    pub after: Arc<Value>,
}

/// Why a replay could not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// An operation did not apply: the object before it is not the one the API server had.
    Patch(patch::Failed),
    /// The webhook changed the object, but its patch is not in the log.
    NotLogged,
    /// The patch is of a form that cannot be read.
    Unreadable,
}

/// A replayed chain.
#[derive(Debug, Clone)]
pub struct Run {
    /// All calls, and whoever else changed something, in order. Ends at the call where the replay broke.
    pub turns: Vec<Turn>,
    /// The object after the last turn.
    pub end: Arc<Value>,
    /// The call whose patch could not be replayed, and why.
    pub broken: Option<(usize, Broken)>,
    /// Calls whose `mutated` flag says otherwise than the replay.
    pub contradicted: Vec<usize>,
    /// Calls whose patch replaces what is not there: allowed, but a hint that the API server had it.
    pub replaced_nothing: Vec<usize>,
    /// Whether there was a second pass.
    pub reinvoked: bool,
}

/// Replays the chain.
pub fn run(case: &Case<'_>, guess: &Guess) -> Run {
    let mut object = Arc::new(case.start.clone());
    fill_namespace(&mut object, case, &guess.world);
    let mut play = Play {
        case,
        guess,
        names_drawn: 0,
        patched: false,
        run: Run {
            turns: Vec::new(),
            end: object.clone(),
            broken: None,
            contradicted: Vec::new(),
            replaced_nothing: Vec::new(),
            reinvoked: false,
        },
    };
    let (mut dirty, mut over) = (false, false);
    for round in 0..2 {
        if round == 1 {
            let due = dirty || case.calls.iter().any(|call| call.slot.round > 0);
            if over || !due {
                break;
            }
            play.run.reinvoked = true;
        }
        synchronise(&mut object, case.treatment);
        play.plugins(&mut object, round);
        dirty |= play.policies(&mut object, round);
        match play.webhooks(&mut object, round) {
            Flow::Over => over = true,
            Flow::On { changed } => dirty |= changed,
        }
        if play.run.broken.is_some() {
            break;
        }
    }
    synchronise(&mut object, case.treatment);
    play.run.end = object;
    play.run
}

enum Flow {
    On { changed: bool },
    Over,
}

struct Play<'a> {
    case: &'a Case<'a>,
    guess: &'a Guess,
    names_drawn: usize,
    /// Whether a patch was applied before.
    patched: bool,
    run: Run,
}

impl Play<'_> {
    fn plugins(&mut self, object: &mut Arc<Value>, round: u32) {
        if !self.case.plugins {
            return;
        }
        let mut admission =
            Admission { operation: self.case.operation, old: self.case.old, world: &self.guess.world, names_drawn: self.names_drawn };
        // One working copy for all plugins; a snapshot only after those that changed it.
        let mut working = (**object).clone();
        for (name, admit) in PLUGINS {
            let Some(pod) = working.as_object_mut() else { return };
            if admit(pod, &mut admission) {
                let after = Arc::new(working.clone());
                self.run.turns.push(Turn { who: Who::Builtin(name, round), before: object.clone(), after: after.clone() });
                *object = after;
            }
        }
        self.names_drawn = admission.names_drawn;
    }

    fn policies(&mut self, object: &mut Arc<Value>, round: u32) -> bool {
        let mut changed = false;
        for (at, intervention) in self.guess.interventions.iter().enumerate() {
            if !intervention.rounds[round as usize] {
                continue;
            }
            let after = diff::apply(&intervention.changes, object);
            if after != **object {
                let after = Arc::new(after);
                self.run.turns.push(Turn { who: Who::Policy(at, round), before: object.clone(), after: after.clone() });
                *object = after;
                changed = true;
            }
        }
        changed
    }

    fn webhooks(&mut self, object: &mut Arc<Value>, round: u32) -> Flow {
        let mut changed_any = false;
        // Rounds beyond the second do not exist; a log that claims them is read as the second.
        for (at, call) in self.case.calls.iter().enumerate().filter(|(_, call)| call.slot.round.min(1) == round) {
            let before = object.clone();
            let outcome = self.call(at, call, &before);
            if let Ok(Some((after, _))) = &outcome {
                *object = after.clone();
            }
            self.run.turns.push(Turn { who: Who::Call(at), before, after: object.clone() });
            match outcome {
                Err(broken) => {
                    self.run.broken = Some((at, broken));
                    return Flow::Over;
                }
                Ok(patched) => {
                    let changed = patched.as_ref().is_some_and(|(_, changed)| *changed);
                    // The first patch always counts as a change: its decode cuts the timestamps in managedFields to whole
                    // seconds, and the API server compares those too.
                    let first = patched.is_some() && !std::mem::replace(&mut self.patched, true);
                    if call.mutated.is_some_and(|said| said != changed && !(said && first)) {
                        self.run.contradicted.push(at);
                    }
                    changed_any |= call.mutated.unwrap_or(changed);
                }
            }
            if self.case.ended_by == Some(at) {
                return Flow::Over;
            }
        }
        Flow::On { changed: changed_any }
    }

    /// The object after a call, and whether the API server saw it change (it looks before it defaults).
    fn call(&mut self, at: usize, call: &Call, before: &Arc<Value>) -> Result<Option<(Arc<Value>, bool)>, Broken> {
        let operations = match &call.patch {
            Some(Patch::Json(operations)) => operations,
            Some(Patch::Unreadable(_)) => return Err(Broken::Unreadable),
            None if call.mutated == Some(true) => return Err(Broken::NotLogged),
            None => return Ok(None),
        };
        let mut patched = (**before).clone();
        if patch::replaces_nothing(operations, &patched) {
            self.run.replaced_nothing.push(at);
        }
        patch::apply(operations, &mut patched).map_err(Broken::Patch)?;
        let mut decoded = self.case.treatment.decode(patched);
        let changed = decoded != **before;
        self.case.treatment.default(&mut decoded);
        if decoded == **before {
            return Ok(Some((before.clone(), changed)));
        }
        Ok(Some((Arc::new(decoded), changed)))
    }
}

fn fill_namespace(object: &mut Arc<Value>, case: &Case<'_>, world: &World) {
    if case.namespace.is_empty() || !world.fills_namespace || object.pointer("/metadata/namespace").is_some() {
        return;
    }
    if let Some(metadata) = Arc::make_mut(object).get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert("namespace".into(), case.namespace.into());
    }
}

/// The way through the internal version, between the passes and at the end: `serviceAccount` is only an alias of
/// `serviceAccountName`
/// (<https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/conversion.go>).
fn synchronise(object: &mut Arc<Value>, treatment: Treatment) {
    if treatment != Treatment::Pod {
        return;
    }
    let Some(spec) = object.get("spec") else { return };
    let text = |field: &str| spec.get(field).and_then(Value::as_str).unwrap_or("");
    let (name, alias) = (text("serviceAccountName"), text("serviceAccount"));
    if name == alias {
        return;
    }
    let name = Value::from(if name.is_empty() { alias } else { name });
    let object = Arc::make_mut(object);
    object["spec"]["serviceAccountName"] = name.clone();
    object["spec"]["serviceAccount"] = name;
}
