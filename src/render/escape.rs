//! Text from a log, made safe to look at.
//!
//! A terminal obeys escape sequences and reorders text at bidirectional marks; zero-width characters hide differences
//! (<https://trojansource.codes/>). All of them are spelt out: `\x1b`, `\u{202e}`.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character acts on the display instead of showing itself: control characters (Cc), line separators, and what
/// Unicode calls format characters and default-ignorable code points
/// (<https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt>).
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{8e2}'
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// One line of plain text: hidden characters spelt out.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            c if !is_hidden(c) => safe.push(c),
            c if (c as u32) < 0x100 => write!(safe, "\\x{:02x}", c as u32).unwrap_or_default(),
            c => write!(safe, "\\u{{{:x}}}", c as u32).unwrap_or_default(),
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_acts_on_a_terminal_is_spelt_out() {
        assert_eq!(plain("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m");
        assert_eq!(plain("a\u{202e}b\u{200b}c\u{9b}"), "a\\u{202e}b\\u{200b}c\\x9b");
        assert_eq!(plain("two\nlines\tand\r"), "two\\nlines\\tand\\r");
        assert!(matches!(plain("just text, 中文, é"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in "\\PC*|(?s).*") {
            prop_assert!(!plain(&text).contains(is_hidden));
        }
    }
}
