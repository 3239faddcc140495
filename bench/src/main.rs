//! Measurements, each on stated data, each with ratios against something measured in the same run.
//!
//! `cargo xtask bench api [--seconds N]`, `cargo xtask bench policy`. `bench/README.md` says what each line means.

mod api;
mod client;
mod cold_start;
mod empty_handler;
mod imap;
mod pages;
mod policy;
mod process;
mod report;
mod search;
mod store;

use std::process::ExitCode;
use std::time::Duration;

/// What can go wrong: a message for the person at the terminal.
type Problem = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "bench api [--seconds N] [--only PART]
                           the admin API of the built program, 16 clients; reads or writes only
bench pages [--rows N]     a page of 100 out of many
bench cold-start           1,000 organizations, first answer
bench policy               access decisions
bench search [--messages N] [--organization N] [--postgres]
                           full-text search in a mailbox of N messages, and of 10,000 in an organization of N
bench imap [--messages N] [--only PART]
                           IMAP beside Dovecot, with N messages in one mailbox and a tenth in another
bench all";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bench: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// The options that there are, and whether each has a value.
const OPTIONS: [(&str, bool); 6] = [
    ("--seconds", true),
    ("--rows", true),
    ("--messages", true),
    ("--organization", true),
    ("--only", true),
    ("--postgres", false),
];

/// Refuses what is no option, so that nobody waits an hour for a measurement that was not asked for.
fn check(options: &[String]) -> Result<(), Problem> {
    let mut words = options.iter();
    while let Some(word) = words.next() {
        match OPTIONS.iter().find(|(name, _)| name == word) {
            Some((_, false)) => {}
            Some((_, true)) if words.next().is_some() => {}
            Some((name, true)) => return Err(format!("{name} needs a value\n{USAGE}").into()),
            None => return Err(format!("there is no option {word}\n{USAGE}").into()),
        }
    }
    Ok(())
}

fn run(words: &[String]) -> Result<(), Problem> {
    if words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{USAGE}");
        return Ok(());
    }
    check(words.get(1..).unwrap_or_default())?;
    let number = |name: &str, default: u64| -> Result<u64, Problem> {
        match words.iter().position(|word| word == name) {
            None => Ok(default),
            Some(at) => Ok(words.get(at + 1).ok_or("a number is missing")?.parse()?),
        }
    };
    let only = words.iter().position(|word| word == "--only").and_then(|at| words.get(at + 1));
    let only = only.map(String::as_str);
    match words.first().map(String::as_str) {
        Some("api") => api::run(Duration::from_secs(number("--seconds", 5)?), only),
        Some("pages") => pages::run(number("--rows", 1_000_000)?),
        Some("cold-start") => cold_start::run(),
        Some("policy") => policy::run(),
        Some("search") => {
            let on_postgres = words.iter().any(|word| word == "--postgres");
            search::run(number("--messages", 100_000)?, number("--organization", 1_000_000)?, on_postgres)
        }
        Some("imap") => imap::run(number("--messages", 100_000)?, only),
        Some("all") => {
            api::run(Duration::from_secs(number("--seconds", 5)?), None)?;
            pages::run(number("--rows", 1_000_000)?)?;
            cold_start::run()?;
            policy::run()?;
            search::run(100_000, 1_000_000, false)
        }
        // The bare handler that the API is compared with; `api` starts it.
        Some("empty-handler") => empty_handler::serve(),
        _ => Err(USAGE.into()),
    }
}
