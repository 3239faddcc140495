//! The command line.

mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Mail and calendars that an organization runs itself, with Amazon WorkMail's API.
#[derive(Debug, Parser)]
#[command(name = "postroom", version, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until SIGTERM or SIGINT.
    Serve(serve::Serve),
}

/// Runs the program; 0: done, 1: it failed, 2: the command line or the configuration is wrong.
pub(crate) fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = match line.command {
        Command::Serve(serve) => serve.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postroom: {error}");
            ExitCode::FAILURE
        }
    }
}
