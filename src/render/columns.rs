//! Text into columns: measured as a terminal shows it, wrapped at word-like places, cut in the middle where it must be.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The text in lines of at most `columns`, broken at spaces, else after `. - / , = :`, else before a capital, else anywhere. Never empty.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        // Only as far as the line goes: a value may be a megabyte long.
        let fits = fitting(rest, columns);
        if fits == rest.len() {
            break;
        }
        let (line, next) = match rest[..fits].rfind(' ').filter(|at| *at > fits / 3) {
            Some(space) => (&rest[..space], &rest[space + 1..]),
            None if rest[fits..].starts_with(' ') => (&rest[..fits], &rest[fits + 1..]),
            None => {
                let cut = rest[..fits].rfind(['.', '-', '/', ',', '=', ':']).map(|at| at + 1).or_else(|| hump(&rest[..fits]));
                rest.split_at(cut.filter(|at| *at > fits / 2).unwrap_or(fits))
            }
        };
        lines.push(line.to_owned());
        rest = next;
    }
    if !rest.is_empty() || lines.is_empty() {
        lines.push(rest.to_owned());
    }
    lines
}

/// An indented line in lines of at most `columns`: what follows the first is indented by two more.
pub(super) fn wrap_indented(line: &str, columns: usize) -> Vec<String> {
    let text = line.trim_start_matches(' ');
    let indent = (line.len() - text.len()).min(columns / 2);
    let parts = wrap(text, columns.saturating_sub(indent + 2).max(1));
    if parts.len() == 1 || width(text) + indent <= columns {
        return vec![format!("{}{text}", " ".repeat(indent))];
    }
    parts.iter().enumerate().map(|(at, part)| format!("{}{part}", " ".repeat(if at == 0 { indent } else { indent + 2 }))).collect()
}

/// Where the last capital after a small letter stands.
fn hump(text: &str) -> Option<usize> {
    let after_small = |at: usize| text[..at].ends_with(|c: char| c.is_lowercase());
    text.char_indices().rev().find(|(at, c)| c.is_uppercase() && after_small(*at)).map(|(at, _)| at)
}

/// How many bytes of the text fit into so many columns; at least one character.
fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns && at > 0 {
            return at;
        }
    }
    text.len()
}

/// The text in at most `columns`, the middle left out where it is too long.
pub(super) fn middle(text: &str, columns: usize, unicode: bool) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let gap = if unicode { "…" } else { "..." };
    let room = columns.saturating_sub(width(gap)).max(2);
    let head = fitting(text, room.div_ceil(2));
    let mut tail = text.len();
    for (at, _) in text.char_indices().rev() {
        if width(&text[at..]) > room / 2 || at < head {
            break;
        }
        tail = at;
    }
    format!("{}{gap}{}", &text[..head], &text[tail..])
}

/// The text and spaces up to so many columns.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `1 change`, `7 changes`.
pub(super) fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_names_break_where_names_break() {
        assert_eq!(wrap("iam-for-pods.amazonaws.com", 16), ["iam-for-pods.", "amazonaws.com"]);
        assert_eq!(wrap("one sentence that is long", 12), ["one sentence", "that is long"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(middle("namespace.sidecar-injector.istio.io", 15, true), "namespa…tio.io".replace("tio.io", "stio.io"));
    }

    proptest! {
        #[test]
        fn wrapped_text_fits_and_loses_only_spaces(text in "[a-zé中. -]{0,60}", columns in 2usize..30) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns));
            prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
            prop_assert!(width(&middle(&text, columns.max(5), true)) <= columns.max(5));
        }
    }
}
