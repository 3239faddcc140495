//! `sim`: the simulations as a program. `cargo xtask sim` builds and starts it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use sim::power_loss::{self, Subject, Survival, workload};

#[derive(Parser)]
#[command(
    name = "cargo xtask sim",
    about = "Simulations of power losses and failures; without a command, all"
)]
#[command(args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    rounds: Rounds,
}

#[derive(Subcommand)]
enum Command {
    /// Records workloads and opens what power losses leave of their files
    PowerLoss(Rounds),
    /// Opens one image of a failed round again
    Replay {
        /// The folder that the failure named
        kept: PathBuf,
        /// Records before the power goes
        #[arg(long)]
        at: usize,
        /// `everything`, `nothing` or `part:SEED`
        #[arg(long)]
        survival: Survival,
        /// Leave the image in this new folder
        #[arg(long)]
        into: Option<PathBuf>,
        /// Print so many records before the loss
        #[arg(long, default_value_t = 0)]
        records: usize,
    },
    /// The recorded process (started by `power-loss`)
    #[command(hide = true)]
    Workload(WorkloadArguments),
}

#[derive(Args)]
struct Rounds {
    /// What is recorded: `store` or `mail`; without it, every third round is about mail
    #[arg(long)]
    subject: Option<Subject>,
    /// Seed of the first round; the others count on
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Rounds
    #[arg(long, default_value_t = 1)]
    rounds: u64,
    /// Images of each round
    #[arg(long, default_value_t = 100)]
    images: usize,
    /// Not so many images, but one of every state of the disk: after each sync without what was not synced, after each
    /// change with everything
    #[arg(long)]
    every: bool,
    /// No round begins after so many seconds
    #[arg(long, default_value_t = 86_400)]
    seconds: u64,
    /// Leave out syncs of this class, to see that it is noticed: folder, database, wal, body, shelf, other, all
    #[arg(long)]
    drop_syncs: Option<String>,
    /// Where the log of a failed round is kept
    #[arg(long, default_value = "target/sim")]
    keep: PathBuf,
}

#[derive(Args)]
struct WorkloadArguments {
    #[arg(long)]
    subject: Subject,
    #[arg(long)]
    root: PathBuf,
    #[arg(long)]
    marks: PathBuf,
    #[arg(long)]
    seed: u64,
    #[arg(long)]
    process: i64,
    #[arg(long)]
    clients: u64,
    #[arg(long)]
    steps: usize,
    #[arg(long)]
    openings: usize,
    #[arg(long)]
    faults: bool,
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    match run(line.command.unwrap_or(Command::PowerLoss(line.rounds))) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("sim: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::PowerLoss(rounds) => power_losses(rounds),
        Command::Replay { kept, at, survival, into, records } => {
            match power_loss::replay(&kept, at, survival, into.as_deref(), records)? {
                Ok(()) => println!("nothing is wrong with this image"),
                Err(message) => {
                    println!("{message}");
                    return Ok(ExitCode::FAILURE);
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Workload(arguments) => {
            let WorkloadArguments { subject, root, marks, seed, process, clients, steps, openings, faults } =
                arguments;
            subject.work(&workload::Settings {
                root,
                marks,
                seed,
                process,
                clients,
                steps,
                openings,
                faults,
            })?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn power_losses(rounds: Rounds) -> Result<ExitCode, String> {
    let program = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let options = power_loss::Options {
        program,
        subject: rounds.subject,
        seed: rounds.seed,
        rounds: rounds.rounds,
        images: rounds.images,
        every: rounds.every,
        time_max: Duration::from_secs(rounds.seconds),
        drop_syncs: rounds.drop_syncs,
        keep: rounds.keep,
        verbose: true,
    };
    let report = power_loss::run(&options)?;
    println!(
        "power loss: {} rounds, {} processes, {} records, {} syncs ({} of data only) and {} that failed, {} \
         acknowledged transactions, {} images opened",
        report.rounds,
        report.processes,
        report.records,
        report.syncs.0,
        report.data_syncs,
        report.syncs.1,
        report.acknowledged,
        report.images
    );
    match report.failure {
        None => Ok(ExitCode::SUCCESS),
        Some(failure) => {
            println!("{failure}");
            Ok(ExitCode::FAILURE)
        }
    }
}
