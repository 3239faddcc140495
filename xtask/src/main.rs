//! The project's own commands, started as `cargo xtask <command>`.
//!
//! `test` is the whole gate, `tidy` the checks that no compiler makes, `bench` the measurements, `sim` the
//! simulations, `postgres` and `with` give a development command the same surroundings that the gate gives its parts.
//! Everything here is std and `serde_json`, because the gate compiles it before anything else.

mod command_line;
mod fuzz;
mod guard;
mod needs;
mod postgres;
mod problem;
mod process;
mod test;
mod tidy;
mod tree;

use std::process::ExitCode;

use command_line::{Command, USAGE};
use needs::Need;
use problem::Result;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match command_line::parse(&words).and_then(run) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    let root = tree::find_root()?;
    match command {
        Command::Help => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Command::Test(choice) => test::run(&root, &choice),
        Command::Tidy { shrink } => tidy::run(&root, shrink),
        Command::Bench(words) => {
            let mut cargo = vec!["cargo".to_owned()];
            cargo.extend(["run", "--profile", "dist", "--package", "bench", "--"].map(str::to_owned));
            if words.first().is_some_and(|name| name == "imap") {
                needs::Prepared::new(&root).provide(Need::Dovecot)?;
            }
            cargo.extend(words);
            process::run_attached(&root, &cargo, &[])
        }
        Command::Sim(words) => {
            needs::Prepared::new(&root).provide(needs::Need::Binary)?;
            let program = tree::target_folder(&root).join("debug/sim").to_string_lossy().into_owned();
            process::run_attached(&root, &[vec![program], words].concat(), &[])
        }
        Command::Fuzz(plan) => fuzz::run(&root, &plan),
        Command::Crash(words) => {
            let mut prepared = needs::Prepared::new(&root);
            prepared.provide(Need::Binary)?;
            // A cluster of its own, since the proofs kill it.
            prepared.provide(Need::Postgres)?;
            let program = tree::target_folder(&root).join("debug/postroom-crash");
            let words = [vec![program.display().to_string()], words].concat();
            process::run_attached(&root, &words, &prepared.environment())
        }
        Command::With { needs, words } => {
            let mut prepared = needs::Prepared::new(&root);
            for need in needs {
                prepared.provide(need)?;
            }
            let environment = prepared.environment();
            process::run_attached(&root, &words, &environment)
        }
    }
}
