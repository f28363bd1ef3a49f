//! How far reading has come: a bar on stderr, on a terminal only, and only when it takes longer than a moment.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Who waits longer than this wants to know how long.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bar, if there is one.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    begun: Instant,
    shown: AtomicBool,
}

impl Progress {
    /// For an input of so many bytes, if that can be told.
    pub fn new(total: impl FnOnce() -> Option<u64>) -> Progress {
        let bar = stderr().is_terminal().then(|| {
            let (bar, template) = match total() {
                Some(total) => (ProgressBar::new(total), "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left"),
                None => (ProgressBar::no_length(), "{spinner} {bytes}, {bytes_per_sec}"),
            };
            bar.set_draw_target(ProgressDrawTarget::hidden());
            bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Progress { bar, begun: Instant::now(), shown: AtomicBool::new(false) }
    }

    /// So many bytes more are read.
    pub fn add(&self, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        bar.inc(bytes);
        if self.begun.elapsed() > PATIENCE && !self.shown.swap(true, Ordering::Relaxed) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Does something that may print, while the bar is out of the way.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) if self.shown.load(Ordering::Relaxed) => bar.suspend(print),
            _ => print(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
