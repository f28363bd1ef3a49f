//! `auditdiff replay`: every admission with a webhook in a log, in the order of the input, streaming.
//!
//! The input is read twice: first for what its events tell about the cluster and for the names of objects that are
//! updated, then for the answer. Standard input can be read only once; there an event is told with what came before it.
//! Records that cannot matter are passed over unread, unless `--strict` asks for all, or nothing was found to tell.

use super::gather::once_only;
use super::{Losses, World};
use crate::audit::{Event, annotation};
use crate::cli::args::{ReplayArgs, ReplayForm};
use crate::cli::{Exit, Failure};
use crate::render::{self, Style};
use crate::replay::history::News;
use crate::replay::{Context, History, replay, study};
use crate::report::Report;
use crate::report::build::report;
use crate::source::{Counted, Question, Skipped, SourceError, file};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Replays every event with a webhook annotation.
///
/// # Errors
/// A failure with its exit code: an unreadable source, nothing to replay, a closed or full output.
pub fn run(args: &ReplayArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    let paths = &args.input.files;
    let once = once_only(paths);
    let survey = if once { Survey::default() } else { survey(paths)? };
    let (form, style) = (args.output, world.style.clone());
    let document = |report: &Report| Document::new(report, form, &style);
    let mut writer = Writer { form: args.output, world, written: 0, incomplete: false, failed: None };
    writer.begin()?;
    let mut losses = Losses::default();
    let everything = once || args.input.strict;
    let mut counted = told(paths, &survey, once, everything, &document, |told| {
        match told {
            Ok(document) => return writer.write(&document),
            Err(skipped) => losses.add(skipped),
        }
        ControlFlow::Continue(())
    })?;
    let (written, incomplete) = writer.end()?;
    if written == 0 && !everything {
        (losses, counted) = unreadable(paths)?;
    }
    losses.tell(counted, world.err)?;
    if written == 0 {
        let message =
            format!("no event with a mutating webhook in {} records. `auditdiff pod` also shows admissions without", counted.records);
        return Err(Failure { message, exit: Exit::NothingMatched });
    }
    Ok(if args.input.strict && (losses.count > 0 || incomplete) { Exit::Incomplete } else { Exit::Done })
}

/// What the first reading finds out.
#[derive(Default)]
struct Survey {
    context: Context,
    /// Objects that a webhook saw updated: their other events show what they were before.
    updated: BTreeSet<String>,
}

/// How many updated objects' names are remembered.
const MOST_UPDATED: usize = 50_000;

/// With more names than this to look for, reading every record is no slower.
const MOST_NEEDLES: usize = 2_000;

fn survey(paths: &[PathBuf]) -> Result<Survey, SourceError> {
    let mut survey = Survey::default();
    let needles = [WEBHOOKS, "limitranges", "runtimeclasses", "priorityclasses", "serviceaccounts"];
    let question = Question { needles: needles.iter().map(|needle| needle.as_bytes().to_vec()).collect() };
    file::map(
        paths,
        &question,
        |record| {
            let event = Event::parse(&record).ok()?;
            let speaks = annotation::speaks_of_webhooks(&event.annotations);
            if !speaks && !Context::listens_to(&event.object_ref().resource) {
                return None;
            }
            let updated = (speaks && is_update(&event)).then(|| event.object_ref().name.clone());
            Some((study(&event), updated.filter(|name| !name.is_empty())))
        },
        |found| {
            if let Ok((context, updated)) = found {
                survey.context.absorb(context);
                survey.updated.extend(updated.filter(|_| survey.updated.len() < MOST_UPDATED));
            }
            ControlFlow::Continue(())
        },
    )?;
    Ok(survey)
}

/// What stands in every event that speaks of a mutating webhook.
const WEBHOOKS: &str = "webhook.admission.k8s.io/round_";

fn is_update(event: &Event) -> bool {
    matches!(event.verb.as_str(), "update" | "patch") && event.code() != Some(201)
}

/// What a core makes of a record.
enum Work {
    /// A create: told already.
    Told(Document, Option<News>),
    /// An update: what it starts from depends on the events before it.
    Waiting(Box<Event>),
    /// Not an admission with webhooks, but it changed an object.
    Aside(News),
    Lost(Skipped),
    /// What a single reading learns on the way.
    Learned(Box<Event>),
}

