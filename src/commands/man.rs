//! `auditdiff man`: the manual.

use super::World;
use crate::cli::args::{Cli, ManArgs};
use crate::cli::{Exit, Failure};
use clap::CommandFactory;

/// Prints the page of the program, or writes the pages of all commands into a folder.
///
/// # Errors
/// A source failure when a page cannot be written, or a closed or full output.
pub fn run(args: &ManArgs, world: &mut World<'_>) -> Result<Exit, Failure> {
    match &args.folder {
        Some(folder) => {
            let unwritable = |error: std::io::Error| Failure {
                message: format!("cannot write the manual to {}: {error}", folder.display().to_string().escape_debug()),
                exit: Exit::SourceFailed,
            };
            std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Cli::command(), folder)).map_err(unwritable)?;
        }
        None => {
            clap_mangen::Man::new(Cli::command()).render(&mut world.out)?;
            world.out.flush()?;
        }
    }
    Ok(Exit::Done)
}
