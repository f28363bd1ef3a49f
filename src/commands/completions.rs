//! `auditdiff completions`: what a shell needs to complete the command line.

use super::World;
use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::{Exit, Failure};
use clap::CommandFactory;

/// Prints the shell's script.
///
/// # Errors
/// A closed or full output.
pub fn run(args: &CompletionsArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    // Made in memory: the generator takes a failed write for a bug.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "auditdiff", &mut script);
    world.out.write_all(&script)?;
    world.out.flush()?;
    Ok(Exit::Done)
}
