//! A round: a recorded workload of several processes, then images of it.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::disk::Disk;
use super::expected::Expected;
use super::image::{Survival, Tree};
use super::log::{self, Record};
use super::losses::{Loss, every, losses};
use super::mark::Mark;
use super::report::{Failure, Options, Report};
use super::subject::Subject;
use super::workload::ARCHIVES;
use crate::draw::Draw;

/// Threads that open images.
const CHECKERS: usize = 2;

/// What a replay must know beside the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Case {
    pub(super) seed: u64,
    pub(super) subject: Subject,
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
                "seed {seed}, {}: {} records, {} images so far, {:.0} s",
                options.subject_of(seed),
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
    let (root_inode, archives_inode) = (inode(&root)?, inode(&root.join(ARCHIVES))?);
    let case = Case { seed, subject: options.subject_of(seed), root_inode, archives_inode };
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
        report.failure = Some(Failure { seed, subject: case.subject, position, survival, message, kept });
    }
    Ok(())
}

/// Runs the round's processes: each but the last is killed at a random record, and the next meets what it left. What
/// every workload of a subject begins with is done by a process before them that is left alone.
fn record(options: &Options, case: &Case, scratch: &Path, report: &mut Report) -> Result<(), String> {
    let mut draw = Draw::of(case.seed, 0x0e1f);
    let processes = 1 + draw.below(3);
    let faults = draw.chance(40);
    let first = case.subject.processes_before();
    if first == 1 {
        let process = Process { number: 0, kill_at: 0, openings: 1, faults: false, variables: [0; 3] };
        run_process(options, case, scratch, report, &process)?;
    }
    for number in first..processes + first {
        // Early kills are as likely as late ones.
        let reach = [60, 200, 1_000, 5_000][draw.below(4)];
        let is_last = number + 1 == processes + first;
        let kill_at = if !is_last || draw.chance(30) { 2 + draw.below(reach) } else { 0 };
        let openings = 1 + draw.below(3);
        let pause = [0, 300, 2_000][draw.below(3)];
        let fail_sync = [20, 100, 500][draw.below(3)];
        let fail_write = [0, 10, 100][draw.below(3)];
        let variables = [pause, fail_sync, fail_write];
        let process = Process { number, kill_at, openings, faults, variables };
        run_process(options, case, scratch, report, &process)?;
    }
    Ok(())
}

/// One process of a round.
struct Process {
    number: usize,
    /// At which record it is killed; 0 for never.
    kill_at: usize,
    openings: usize,
    faults: bool,
    /// Longest pause in a sync in µs; how many of 10,000 syncs fail, and how many writes.
    variables: [u32; 3],
}

fn run_process(
    options: &Options,
    case: &Case,
    scratch: &Path,
    report: &mut Report,
    process: &Process,
) -> Result<(), String> {
    let Process { number, kill_at, openings, faults, variables: [pause, fail_sync, fail_write] } = process;
    let errors = std::fs::File::create(scratch.join("stderr")).map_err(|error| error.to_string())?;
    let mut command = Command::new(&options.program);
    command.args(["workload", "--subject", &case.subject.to_string(), "--root"]).arg(scratch.join("root"));
    command.arg("--marks").arg(scratch.join("marks"));
    command.args(["--seed", &case.seed.to_string(), "--process", &number.to_string()]);
    command.args(["--clients", "4", "--steps", "40", "--openings", &openings.to_string()]);
    if *faults {
        command.arg("--faults");
    }
    let variables = [
        ("ROOT", scratch.join("root").into_os_string()),
        ("LOG", scratch.join("log").into_os_string()),
        ("MARKS", scratch.join("marks").into_os_string()),
        ("SEED", (case.seed * 16 + *number as u64).to_string().into()),
        ("KILL_AT", kill_at.to_string().into()),
        ("SYNC_PAUSE_US", pause.to_string().into()),
        ("FAIL_SYNC", fail_sync.to_string().into()),
        ("FAIL_WRITE", fail_write.to_string().into()),
        ("DROP", options.drop_syncs.clone().unwrap_or_default().into()),
    ];
    command.envs(variables.map(|(name, value)| (format!("POSTROOM_SIM_{name}"), value)));
    command.env("LD_PRELOAD", env!("POSTROOM_SIM_SHIM"));
    let status = command.stdin(Stdio::null()).stderr(errors).status();
    let status = status.map_err(|error| format!("{}: {error}", options.program.display()))?;
    report.processes += 1;
    let killed = status.signal() == Some(9) && *kill_at > 0;
    if !status.success() && !killed {
        let said = std::fs::read_to_string(scratch.join("stderr")).unwrap_or_default();
        return Err(format!("workload {number} ended with {status}: {}", said.trim()));
    }
    Ok(())
}

/// The recorder has seen everything: the records make the files that are really there.
fn real_files(case: &Case, records: &[Record], root: &Path) -> Result<(), String> {
    let mut disk = case.disk();
    records.iter().try_for_each(|record| disk.apply(record))?;
    disk.equals(root)
}

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
    let losses = if options.every {
        every(records)
    } else {
        losses(records, case.subject.processes_before(), case.seed, options.images)
    };
    let mut losses = losses.into_iter().peekable();
    std::thread::scope(|scope| {
        for checker in 0..CHECKERS {
            let (receiver, failure, folder) = (&receiver, &failure, scratch.join(format!("image{checker}")));
            scope.spawn(move || check_images(receiver, failure, &folder, case));
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
        Record::SyncBegin { data_only: true, .. } => report.data_syncs += 1,
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
    case: &Case,
) {
    loop {
        let received = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(((at, survival), image, expected)) = received else { return };
        let checked = check_image(&image, folder, case, &expected);
        if let Err(message) = checked {
            let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert((at, survival, message));
        }
    }
}

/// Makes the image in `folder`, checks it and removes it.
pub(super) fn check_image(
    image: &Tree,
    folder: &Path,
    case: &Case,
    expected: &Expected,
) -> Result<(), String> {
    image.write(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let checked = case.subject.check(folder, case.seed, expected);
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
