//! A round: a recorded workload of several processes, then images of it.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::check::check;
use super::disk::Disk;
use super::expected::Expected;
use super::image::{Survival, Tree};
use super::log::{self, Record};
use super::mark::Mark;
use super::workload::ARCHIVES;
use crate::draw::Draw;

/// Threads that open images.
const CHECKERS: usize = 2;
/// Records in which a place is made; they are few and deserve more than their share of images.
const BEGINNING: usize = 300;

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The program that has the workload: `<program> workload …`.
    pub program: PathBuf,
    /// Seed of the first round; the others count on.
    pub seed: u64,
    /// Rounds at most.
    pub rounds: u64,
    /// Images of a round.
    pub images: usize,
    /// No new round begins after this long.
    pub time_max: Duration,
    /// Syncs of this class are left out, to prove that it is noticed: `folder`, `database`, `wal`, `other`, `all`.
    pub drop_syncs: Option<String>,
    /// Where the log of a failed round is kept.
    pub keep: PathBuf,
    /// Says how each round went.
    pub verbose: bool,
}

/// How it went.
#[derive(Debug, Default)]
pub struct Report {
    /// Rounds that ran.
    pub rounds: u64,
    /// Processes whose files were recorded.
    pub processes: u64,
    /// Records in all logs.
    pub records: u64,
    /// Transactions that were acknowledged.
    pub acknowledged: u64,
    /// Syncs that ended well, and that failed.
    pub syncs: (u64, u64),
    /// Images that were opened.
    pub images: u64,
    /// The first failure.
    pub failure: Option<Failure>,
}

/// What went wrong, and how to see it again.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Seed of the round.
    pub seed: u64,
    /// How many records were on their way when the power went; `None` when the workload itself failed.
    pub position: Option<usize>,
    /// What survived.
    pub survival: Survival,
    /// What is wrong.
    pub message: String,
    /// Folder with the log.
    pub kept: PathBuf,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { seed, message, kept, .. } = self;
        writeln!(f, "power loss, seed {seed}: {message}")?;
        match self.position {
            None => write!(
                f,
                "the files are in {}; again: cargo xtask sim power-loss --seed {seed}",
                kept.display()
            ),
            Some(at) => {
                let survival = match self.survival {
                    Survival::Everything => "everything".to_owned(),
                    Survival::Nothing => "nothing".to_owned(),
                    Survival::Part { seed } => format!("part:{seed}"),
                };
                let kept = kept.display();
                write!(
                    f,
                    "exactly this image again: cargo xtask sim replay {kept} --at {at} --survival {survival}"
                )
            }
        }
    }
}

/// What a replay must know beside the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Case {
    pub(super) seed: u64,
    root_inode: u64,
    archives_inode: u64,
}

impl Case {
    pub(super) fn disk(&self) -> Disk {
        Disk::new(self.root_inode, &[(self.archives_inode, ARCHIVES)], self.seed)
    }
}

/// Runs rounds until one fails.
pub fn run(options: &Options) -> Result<Report, String> {
    let (began, mut report) = (Instant::now(), Report::default());
    super::workload::silence_planned_panics();
    for seed in options.seed..options.seed.saturating_add(options.rounds) {
        if began.elapsed() > options.time_max {
            break;
        }
        let before = report.records;
        run_round(options, seed, &mut report)?;
        report.rounds += 1;
        if options.verbose {
            println!(
                "seed {seed}: {} records, {} images so far, {:.0} s",
                report.records - before,
                report.images,
                began.elapsed().as_secs_f64()
            );
        }
        if report.failure.is_some() {
            break;
        }
    }
    Ok(report)
}

/// Where images are made: in memory when the machine has such a folder, since each is opened once.
pub(super) fn scratch_folder() -> Result<tempfile::TempDir, String> {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.map_err(|error| format!("no folder for images: {error}"))
}

