//! The table that the console exports: a header with `@message`, quotes doubled, line feeds allowed inside quotes.

use super::TOO_LONG;
use super::log_event::NO_MESSAGE;
use crate::source::RECORD_LIMIT;
use crate::source::sink::Sink;
use crate::source::window::Window;
use csv_core::{ReadRecordResult, Reader};
use memchr::memchr2_iter;
use std::io::Read;
use std::ops::ControlFlow;

/// Whether a text begins with the header of such a table.
pub(super) fn begins(head: &[u8]) -> bool {
    head.starts_with(b"@") || head.starts_with(b"\"@")
}

/// Frames a table. A record's place is its row, the header being the first.
pub(in crate::source) fn frame<R: Read>(window: &mut Window<R>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let mut place = 1;
    let message = match row(window) {
        Row::Whole(length) => {
            let column = fields(&window.bytes()[..length]).iter().position(|field| field == b"@message");
            window.consume(length);
            column
        }
        Row::TooLong | Row::Cut | Row::None => None,
    };
    let Some(column) = message else { return sink.skip(1, NO_MESSAGE) };
    loop {
        place += 1;
        match row(window) {
            Row::Whole(length) => {
                let text = &window.bytes()[..length];
                let flow = match sink.needles.stand_in(text) {
                    _ if text.trim_ascii().is_empty() => ControlFlow::Continue(()),
                    false => sink.pass(),
                    true => match fields(text).get(column) {
                        Some(message) => sink.deliver(place, message.trim_ascii()),
                        None => sink.skip(place, "a row with fewer columns than the header"),
                    },
                };
                window.consume(length);
                flow?;
            }
            Row::TooLong => sink.skip(place, TOO_LONG)?,
            Row::Cut if !window.failed() => return sink.skip(place, "cut off: the row has no end"),
            Row::Cut | Row::None => return ControlFlow::Continue(()),
        }
    }
}

/// What became of one row.
enum Row {
    /// It is in memory, this long.
    Whole(usize),
    /// Too long to be kept; the next one begins after some later line feed.
    TooLong,
    /// The stream ended inside quotes.
    Cut,
    /// The stream ended before.
    None,
}

/// Finds the line feed outside quotes.
fn row<R: Read>(window: &mut Window<R>) -> Row {
    let (mut seen, mut quoted, mut too_long) = (0, false, false);
    loop {
        let bytes = window.bytes();
        for at in memchr2_iter(b'"', b'\n', &bytes[seen..]) {
            match bytes[seen + at] {
                b'"' => quoted = !quoted,
                _ if too_long || !quoted => {
                    let length = seen + at + 1;
                    if too_long {
                        window.consume(length);
                        return Row::TooLong;
                    }
                    return Row::Whole(length);
                }
                _ => {}
            }
        }
        seen = bytes.len();
        if seen > RECORD_LIMIT {
            too_long = true;
        }
        if too_long {
            window.consume(seen);
            seen = 0;
        }
        if !window.more() {
            return match window.bytes().len() {
                _ if too_long => Row::TooLong,
                0 => Row::None,
                _ if quoted || window.failed() => Row::Cut,
                length => Row::Whole(length),
            };
        }
    }
}

fn fields(row: &[u8]) -> Vec<Vec<u8>> {
    let (mut text, mut ends) = (vec![0; row.len()], vec![0; row.len() + 1]);
    let mut reader = Reader::new();
    let (result, read, written, mut count) = reader.read_record(row, &mut text, &mut ends);
    if result == ReadRecordResult::InputEmpty {
        count += reader.read_record(&row[read..], &mut text[written..], &mut ends[count..]).3;
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends.iter().copied()).take(count).map(|(start, end)| text[start..end].to_vec()).collect()
}
