//! By which name the program was called: its own, or that of a plugin of kubectl.

use super::args::Cli;
use clap::{CommandFactory, FromArgMatches};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Parses the command line; help, version and mistakes are told, and end the program.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Cli {
    let arguments: Vec<OsString> = arguments.collect();
    let matches = command(arguments.first().map(OsString::as_os_str)).get_matches_from(arguments);
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// The definition of the command line, in the words by which it was called: kubectl runs `kubectl-auditdiff` for
/// `kubectl auditdiff` (<https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/>).
fn command(program: Option<&OsStr>) -> clap::Command {
    let plugin = program.is_some_and(|program| Path::new(program).file_stem() == Some(OsStr::new("kubectl-auditdiff")));
    if plugin { Cli::command().bin_name("kubectl auditdiff") } else { Cli::command() }
}
