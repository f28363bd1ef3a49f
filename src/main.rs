use auditdiff::cli::args::{Cli, Command};
use clap::Parser;
fn main() {
    let cli = Cli::parse();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match cli.command {
        Command::Replay(args) => {
            let _ = auditdiff::commands::replay::run(&args, &mut out);
        }
        _ => {}
    }
}
