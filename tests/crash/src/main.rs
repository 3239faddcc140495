//! Whole-system proofs of what the store promises: the built `postroom` is killed, paused, raced and cut off from its
//! database, and what it then shows is compared with what its clients know.
//!
//! `cargo xtask crash` starts this with what it needs; `docs/reliability.md` says what is proved.

mod client;
mod dns;
mod facts;
mod fleet;
mod http;
mod kinds;
mod load;
mod mail;
mod postgres;
mod problem;
mod proofs;
mod random;
mod run;
mod server;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use proofs::Proof;
use run::{Engine, Run};

/// Kills, pauses and races the built program and looks whether it keeps its word.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask crash", after_help = EXAMPLES)]
struct CommandLine {
    /// Rounds of the proofs that break something at random.
    #[arg(long, default_value_t = 20)]
    rounds: u64,
    /// Only this engine.
    #[arg(long)]
    engine: Option<Engine>,
    /// Only these proofs.
    #[arg(long, value_delimiter = ',')]
    proof: Vec<Proof>,
    /// Where chance begins; the same seed plans the same calls.
    #[arg(long)]
    seed: Option<u64>,
    /// Keep the data when a proof fails.
    #[arg(long)]
    keep: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask crash
  cargo xtask crash --rounds 500 --engine embedded --proof kill
  cargo xtask crash --seed 7 --keep --proof races";

fn main() -> ExitCode {
    let words = CommandLine::parse();
    let seed = words.seed.unwrap_or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        since.as_nanos() as u64 % 1_000_000_007
    });
    let engines = words.engine.map_or(vec![Engine::Embedded, Engine::Postgres], |engine| vec![engine]);
    println!("seed {seed}");
    for proof in Proof::ALL.iter().filter(|proof| words.proof.is_empty() || words.proof.contains(proof)) {
        for engine in engines.iter().filter(|engine| proof.runs_on(**engine)) {
            let began = Instant::now();
            println!("{proof} on {engine}: {}", proof.about());
            let run = match Run::new(words.rounds, seed) {
                Ok(run) => run,
                Err(problem) => {
                    eprintln!("{problem}");
                    return ExitCode::FAILURE;
                }
            };
            match proof.prove(&run, *engine) {
                Ok(said) => println!("  {said}\n  {:.1} s", began.elapsed().as_secs_f64()),
                Err(problem) => {
                    eprintln!("{proof} on {engine} FAILED (seed {seed}): {problem}");
                    if words.keep {
                        eprintln!("kept in {}", run.keep().display());
                    }
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    ExitCode::SUCCESS
}
