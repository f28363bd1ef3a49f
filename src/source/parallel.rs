//! All cores at work on the files, what they make handed out in the order of the input.
//!
//! Work is dealt out in tasks: a block of a large file of lines, or a whole file. Each task has a short channel of its own,
//! and the channels are emptied in the order of the tasks; a worker that is too far ahead waits. So memory is bounded by the
//! number of workers, whatever the length of the input.

use super::blocks::Blocks;
use super::buffer::Buffer;
use super::needles::Needles;
use super::progress::Progress;
use super::sink::Sink;
use super::{Counted, Record, Skipped, SourceError, file, folder, whole};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// More workers would wait for the memory rather than for each other's work.
const WORKERS: usize = 16;

/// What a worker makes is handed over in pieces that come from about so many bytes of records.
const HANDOVER: usize = 1 << 18;

/// What is to be read next.
enum Task {
    Block(Arc<Blocks>, u64),
    Whole { path: PathBuf, named: bool },
    Skip(Skipped),
}

enum Message<T> {
    Made(Vec<Result<T, Skipped>>),
    Done(Result<Counted, SourceError>),
}

/// Does `work` on every record and gives `each` what it makes.
pub(super) fn run<T: Send>(
    paths: &[PathBuf],
    needles: &Needles,
    progress: &Progress,
    work: &(impl Fn(Record) -> Option<T> + Sync),
    each: &mut dyn FnMut(Result<T, Skipped>) -> ControlFlow<()>,
) -> Result<Counted, SourceError> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS);
    let (line, queue) = sync_channel(workers);
    let tasks = Mutex::new(Some((tasks(paths), line)));
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut buffer = Buffer::default();
                while let Some((task, sender)) = next(&tasks) {
                    frame(task, needles, progress, work, sender, &mut buffer);
                }
            });
        }
        // The queue must be gone when the scope waits for its workers: whoever still has something to say gives up then.
        collect(queue, progress, each)
    })
}

/// Tasks, and the line that their channels stand in; gone when there are no more.
type Tasks<I, T> = Mutex<Option<(I, SyncSender<Receiver<Message<T>>>)>>;

/// The next task, its channel being put in line at the same time, so that the order is that of the input.
fn next<T>(tasks: &Tasks<impl Iterator<Item = Task>, T>) -> Option<(Task, SyncSender<Message<T>>)> {
    let mut tasks = tasks.lock().unwrap_or_else(PoisonError::into_inner);
    let (rest, line) = tasks.as_mut()?;
    let (sender, receiver) = sync_channel(1);
    match rest.next() {
        Some(task) if line.send(receiver).is_ok() => Some((task, sender)),
        _ => {
            *tasks = None;
            None
        }
    }
}

fn tasks(paths: &[PathBuf]) -> impl Iterator<Item = Task> + Send {
    let files = paths.iter().flat_map(|named| folder::files(named).into_iter().map(move |path| (named, path)));
    files.flat_map(|(named, path)| -> Box<dyn Iterator<Item = Task> + Send> {
        let path = match path {
            Ok(path) => path,
            Err(skipped) => return Box::new(std::iter::once(Task::Skip(skipped))),
        };
        match Blocks::open(&path, &file::name(&path)).map(Arc::new) {
            Some(blocks) => Box::new((0..blocks.count()).map(move |block| Task::Block(blocks.clone(), block))),
            None => Box::new(std::iter::once(Task::Whole { named: path == *named, path })),
        }
    })
}

fn frame<T>(
    task: Task,
    needles: &Needles,
    progress: &Progress,
    work: &impl Fn(Record) -> Option<T>,
    sender: SyncSender<Message<T>>,
    buffer: &mut Buffer,
) {
    let (mut made, mut weight) = (Vec::new(), 0);
    let mut each = |found: Result<Record, Skipped>| {
        weight += found.as_ref().map_or(0, |record| record.text.len());
        made.extend(match found {
            Ok(record) => work(record).map(Ok),
            Err(skipped) => Some(Err(skipped)),
        });
        if weight < HANDOVER || made.is_empty() {
            return ControlFlow::Continue(());
        }
        weight = 0;
        match sender.send(Message::Made(std::mem::take(&mut made))) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    };
    let source = match &task {
        Task::Block(blocks, _) => blocks.source.clone(),
        Task::Whole { path, .. } => file::name(path),
        Task::Skip(skipped) => skipped.origin.source.clone(),
    };
    let mut sink = Sink::new(source, needles, &mut each);
    let ended = match task {
        Task::Block(blocks, block) => {
            let framed = blocks.frame(block, buffer, &mut sink);
            progress.add(blocks.length(block));
            sink.counted.bytes = blocks.length(block);
            framed.map_err(|error| file::unreadable(blocks.source.as_ref().as_ref(), &error))
        }
        Task::Whole { path, named } => whole::frame(&path, named, &mut sink, progress),
        Task::Skip(skipped) => Ok(sink.skip(0, skipped.reason)),
    };
    let counted = sink.counted;
    if !made.is_empty() {
        // If nobody listens any more, there is nothing left to do: the next send fails as well.
        let _ = sender.send(Message::Made(made));
    }
    let _ = sender.send(Message::Done(ended.map(|_| counted)));
}

fn collect<T>(
    queue: Receiver<Receiver<Message<T>>>,
    progress: &Progress,
    each: &mut dyn FnMut(Result<T, Skipped>) -> ControlFlow<()>,
) -> Result<Counted, SourceError> {
    let mut counted = Counted::default();
    for message in queue.iter().flatten() {
        match message {
            Message::Made(made) => {
                for one in made {
                    if progress.aside(|| each(one)).is_break() {
                        return Ok(counted);
                    }
                }
            }
            Message::Done(done) => counted += done?,
        }
    }
    Ok(counted)
}
