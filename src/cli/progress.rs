//! What the user sees of a search: a moving line while somebody watches, notices, and one line at the end.

use crate::source::insights::{Fetched, Progress, Status};
use indicatif::{DecimalBytes, HumanFloatCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// Standard error.
#[derive(Debug)]
pub struct Stderr {
    line: ProgressBar,
    quiet: bool,
    print_query: bool,
}

impl Stderr {
    /// `quiet` leaves the query, if `print_query` asks for it, and what makes an answer incomplete.
    pub fn new(is_terminal: bool, quiet: bool, print_query: bool) -> Stderr {
        let target = if is_terminal && !quiet { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let line = ProgressBar::with_draw_target(None, target).with_style(style).with_message("asking CloudWatch");
        if !line.is_hidden() {
            line.enable_steady_tick(Duration::from_millis(100));
        }
        Stderr { line, quiet, print_query }
    }

    /// A notice.
    pub fn say(&self, sentence: &str) {
        if !self.quiet {
            self.line.suspend(|| eprintln!("auditdiff: {sentence}"));
        }
    }

    /// What the search came to: gaps first, each a sentence, then one line of counts and cost. Gaps are said even if `quiet`:
    /// an answer that is not complete must not look like one.
    pub fn summary(&self, fetched: &Fetched) {
        for gap in &fetched.gaps {
            self.line.suspend(|| eprintln!("auditdiff: incomplete: {gap}"));
        }
        self.say(&summary(fetched));
        if fetched.answers == 0 && fetched.gaps.is_empty() {
            self.say("nothing matched. Check the name and the window; audit events come to CloudWatch some minutes late");
        }
    }
}

fn summary(fetched: &Fetched) -> String {
    let mut line = format!("events: {}", fetched.records);
    for (count, what) in [(fetched.skipped, "unreadable"), (fetched.set_aside, "set aside"), (fetched.repeated, "repeated")] {
        if count > 0 {
            line.push_str(&format!(", {what}: {count}"));
        }
    }
    line.push_str(&format!(
        "; scanned {:.3} GB in {} {}, ",
        fetched.bytes_scanned / 1e9,
        fetched.queries,
        if fetched.queries == 1 { "query" } else { "queries" },
    ));
    match fetched.cost() {
        cost if cost < 0.01 => line.push_str("for less than 0.01 USD"),
        cost => line.push_str(&format!("for about {cost:.2} USD")),
    }
    line
}

impl Progress for Stderr {
    fn notice(&mut self, sentence: &str) {
        self.say(sentence);
    }

    fn query(&mut self, text: &str) {
        if self.print_query {
            self.line.suspend(|| eprintln!("{text}"));
        }
    }

    fn status(&mut self, status: &Status<'_>) {
        self.line.set_message(format!(
            "{}, {} events found, {} scanned",
            status.state,
            HumanFloatCount(status.records_matched),
            DecimalBytes(status.bytes_scanned as u64)
        ));
    }

    fn finish(&mut self) {
        self.line.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_what_it_cost() {
        let plain = Fetched { records: 12, bytes_scanned: 1.24e9, queries: 1, ..Fetched::default() };
        let all = Fetched { skipped: 1, set_aside: 3, repeated: 2, queries: 4, bytes_scanned: 250e9, ..plain.clone() };
        insta::assert_snapshot!([plain, all].map(|fetched| summary(&fetched)).join("\n"), @r#"
        events: 12; scanned 1.240 GB in 1 query, for less than 0.01 USD
        events: 12, unreadable: 1, set aside: 3, repeated: 2; scanned 250.000 GB in 4 queries, for about 1.25 USD
        "#);
    }
}
