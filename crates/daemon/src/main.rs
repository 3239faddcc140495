//! Postroom's program: configuration, wiring, listeners, command line.
//!
//! What it is: the only place that reads configuration, files and the environment, and that holds sockets. What it is
//! not: it holds no rule of a capability and no wire format but HTTP's framing.

mod cli;
mod config;
mod control;
mod demo;
mod listeners;
mod mail_files;
mod operator;
mod output;
mod problem;
mod process;

fn main() -> std::process::ExitCode {
    cli::main()
}