fn told(
    paths: &[PathBuf],
    survey: &Survey,
    once: bool,
    everything: bool,
    document: &(impl Fn(&Report) -> Document + Sync),
    mut each: impl FnMut(Result<Document, Skipped>) -> ControlFlow<()>,
) -> Result<Counted, SourceError> {
    let mut needles = vec![WEBHOOKS.as_bytes().to_vec()];
    needles.extend(survey.updated.iter().map(|name| name.clone().into_bytes()));
    let question = if everything || needles.len() > MOST_NEEDLES { Question::default() } else { Question { needles } };
    let work = |record| {
        let event = match Event::parse(&record) {
            Ok(event) => event,
            Err(skipped) => return Some(Work::Lost(skipped)),
        };
        let speaks = annotation::speaks_of_webhooks(&event.annotations);
        match (once, speaks, is_update(&event)) {
            (true, false, _) if !Context::listens_to(&event.object_ref().resource) => News::of(&event).map(Work::Aside),
            (true, ..) => Some(Work::Learned(Box::new(event))),
            (false, true, true) => Some(Work::Waiting(Box::new(event))),
            (false, true, false) => {
                let news = survey.updated.contains(event.name().unwrap_or("")).then(|| News::of(&event)).flatten();
                Some(Work::Told(document(&report(&event, replay(&event, None, &survey.context))), news))
            }
            (false, false, _) => News::of(&event).map(Work::Aside),
        }
    };
    let mut history = History::default();
    let mut context = Context::default();
    file::map(paths, &question, work, |made| match made {
        Ok(Work::Told(told, news)) => {
            news.into_iter().for_each(|news| history.take(news));
            each(Ok(told))
        }
        Ok(Work::Waiting(event)) => {
            let told = report(&event, replay(&event, history.before(&event).as_ref(), &survey.context));
            history.learn(&event);
            each(Ok(document(&told)))
        }
        Ok(Work::Learned(event)) => {
            context.absorb(study(&event));
            let told = annotation::speaks_of_webhooks(&event.annotations)
                .then(|| report(&event, replay(&event, history.before(&event).as_ref(), &context)));
            history.learn(&event);
            told.map_or(ControlFlow::Continue(()), |told| each(Ok(document(&told))))
        }
        Ok(Work::Aside(news)) => {
            history.take(news);
            ControlFlow::Continue(())
        }
        Ok(Work::Lost(skipped)) | Err(skipped) => each(Err(skipped)),
    })
}

/// Nothing was told: whether for want of webhooks or for want of events, only a look at every record shows.
fn unreadable(paths: &[PathBuf]) -> Result<(Losses, Counted), SourceError> {
    let mut losses = Losses::default();
    let counted = file::map(
        paths,
        &Question::default(),
        |record| Event::parse(&record).err(),
        |found| {
            let (Ok(skipped) | Err(skipped)) = found;
            losses.add(skipped);
            ControlFlow::Continue(())
        },
    )?;
    Ok((losses, counted))
}

/// One report in the form that was asked for.
struct Document {
    text: Vec<u8>,
    incomplete: bool,
}

impl Document {
    /// Written where the report is made, on every core: the documents are long.
    fn new(report: &Report, form: ReplayForm, style: &Style) -> Document {
        let mut text = Vec::new();
        let written = match form {
            ReplayForm::Text => render::table_row(report, style, &mut text),
            ReplayForm::Json | ReplayForm::Ndjson => serde_json::to_writer(&mut text, report).map_err(std::io::Error::from),
        };
        debug_assert!(written.is_ok(), "a vector takes every byte");
        Document { text, incomplete: report.is_incomplete() }
    }
}

/// The documents one after another.
struct Writer<'w, 'a> {
    form: ReplayForm,
    world: &'w mut World<'a>,
    written: u64,
    incomplete: bool,
    failed: Option<Failure>,
}

impl Writer<'_, '_> {
    fn begin(&mut self) -> Result<(), Failure> {
        match self.form {
            ReplayForm::Text => render::table_header(&self.world.style, self.world.out)?,
            ReplayForm::Json => self.world.out.write_all(b"[")?,
            ReplayForm::Ndjson => {}
        }
        Ok(())
    }

    fn write(&mut self, document: &Document) -> ControlFlow<()> {
        let (before, after): (&[u8], &[u8]) = match self.form {
            ReplayForm::Text => (b"", b""),
            ReplayForm::Ndjson => (b"", b"\n"),
            ReplayForm::Json if self.written == 0 => (b"\n", b""),
            ReplayForm::Json => (b",\n", b""),
        };
        self.written += 1;
        self.incomplete |= document.incomplete;
        match [before, &document.text, after].into_iter().try_for_each(|part| self.world.out.write_all(part)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error.into());
                ControlFlow::Break(())
            }
        }
    }

    /// How many documents were written, and whether any could not show everything.
    fn end(self) -> Result<(u64, bool), Failure> {
        if let Some(failure) = self.failed {
            return Err(failure);
        }
        if self.form == ReplayForm::Json {
            self.world.out.write_all(b"\n]\n")?;
        }
        self.world.out.flush()?;
        Ok((self.written, self.incomplete))
    }
}
