//! `-o html`: one self-contained page that needs no network, no script to be read, and no trust in what it shows.
//!
//! Everything from the log is escaped. The Content-Security-Policy allows this page's own style and script, by their
//! hashes, and nothing else: even a hole in the escaping could neither run nor send anything.

mod admission;
mod object;
mod step;
mod weave;

use super::escape::markup;
use super::words;
use super::{Style, View};
use crate::report::Report;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page of all reports.
///
/// # Errors
/// What the writer reports.
pub fn html(reports: &[Report], view: &View, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let shown = view.of(reports);
    let title = match reports {
        [one] => format!("{} {}", words::object_kind(one), words::object_name(&one.object)),
        several => format!("{} admissions", several.len()),
    };
    let allowed = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let policy =
        format!("default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'", allowed(STYLE), allowed(SCRIPT));
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">")?;
    writeln!(out, "<title>{} - auditdiff</title>\n<style>{STYLE}</style>\n</head>\n<body>", markup(&title))?;
    writeln!(out, "<header class=\"top\"><span class=\"brand\">auditdiff</span><span class=\"topic\">{}</span>", markup(&title))?;
    badge(view, out)?;
    writeln!(out, "</header>")?;
    if reports.len() > 1 {
        list(&shown, out)?;
    }
    writeln!(out, "<main>")?;
    for (at, (original, shown)) in reports.iter().zip(shown.iter()).enumerate() {
        admission::write(original, shown, at, reports.len() > 1, style, out)?;
    }
    writeln!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")
}

fn badge(view: &View, out: &mut dyn Write) -> io::Result<()> {
    if view.redact {
        let what = "Values of environment variables, command lines and annotations, and whatever looks like a credential, are replaced. \
                    Equal values have equal marks.";
        writeln!(out, "<span class=\"badge safe\" title=\"{what}\">values redacted</span>")
    } else {
        let what = "This page holds values as they stand in the audit log. Look before you share it.";
        writeln!(out, "<span class=\"badge raw\" title=\"{what}\">values not redacted</span>")
    }
}

/// Which admissions there are.
fn list(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<nav class=\"pods\" aria-label=\"Admissions\"><ol>")?;
    for (at, report) in reports.iter().enumerate() {
        let plain = Style { width: 80, color: false, unicode: true, show_noise: false };
        let (symbol, word, _) = words::fidelity(report.replay.fidelity, &plain);
        let (result, _) = words::result(report);
        writeln!(
            out,
            "<li><a href=\"#pod={}\"><b>{}</b> <span>{}</span> <span>{}</span> <span>{symbol} {word}</span></a></li>",
            at + 1,
            markup(&words::object_name(&report.object)),
            markup(&words::time(report.time.as_deref())),
            markup(&result),
        )?;
    }
    writeln!(out, "</ol></nav>")
}
