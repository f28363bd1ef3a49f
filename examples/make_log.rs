//! Writes a large audit log for the benchmarks:
//!
//! ```text
//! cargo run --release --example make_log -- MIB [SEED] > audit.jsonl
//! ```

#[path = "../benches/support/generator.rs"]
mod generator;

use std::io::{BufWriter, stdout};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u64>());
    let (Some(Ok(mebibytes)), seed) = (args.next(), args.next().and_then(Result::ok).unwrap_or(1)) else {
        eprintln!("usage: make_log MIB [SEED] > audit.jsonl");
        std::process::exit(2);
    };
    generator::write(mebibytes << 20, seed, &mut BufWriter::new(stdout().lock()))
}
