//! Reports to people: one file per form, each a function of the reports and a [`Style`].

/// How it may look: decided at the edge, from the terminal, the environment and the flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Columns to fit into.
    pub width: usize,
    /// Colours are allowed (never the only signal).
    pub color: bool,
    /// Symbols beyond ASCII are allowed.
    pub unicode: bool,
    /// Also show bookkeeping ([`crate::diff::noise`]).
    pub show_noise: bool,
}
