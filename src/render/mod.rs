//! Reports to people and to other programs: one file per form, each a function of the reports, a [`Style`] and a writer.
//!
//! What enters: finished [`Report`]s. What leaves: bytes. Promise: nothing from a log reaches the output raw; control
//! characters, escape sequences and invisible characters are spelt out (`escape`), markup is escaped in HTML and
//! Markdown. What is not shown is counted where it would stand.

mod blame;
mod columns;
mod comparison;
mod diff;
mod document;
mod escape;
mod html;
mod json_patch;
mod markdown;
mod paint;
mod places;
mod table;
mod text;
mod value;
mod view;
mod words;
mod yaml;

pub use blame::blame;
pub use comparison::comparison;
pub use diff::diff;
pub use html::html;
pub use json_patch::json_patch;
pub use markdown::markdown;
pub use table::{table_header, table_row};
pub use text::{text, wide};
pub use view::{Side, View};
pub use yaml::{object_json, yaml};

#[cfg(doc)]
use crate::report::Report;

pub mod listing;

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
