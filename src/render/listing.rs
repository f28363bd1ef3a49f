//! What is in a log, for reading.

use super::escape::plain;
use crate::report::listing::Listing;
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style};

/// How many names are shown of anything.
const SHOWN: usize = 10;

/// Writes a listing.
///
/// # Errors
/// Those of writing.
pub fn text(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    head(listing, out)?;
    webhooks(listing, out)?;
    names("Pods created", listing.pods_created, listing.pods.iter().map(String::as_str), out)?;
    if listing.sources.len() > 1 {
        let sources = listing.sources.iter().map(|(source, events)| format!("{source}: {}", count(*events)));
        names("Sources", listing.sources.len() as u64, sources, out)?;
    }
    skipped(listing, out)
}

fn head(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    let sources = match listing.sources.len() {
        0 | 1 => String::new(),
        sources => format!(" from {} sources", count(sources as u64)),
    };
    let events = if listing.events == 1 { "event" } else { "events" };
    writeln!(out, "{} audit {events}{sources}, {}", count(listing.events), size(listing.bytes))?;
    if let (Some(from), Some(to)) = (&listing.from, &listing.to) {
        writeln!(out, "  time    {from} to {to}")?;
    }
    let levels: Vec<String> = listing.levels.iter().rev().map(|(level, events)| format!("{level} {}", count(*events))).collect();
    if !levels.is_empty() {
        writeln!(out, "  levels  {}", levels.join(", "))?;
    }
    if listing.events > 0 && !listing.levels.keys().any(|level| level.starts_with("Request")) {
        writeln!(out, "          Only Metadata: this log says which webhooks were called, not what they changed.")?;
    }
    Ok(())
}

fn webhooks(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    if listing.webhooks.is_empty() {
        return writeln!(out, "\nNo event tells of a mutating webhook.");
    }
    writeln!(out, "\nAdmissions with mutating webhooks: {}", count(listing.admissions_with_webhooks))?;
    let mut table = Builder::default();
    table.push_record(["webhook", "configuration", "calls", "changed", "failed open"]);
    for webhook in listing.webhooks.iter().take(SHOWN) {
        let numbers = [webhook.calls, webhook.mutated, webhook.failed_open].map(count);
        table.push_record([&webhook.name, &webhook.configuration].map(|name| plain(name).into_owned()).into_iter().chain(numbers));
    }
    let mut table = table.build();
    table.with(Style::blank()).modify(Columns::new(2..), Alignment::right());
    for line in table.to_string().lines() {
        writeln!(out, " {}", line.trim_end())?;
    }
    more(listing.webhooks.len() as u64, out)
}

fn names(what: &str, all: u64, names: impl Iterator<Item = impl AsRef<str>>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{what}: {}", count(all))?;
    let mut shown = 0;
    for name in names.take(SHOWN) {
        writeln!(out, "  {}", plain(name.as_ref()))?;
        shown += 1;
    }
    more(if shown == 0 { 0 } else { all }, out)
}

fn skipped(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    if listing.skipped.is_empty() {
        return Ok(());
    }
    let all = listing.skipped.iter().map(|reason| reason.records).sum();
    writeln!(out, "\nNot readable: {} of {} records", count(all), count(listing.records))?;
    for reason in listing.skipped.iter().take(SHOWN) {
        writeln!(out, "  {} × {} (first: {})", count(reason.records), plain(&reason.reason), plain(&reason.first))?;
    }
    more(listing.skipped.len() as u64, out)
}

fn more(all: u64, out: &mut dyn Write) -> io::Result<()> {
    if all > SHOWN as u64 { writeln!(out, "  and {} more", count(all - SHOWN as u64)) } else { Ok(()) }
}

/// 616030 as 616,030.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    groups.join(",")
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let unit = (bytes.max(1).ilog2() / 10).min(4) as usize;
    match unit {
        0 => format!("{bytes} bytes"),
        _ => format!("{:.1} {}", bytes as f64 / (1_u64 << (10 * unit)) as f64, UNITS[unit]),
    }
}
