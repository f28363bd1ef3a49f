//! What the terminal and the environment mean for the output. Pure functions: `main` reads the world and passes it in.

use clap::ValueEnum;

/// `--color`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum When {
    /// On a terminal that wants it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What is known of the place the output goes to. Environment variables as they are set, `None` where they are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal<'a> {
    /// Standard output is a terminal.
    pub is_terminal: bool,
    /// Its size in columns and rows, if it has one.
    pub size: Option<(usize, usize)>,
    /// `NO_COLOR` (<https://no-color.org>): not empty means no colours.
    pub no_color: Option<&'a str>,
    /// `CLICOLOR_FORCE` (<https://bixense.com/clicolors/>): set and not `0` means colours, also into a pipe.
    pub clicolor_force: Option<&'a str>,
    /// `TERM`: `dumb` can do nothing.
    pub term: Option<&'a str>,
    /// `COLUMNS`: a width for output that goes elsewhere.
    pub columns: Option<&'a str>,
    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set and not empty.
    pub locale: Option<&'a str>,
    /// `PAGER`.
    pub pager: Option<&'a str>,
}

/// The width where none is known.
const WIDTH: usize = 80;
/// Narrower than this nothing can be laid out.
const NARROWEST: usize = 40;

impl Terminal<'_> {
    /// Whether to use colours. What is asked for on the command line wins over the environment.
    pub fn color(&self, when: When) -> bool {
        let is_set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
        match when {
            When::Always => true,
            When::Never => false,
            When::Auto if is_set(self.no_color) => false,
            When::Auto if is_set(self.clicolor_force) && self.clicolor_force != Some("0") => true,
            When::Auto => self.is_terminal && self.term != Some("dumb"),
        }
    }

    /// The columns to fit into.
    pub fn width(&self) -> usize {
        let asked = self.columns.and_then(|columns| columns.parse().ok());
        let shown = self.size.map(|(columns, _)| columns).filter(|_| self.is_terminal);
        shown.or(asked).filter(|columns| *columns > 0).unwrap_or(WIDTH).max(NARROWEST)
    }

    /// Whether symbols beyond ASCII are understood: any UTF-8 locale. Nothing said means yes, only `C` and `POSIX` mean no.
    pub fn unicode(&self) -> bool {
        let Some(locale) = self.locale.filter(|locale| !locale.is_empty()) else { return true };
        let lower = locale.to_ascii_lowercase();
        lower.contains("utf-8") || lower.contains("utf8")
    }

    /// The pager's command line for so many lines of output; `None` to write straight. As git does it: only on a terminal,
    /// only if it does not fit, `less -FRX` unless `PAGER` says otherwise, none if `PAGER` is empty or `cat`.
    pub fn pager(&self, wanted: bool, lines: usize) -> Option<String> {
        let fits = self.size.is_none_or(|(_, rows)| lines < rows);
        if !wanted || !self.is_terminal || fits || self.term == Some("dumb") {
            return None;
        }
        match self.pager {
            None => Some("less -FRX".into()),
            Some("" | "cat") => None,
            // Without R, less would print colours as text.
            Some("less") => Some("less -FRX".into()),
            Some(command) => Some(command.into()),
        }
    }
}

/// The program that opens a file in the browser, and its first arguments, by operating system (`std::env::consts::OS`).
pub fn opener(os: &str) -> (&'static str, &'static [&'static str]) {
    match os {
        "macos" => ("open", &[]),
        "windows" => ("explorer", &[]),
        _ => ("xdg-open", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Terminal<'_> = Terminal {
        is_terminal: true,
        size: Some((120, 40)),
        no_color: None,
        clicolor_force: None,
        term: Some("xterm-256color"),
        columns: None,
        locale: Some("en_US.UTF-8"),
        pager: None,
    };
    const PIPE: Terminal<'_> = Terminal { is_terminal: false, size: None, ..SCREEN };

    #[test]
    fn colours_go_to_terminals_that_want_them() {
        assert!(SCREEN.color(When::Auto));
        assert!(!PIPE.color(When::Auto));
        assert!(!Terminal { no_color: Some("1"), ..SCREEN }.color(When::Auto));
        assert!(Terminal { no_color: Some(""), ..SCREEN }.color(When::Auto), "an empty NO_COLOR says nothing");
        assert!(!Terminal { term: Some("dumb"), ..SCREEN }.color(When::Auto));
        assert!(Terminal { clicolor_force: Some("1"), ..PIPE }.color(When::Auto));
        assert!(!Terminal { clicolor_force: Some("0"), ..PIPE }.color(When::Auto));
        assert!(!Terminal { clicolor_force: Some("1"), no_color: Some("1"), ..PIPE }.color(When::Auto), "NO_COLOR is the stronger wish");
    }

    #[test]
    fn the_command_line_wins_over_the_environment() {
        assert!(Terminal { no_color: Some("1"), ..PIPE }.color(When::Always));
        assert!(!Terminal { clicolor_force: Some("1"), ..SCREEN }.color(When::Never));
    }

    #[test]
    fn the_width_is_the_terminals_else_columns_else_eighty() {
        assert_eq!(SCREEN.width(), 120);
        assert_eq!(PIPE.width(), 80);
        assert_eq!(Terminal { columns: Some("132"), ..PIPE }.width(), 132);
        assert_eq!(Terminal { columns: Some("many"), ..PIPE }.width(), 80);
        assert_eq!(Terminal { size: Some((0, 0)), ..SCREEN }.width(), 80);
        assert_eq!(Terminal { size: Some((3, 40)), ..SCREEN }.width(), 40, "narrower cannot be laid out");
    }

    #[test]
    fn symbols_need_a_locale_that_knows_them() {
        assert!(SCREEN.unicode());
        assert!(Terminal { locale: None, ..SCREEN }.unicode());
        assert!(!Terminal { locale: Some("C"), ..SCREEN }.unicode());
        assert!(Terminal { locale: Some("C.utf8"), ..SCREEN }.unicode());
    }

    #[test]
    fn a_pager_only_for_what_does_not_fit_on_a_terminal() {
        assert_eq!(SCREEN.pager(true, 41).as_deref(), Some("less -FRX"));
        assert_eq!(SCREEN.pager(true, 39), None);
        assert_eq!(SCREEN.pager(false, 400), None);
        assert_eq!(PIPE.pager(true, 400), None);
        assert_eq!(Terminal { pager: Some("most -w"), ..SCREEN }.pager(true, 400).as_deref(), Some("most -w"));
        assert_eq!(Terminal { pager: Some(""), ..SCREEN }.pager(true, 400), None);
        assert_eq!(Terminal { pager: Some("cat"), ..SCREEN }.pager(true, 400), None);
    }

    #[test]
    fn every_system_has_its_way_to_open_a_page() {
        assert_eq!(opener("macos").0, "open");
        assert_eq!(opener("linux").0, "xdg-open");
    }
}