fn run_round(options: &Options, seed: u64, report: &mut Report) -> Result<(), String> {
    let scratch = scratch_folder()?;
    let root = scratch.path().join("root");
    std::fs::create_dir_all(root.join(ARCHIVES)).map_err(|error| error.to_string())?;
    let inode =
        |path: &Path| std::fs::metadata(path).map(|about| about.ino()).map_err(|error| error.to_string());
    let case = Case { seed, root_inode: inode(&root)?, archives_inode: inode(&root.join(ARCHIVES))? };
    let failed = match record(options, &case, scratch.path(), report) {
        Err(message) => Some((None, Survival::Everything, message)),
        Ok(()) => {
            let records = log::read(&scratch.path().join("log"))?;
            report.records += records.len() as u64;
            match real_files(&case, &records, &root) {
                Err(message) => Some((None, Survival::Everything, message)),
                Ok(()) => images(options, &case, &records, scratch.path(), report)?
                    .map(|(at, survival, message)| (Some(at), survival, message)),
            }
        }
    };
    if let Some((position, survival, message)) = failed {
        let kept = keep(options, &case, scratch.path())?;
        report.failure = Some(Failure { seed, position, survival, message, kept });
    }
    Ok(())
}

/// Runs the round's processes: each but the last is killed at a random record, and the next meets what it left.
fn record(options: &Options, case: &Case, scratch: &Path, report: &mut Report) -> Result<(), String> {
    let mut draw = Draw::of(case.seed, 0x0e1f);
    let processes = 1 + draw.below(3);
    let faults = draw.chance(40);
    for process in 0..processes {
        // Early kills are as likely as late ones.
        let reach = [60, 200, 1_000, 5_000][draw.below(4)];
        let kill_at = if process + 1 < processes || draw.chance(30) { 2 + draw.below(reach) } else { 0 };
        let seed = case.seed.to_string();
        let errors = std::fs::File::create(scratch.join("stderr")).map_err(|error| error.to_string())?;
        let mut command = Command::new(&options.program);
        command
            .arg("workload")
            .arg("--root")
            .arg(scratch.join("root"))
            .arg("--marks")
            .arg(scratch.join("marks"));
        command.args(["--seed", &seed, "--process", &process.to_string()]);
        command.args(["--clients", "4", "--steps", "40", "--openings", &(1 + draw.below(3)).to_string()]);
        if faults {
            command.arg("--faults");
        }
        let variables = [
            ("ROOT", scratch.join("root").into_os_string()),
            ("LOG", scratch.join("log").into_os_string()),
            ("MARKS", scratch.join("marks").into_os_string()),
            ("SEED", (case.seed * 16 + process as u64).to_string().into()),
            ("KILL_AT", kill_at.to_string().into()),
            ("SYNC_PAUSE_US", [0, 300, 2_000][draw.below(3)].to_string().into()),
            ("FAIL_SYNC", [20, 100, 500][draw.below(3)].to_string().into()),
            ("FAIL_WRITE", [0, 10, 100][draw.below(3)].to_string().into()),
            ("DROP", options.drop_syncs.clone().unwrap_or_default().into()),
        ];
        command.envs(variables.map(|(name, value)| (format!("POSTROOM_SIM_{name}"), value)));
        command.env("LD_PRELOAD", env!("POSTROOM_SIM_SHIM"));
        let status = command.stdin(Stdio::null()).stderr(errors).status();
        let status = status.map_err(|error| format!("{}: {error}", options.program.display()))?;
        report.processes += 1;
        let killed = status.signal() == Some(9) && kill_at > 0;
        if !status.success() && !killed {
            let said = std::fs::read_to_string(scratch.join("stderr")).unwrap_or_default();
            return Err(format!("workload {process} ended with {status}: {}", said.trim()));
        }
    }
    Ok(())
}

/// The recorder has seen everything: the records make the files that are really there.
fn real_files(case: &Case, records: &[Record], root: &Path) -> Result<(), String> {
    let mut disk = case.disk();
    records.iter().try_for_each(|record| disk.apply(record))?;
    disk.equals(root)
}

