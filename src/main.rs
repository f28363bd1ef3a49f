//! Parses the command line, looks at the world, runs a command.

use auditdiff::audit::owner::Workload;
use auditdiff::cli::args::{Cli, Command};
use auditdiff::cli::terminal::{Terminal, opener};
use auditdiff::cli::{Exit, Failure, called};
use auditdiff::commands::{self, World};
use auditdiff::render::Style;
use std::env;
use std::io::{self, BufWriter, IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;
use std::process::{self, ExitCode, Stdio};

fn main() -> ExitCode {
    let exit = run(&called::parse(env::args_os())).unwrap_or_else(|failure| {
        if !failure.message.is_empty() {
            eprintln!("auditdiff: {}", failure.message);
        }
        failure.exit
    });
    ExitCode::from(exit as u8)
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    let variable = |name: &str| env::var(name).ok();
    let [no_color, force, term, columns, pager] = ["NO_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS", "PAGER"].map(variable);
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|locale| !locale.is_empty());
    let terminal = Terminal {
        is_terminal: stdout().is_terminal(),
        size: terminal_size::terminal_size_of(stdout()).map(|(width, height)| (width.0.into(), height.0.into())),
        no_color: no_color.as_deref(),
        clicolor_force: force.as_deref(),
        term: term.as_deref(),
        columns: columns.as_deref(),
        locale: locale.as_deref(),
        pager: pager.as_deref(),
    };
    let style =
        Style { width: terminal.width(), color: terminal.color(cli.terminal.color), unicode: terminal.unicode(), show_noise: false };
    let mut world = World {
        out: &mut BufWriter::with_capacity(1 << 16, stdout().lock()),
        // Not locked: a progress line is drawn from another thread.
        err: &mut stderr(),
        style,
        terminal,
        pages: !cli.terminal.no_pager,
        page,
        open,
        #[cfg(feature = "cloudwatch")]
        environment: environment(),
    };
    match &cli.command {
        Command::Pod(args) => commands::pod::run(args, &mut world),
        Command::Deployment(args) => commands::workload::run(Workload::Deployment, args, &mut world),
        Command::Replicaset(args) => commands::workload::run(Workload::ReplicaSet, args, &mut world),
        Command::Daemonset(args) => commands::workload::run(Workload::DaemonSet, args, &mut world),
        Command::Statefulset(args) => commands::workload::run(Workload::StatefulSet, args, &mut world),
        Command::Job(args) => commands::workload::run(Workload::Job, args, &mut world),
        Command::Object(args) => commands::object::run(args, &mut world),
        Command::Event(args) => commands::event::run(args, &mut world),
        Command::List(args) => commands::list::run(args, &mut world),
        Command::Replay(args) => commands::replay::run(args, &mut world),
        Command::Sample(args) => commands::sample::run(args, &mut world),
        Command::Query(args) => commands::query::run(args, &mut world),
        #[cfg(feature = "cloudwatch")]
        Command::Fetch(args) => commands::fetch::run(args, &mut world),
        Command::Completions(args) => commands::completions::run(args, &mut world),
        Command::Man(args) => commands::man::run(args, &mut world),
    }
}

/// As git does it: the shell reads the command line. A pager that is left early is no failure.
fn page(pager: &str, text: &[u8]) -> io::Result<()> {
    let mut child = process::Command::new("sh").args(["-c", pager]).stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        match stdin.write_all(text) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
            _ => {}
        }
    }
    child.wait().map(drop)
}

/// The page holds what the log holds: it is readable by its owner alone.
fn open(page: &[u8]) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix("auditdiff-").suffix(".html").tempfile()?;
    file.write_all(page)?;
    let (_, place) = file.keep().map_err(|error| error.error)?;
    let (program, arguments) = opener(env::consts::OS);
    process::Command::new(program).args(arguments).arg(&place).stdout(Stdio::null()).spawn()?;
    Ok(place)
}

#[cfg(feature = "cloudwatch")]
fn environment() -> auditdiff::cli::live::Environment {
    use auditdiff::cli::{live::Environment, time::Zone};
    Environment {
        now: chrono::Utc::now(),
        zone: Zone::System,
        kubeconfigs: Environment::kubeconfigs(env::var_os("KUBECONFIG"), env::home_dir()),
        read: |path| std::fs::read_to_string(path),
        stderr_is_terminal: stderr().is_terminal(),
    }
}

/// Replaying is allocating and freeing small JSON trees; this allocator does it in about half the time of the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
