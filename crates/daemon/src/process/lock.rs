//! One daemon for a data directory: a lock that ends with the process, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::problem::Problem;

const NAME: &str = "lock";
/// What a short command takes.
const COMMAND_TIME: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The data directory is ours while this lives.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Why there is no lock.
#[derive(Debug)]
pub(crate) enum NoLock {
    /// Another process has it, called so.
    Held(String),
    /// It cannot be tried.
    Failed(Problem),
}

impl Lock {
    /// Takes the lock of the directory `data`, for the daemon: a command that is carried out without one has it for a
    /// moment.
    pub(crate) fn take_soon(data: &Path) -> Result<Self, NoLock> {
        let until = Instant::now() + COMMAND_TIME;
        loop {
            match Self::take(data) {
                Err(NoLock::Held(_)) if Instant::now() < until => std::thread::sleep(LOOK_EVERY),
                taken => return taken,
            }
        }
    }

    /// Takes the lock of the directory `data`, which is there.
    pub(crate) fn take(data: &Path) -> Result<Self, NoLock> {
        let path = data.join(NAME);
        let failed = |error| {
            let problem = Problem::new(format!("cannot lock {}", path.display()), error);
            NoLock::Failed(problem.advise("see to the disk and the rights of the data directory"))
        };
        let options =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let mut file = options.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Only to name it: an unreadable file names nobody.
                drop(file.take(20).read_to_string(&mut holder));
                let holder = match holder.trim() {
                    "" => "another process".to_owned(),
                    id => format!("process {id}"),
                };
                return Err(NoLock::Held(holder));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| writeln!(file, "{}", std::process::id()));
        written.map_err(failed)?;
        Ok(Self { _file: file })
    }
}

impl NoLock {
    /// What a person is told.
    pub(crate) fn into_problem(self, data: &Path) -> Problem {
        match self {
            Self::Held(holder) => Problem::told(
                format!("the data directory {} is in use", data.display()),
                format!("{holder} runs on it"),
            )
            .advise("end that one, or name another directory with --data"),
            Self::Failed(problem) => problem,
        }
    }
}
