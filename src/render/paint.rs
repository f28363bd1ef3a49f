//! What a piece of text is, and the colours that go with it: the sixteen of every terminal, legible on dark and on light.

use super::Style;
use super::escape::plain;
use anstyle::{AnsiColor, Style as Ansi};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Ordinary text.
    Plain,
    /// A name the eye should find.
    Title,
    /// A place in the object.
    Place,
    /// Something that came.
    Added,
    /// Something that went.
    Removed,
    /// Something that is different now.
    Changed,
    /// True, but not what one looks for.
    Quiet,
    /// Something to know before trusting the rest.
    Caution,
    /// A refusal or a failure.
    Alarm,
}

impl Role {
    fn ansi(self) -> Ansi {
        let color = |color: AnsiColor| Ansi::new().fg_color(Some(color.into()));
        match self {
            Role::Plain => Ansi::new(),
            Role::Title => Ansi::new().bold(),
            Role::Place => color(AnsiColor::Cyan),
            Role::Added => color(AnsiColor::Green),
            Role::Removed => color(AnsiColor::Red),
            Role::Changed => color(AnsiColor::Blue),
            Role::Quiet => Ansi::new().dimmed(),
            Role::Caution => color(AnsiColor::Magenta),
            Role::Alarm => color(AnsiColor::Red).bold(),
        }
    }
}

/// The text, hidden characters spelt out, in the colours of its role if colours are allowed.
pub(super) fn paint(style: &Style, role: Role, text: &str) -> String {
    let safe = plain(text);
    if !style.color || role == Role::Plain || safe.is_empty() {
        return safe.into_owned();
    }
    let ansi = role.ansi();
    format!("{ansi}{safe}{ansi:#}")
}
