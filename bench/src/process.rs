//! Child processes: the built program and the bare handler.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Problem;

/// The access key that the program is started with.
pub(crate) const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
/// Its secret.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const START_MAX: Duration = Duration::from_secs(60);

/// A process that is ended with this value.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    /// Where IMAP is in clear; of the bare handler, the same as `address`.
    pub(crate) imap: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Builds `postroom` as it is given out and says where it is.
pub(crate) fn postroom() -> Result<PathBuf, Problem> {
    let built =
        Command::new(env!("CARGO")).args(["build", "--profile", "dist", "--package", "postroom"]).status()?;
    if !built.success() {
        return Err("postroom does not build".into());
    }
    let program = std::env::current_exe()?.with_file_name("postroom");
    if program.exists() { Ok(program) } else { Err("postroom is not beside bench".into()) }
}

impl Process {
    /// `postroom serve` in `data` on the embedded store.
    pub(crate) fn postroom(program: &Path, data: &Path) -> Result<Self, Problem> {
        let endpoints = data.join("endpoints.json");
        drop(fs::remove_file(&endpoints));
        let mut child = Command::new(program)
            .args(["serve", "--any-port", "--set", "log.filter=warn"])
            .args([
                "--set",
                "limits.calls_per_second=1000000",
                "--set",
                "limits.calls_burst=1000000",
                "--set",
                "limits.connections_per_address=1000000",
                "--set",
                "limits.connections_per_user=1000000",
                "--data",
            ])
            .arg(data)
            .env("POSTROOM_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("POSTROOM_SECRET_ACCESS_KEY", SECRET)
            .stdout(Stdio::null())
            .spawn()?;
        let began = Instant::now();
        let text = loop {
            if let Ok(text) = fs::read_to_string(&endpoints)
                && !text.is_empty()
            {
                break text;
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("postroom ended while starting: {status}").into());
            }
            if began.elapsed() > START_MAX {
                drop(child.kill());
                return Err("postroom does not start".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        let endpoints: serde_json::Value = serde_json::from_str(&text)?;
        let address = endpoints["http"].as_str().ok_or("no http listener")?.parse()?;
        let imap = endpoints["imap"].as_str().ok_or("no imap listener")?.parse()?;
        Ok(Self { child, address, imap })
    }

    /// This program as a bare handler.
    pub(crate) fn empty_handler() -> Result<Self, Problem> {
        let mut child =
            Command::new(std::env::current_exe()?).arg("empty-handler").stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let address = line.trim().parse()?;
        Ok(Self { child, address, imap: address })
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Processor time that it has used so far.
    pub(crate) fn cpu(&self) -> Result<Duration, Problem> {
        cpu_of(self.child.id())
    }

    /// Resident memory, MB.
    pub(crate) fn memory_mb(&self) -> Result<f64, Problem> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = text.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
        Ok(kilobytes / 1024.0)
    }
}

/// Processor time that this process has used so far.
pub(crate) fn own_cpu() -> Result<Duration, Problem> {
    cpu_of(std::process::id())
}

/// Processor time that the process `id` has used so far.
pub(crate) fn cpu_of(id: u32) -> Result<Duration, Problem> {
    let text = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // Fields 14 and 15, counted from the first; the name before may hold blanks.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let fields = fields.get(11..13).ok_or("short stat")?;
    let ticks: u64 = fields.iter().flat_map(|field| field.parse::<u64>()).sum();
    Ok(Duration::from_millis(ticks * 10))
}
