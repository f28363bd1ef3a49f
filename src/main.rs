//! Parses the command line, looks at the world, runs a command.

use auditdiff::cli::args::{Cli, Command};
use auditdiff::cli::{Exit, Failure};
use auditdiff::commands;
use clap::Parser;
use std::io::{BufWriter, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let exit = run(&Cli::parse()).unwrap_or_else(|failure| {
        eprintln!("auditdiff: {}", failure.message);
        failure.exit
    });
    ExitCode::from(exit as u8)
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    let mut out = BufWriter::new(stdout().lock());
    match &cli.command {
        Command::Query(args) => commands::query::run(args, &mut out),
        #[cfg(feature = "cloudwatch")]
        Command::Fetch(args) => commands::fetch::run(args, &world(), &mut out),
        _ => Err(Failure::usage("not yet")),
    }
}

#[cfg(feature = "cloudwatch")]
fn world() -> auditdiff::cli::live::Environment {
    use auditdiff::cli::{live::Environment, time::Zone};
    use std::io::IsTerminal;
    Environment {
        now: chrono::Utc::now(),
        zone: Zone::System,
        kubeconfigs: Environment::kubeconfigs(std::env::var_os("KUBECONFIG"), std::env::home_dir()),
        read: |path| std::fs::read_to_string(path),
        stderr_is_terminal: std::io::stderr().is_terminal(),
    }
}
