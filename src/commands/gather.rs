//! Collects from the input what an account needs.

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
    /// The events that speak of what is wanted, in the order of the input.
    pub events: Vec<Event>,
    /// ReplicaSets whose name looks like that of the wanted Deployment's, and who are not its own.
    pub strangers: BTreeSet<String>,
    /// What the other events tell about the cluster.
    pub context: Context,
    /// Names that could have been meant, `namespace/name` or `name`, to suggest when nothing matches.
    pub others: BTreeSet<String>,
    /// The resources that were seen, to suggest when nothing matches.
    pub resources: BTreeSet<String>,
    /// How many events are about what is wanted, duplicates left out: known when they were told.
    pub seen: usize,
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
    Aside(Box<Aside>),
}

/// What a record gave that is not about what is wanted.
#[derive(Default)]
pub(super) struct Aside {
    name: Option<String>,
    resource: String,
    stranger: Option<String>,
    context: Context,
}

/// Reads only the records in which the wanted name stands.
pub(super) fn quick(paths: &[PathBuf], wanted: &Wanted) -> Result<Gathered, SourceError> {
    let question = Question { needles: vec![wanted.needle().as_bytes().to_vec()] };
    let mut gathered = Gathered::default();
    gathered.counted = file::map(
        paths,
        &question,
        |record| match parse_if_of(&record, wanted) {
            Ok(event) => event.map(|event| sorted(event, wanted)),
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
    match Event::parse(record) {
        Ok(event) => sorted(event, wanted),
        Err(skipped) => Found::Lost(skipped),
    }
}

fn sorted(event: Event, wanted: &Wanted) -> Found {
    if wanted.is_meant_by(&event) {
        return Found::Event(Box::new(event));
    }
    let object = event.object_ref();
    let name =
        wanted.kin(&event).map(|name| if object.namespace.is_empty() { name.to_owned() } else { format!("{}/{name}", object.namespace) });
    let near = wanted.namespace() == Some(object.namespace.as_str()) || Context::listens_to(&object.resource);
    Found::Aside(Box::new(Aside {
        name,
        resource: object.resource.clone(),
        stranger: wanted.stranger(&event).map(str::to_owned),
        context: if near { study(&event) } else { Context::default() },
    }))
}

impl Gathered {
    pub(super) fn take(&mut self, found: Result<Found, crate::source::Skipped>) -> ControlFlow<()> {
        match found {
            Ok(Found::Event(event)) => self.events.push(*event),
            Ok(Found::Aside(aside)) => {
                let Aside { name, resource, stranger, context } = *aside;
                self.context.absorb(context);
                self.others.extend(name.filter(|_| self.others.len() < MOST_NAMES));
                self.strangers.extend(stranger.filter(|_| self.strangers.len() < MOST_NAMES));
                if !self.resources.contains(&resource) && self.resources.len() < MOST_NAMES {
                    self.resources.insert(resource);
                }
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
