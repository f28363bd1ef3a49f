//! Collects from the input what the account of one object needs.

use super::Losses;
use crate::audit::Event;
use crate::audit::glance::parse_if_of;
use crate::audit::select::Wanted;
use crate::replay::{Context, study};
use crate::source::{Counted, Question, SourceError, file};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The events that speak of the object, in the order of the input.
    pub events: Vec<Event>,
    /// What the other events tell about the cluster.
    pub context: Context,
    /// Names of objects of the same resource, `namespace/name`, to suggest when nothing matches.
    pub others: BTreeSet<String>,
    /// What could not be read.
    pub losses: Losses,
    /// Everything that was looked at.
    pub counted: Counted,
}

/// How many other names are remembered.
const MOST_NAMES: usize = 50_000;

/// What one record gave.
pub(super) enum Found {
    Event(Box<Event>),
    Lost(crate::source::Skipped),
    Aside { name: Option<String>, context: Box<Context> },
}

/// Reads only the records in which the object's name stands.
pub(super) fn quick(paths: &[PathBuf], wanted: &Wanted) -> Result<Gathered, SourceError> {
    let question = Question { needles: vec![wanted.name.clone().into_bytes()] };
    let mut gathered = Gathered::default();
    gathered.counted = file::map(
        paths,
        &question,
        |record| match parse_if_of(&record, wanted) {
            Ok(event) => event.map(|event| Found::Event(Box::new(event))),
            Err(skipped) => Some(Found::Lost(skipped)),
        },
        |found| gathered.take(found),
    )?;
    Ok(gathered)
}

/// Reads every record: also for what other events tell about the cluster, and for names to suggest.
pub(super) fn thorough(paths: &[PathBuf], wanted: &Wanted) -> Result<Gathered, SourceError> {
    let mut gathered = Gathered::default();
    gathered.counted = file::map(paths, &Question::default(), |record| Some(look(&record, wanted)), |found| gathered.take(found))?;
    Ok(gathered)
}

pub(super) fn look(record: &crate::source::Record, wanted: &Wanted) -> Found {
    let event = match Event::parse(record) {
        Ok(event) => event,
        Err(skipped) => return Found::Lost(skipped),
    };
    if wanted.is_meant_by(&event) {
        return Found::Event(Box::new(event));
    }
    let object = event.object_ref();
    let name = (object.resource == wanted.resource).then(|| event.name().map(|name| format!("{}/{name}", object.namespace))).flatten();
    let near = wanted.namespace.as_deref() == Some(&object.namespace) || Context::listens_to(&object.resource);
    Found::Aside { name, context: Box::new(if near { study(&event) } else { Context::default() }) }
}

impl Gathered {
    pub(super) fn take(&mut self, found: Result<Found, crate::source::Skipped>) -> ControlFlow<()> {
        match found {
            Ok(Found::Event(event)) => self.events.push(*event),
            Ok(Found::Aside { name, context }) => {
                self.context.absorb(*context);
                self.others.extend(name.filter(|_| self.others.len() < MOST_NAMES));
            }
            Ok(Found::Lost(skipped)) | Err(skipped) => self.losses.add(skipped),
        }
        ControlFlow::Continue(())
    }
}

/// Standard input can be read only once, so everything is looked at in one go.
pub(super) fn once_only(paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| path == Path::new("-"))
}