/// Where the power goes, and what survives it.
fn losses(records: &[Record], case: &Case, count: usize) -> Vec<(usize, Survival)> {
    let interesting: Vec<usize> = (1..)
        .zip(records)
        .filter(|(_, record)| {
            matches!(record, Record::Mark(_) | Record::SyncEnd { .. } | Record::SyncBegin { .. })
        })
        .map(|(at, _)| at)
        .collect();
    let mut draw = Draw::of(case.seed, 0x1055);
    let mut losses: Vec<(usize, Survival)> = (0..count)
        .map(|_| {
            let at = match draw.below(100) {
                0..20 => 1 + draw.below(records.len().min(BEGINNING)),
                20..75 if !interesting.is_empty() => interesting[draw.below(interesting.len())],
                _ => 1 + draw.below(records.len()),
            };
            let survival = match draw.below(100) {
                0..30 => Survival::Nothing,
                30..36 => Survival::Everything,
                _ => Survival::Part { seed: draw.bits() },
            };
            (at.min(records.len()), survival)
        })
        .collect();
    losses.sort_by_key(|(at, _)| *at);
    losses
}

type Loss = (usize, Survival);
type Job = (Loss, Tree, Arc<Expected>);

/// Opens images of the log; answers the first that is wrong.
fn images(
    options: &Options,
    case: &Case,
    records: &[Record],
    scratch: &Path,
    report: &mut Report,
) -> Result<Option<(usize, Survival, String)>, String> {
    let (sender, receiver) = sync_channel::<Job>(CHECKERS);
    let (receiver, failure) = (Mutex::new(receiver), Mutex::new(None));
    let mut losses = losses(records, case, options.images).into_iter().peekable();
    std::thread::scope(|scope| {
        for checker in 0..CHECKERS {
            let (receiver, failure, folder) = (&receiver, &failure, scratch.join(format!("image{checker}")));
            scope.spawn(move || check_images(receiver, failure, &folder, case.seed));
        }
        let (mut disk, mut expected) = (case.disk(), Arc::new(Expected::default()));
        for (at, record) in (1..).zip(records) {
            disk.apply(record)?;
            count(record, report);
            if let Some(mark) = heard(record)? {
                Arc::make_mut(&mut expected).hear(mark);
            }
            while let Some(loss) = losses.next_if(|(position, _)| *position == at) {
                if failure.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
                    return Ok(());
                }
                report.images += 1;
                let image = disk.image(loss.1);
                // A checker ends only when this sender does.
                drop(sender.send((loss, image, Arc::clone(&expected))));
            }
        }
        drop(sender);
        Ok::<(), String>(())
    })?;
    Ok(failure.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn count(record: &Record, report: &mut Report) {
    match record {
        Record::SyncEnd { .. } => report.syncs.0 += 1,
        Record::SyncFailed { .. } => report.syncs.1 += 1,
        Record::Mark(text) if text.windows(9).any(|part| part == b"Committed") => report.acknowledged += 1,
        _ => {}
    }
}

/// The mark in a record, if it is one.
pub(super) fn heard(record: &Record) -> Result<Option<Mark>, String> {
    let Record::Mark(text) = record else { return Ok(None) };
    serde_json::from_slice(text).map(Some).map_err(|error| format!("a mark cannot be read: {error}"))
}

fn check_images(
    receiver: &Mutex<Receiver<Job>>,
    failure: &Mutex<Option<(usize, Survival, String)>>,
    folder: &Path,
    seed: u64,
) {
    loop {
        let received = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(((at, survival), image, expected)) = received else { return };
        let checked = check_image(&image, folder, seed, &expected);
        if let Err(message) = checked {
            let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert((at, survival, message));
        }
    }
}

/// Makes the image in `folder`, checks it and removes it.
pub(super) fn check_image(image: &Tree, folder: &Path, seed: u64, expected: &Expected) -> Result<(), String> {
    image.write(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let checked = check(folder, seed, expected);
    std::fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    checked
}

fn keep(options: &Options, case: &Case, scratch: &Path) -> Result<PathBuf, String> {
    let kept = options.keep.join(format!("power-loss-{}", case.seed));
    let failed = |error: std::io::Error| format!("{}: {error}", kept.display());
    std::fs::create_dir_all(&kept).map_err(failed)?;
    for name in ["log", "stderr"] {
        if scratch.join(name).exists() {
            std::fs::copy(scratch.join(name), kept.join(name)).map_err(failed)?;
        }
    }
    let text = serde_json::to_string(case).map_err(|error| error.to_string())?;
    std::fs::write(kept.join("case.json"), text).map_err(failed)?;
    Ok(kept)
}
