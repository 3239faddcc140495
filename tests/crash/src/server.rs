//! One node: a `postroom serve` on free ports, with a data directory that outlives it.

use std::fs::{self, File, OpenOptions};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::client::{Client, Credentials};
use crate::problem::{Context, Result, fail};

/// Time for a start, also after a crash.
pub const START_TIME_MAX: Duration = Duration::from_secs(30);
/// Time for an orderly end.
const STOP_TIME_MAX: Duration = Duration::from_secs(40);
/// Between two looks at a file or a process that cannot tell us.
const LOOK: Duration = Duration::from_millis(2);

/// A node, running or not.
pub struct Server {
    data: PathBuf,
    settings: Vec<String>,
    environment: Vec<(String, String)>,
    running: Option<Child>,
    address: Option<SocketAddr>,
    imap: Option<SocketAddr>,
}

impl Server {
    /// A node with the data directory `data` and `settings` of the form `key=value`.
    pub fn new(data: PathBuf, settings: &[String]) -> Self {
        // The proofs are about what is carried out, not about how often one key may call.
        let mut all = vec![
            "limits.calls_per_second=1000000".to_owned(),
            "limits.calls_burst=10000000".to_owned(),
            "log.filter=warn".to_owned(),
            // Nobody listens there: a domain's records are not found, at once.
            "dns.resolvers=127.0.0.1:1".to_owned(),
            // What a killed process was working on goes on soon, and a paused one loses its work.
            "limits.lease_seconds=1".to_owned(),
        ];
        all.extend_from_slice(settings);
        Self { data, settings: all, environment: Vec::new(), running: None, address: None, imap: None }
    }

    /// Starts the process and waits until it listens; answers how long that took.
    pub fn start(&mut self) -> Result<Duration> {
        let written = self.data.join("endpoints.json");
        if let Err(error) = fs::remove_file(&written)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return fail(format!("cannot remove {}: {error}", written.display()));
        }
        let log = OpenOptions::new().create(true).append(true).open(self.log_file());
        let log = log.context(|| "open the log".to_owned())?;
        let began = Instant::now();
        self.running = Some(
            self.command("serve", &["--any-port"])?
                .stdout(clone(&log)?)
                .stderr(log)
                .spawn()
                .context(|| "start postroom".to_owned())?,
        );
        loop {
            if let Ok(text) = fs::read_to_string(&written)
                && let Ok(endpoints) = serde_json::from_str::<Value>(&text)
                && let Some(address) = endpoints["http"].as_str().and_then(|address| address.parse().ok())
            {
                self.address = Some(address);
                self.imap = endpoints["imap"].as_str().and_then(|address| address.parse().ok());
                return Ok(began.elapsed());
            }
            if self.has_ended()? {
                return fail(format!("postroom ended while starting:\n{}", self.log_tail()));
            }
            if began.elapsed() > START_TIME_MAX {
                return fail(format!("no endpoints.json after {START_TIME_MAX:?}:\n{}", self.log_tail()));
            }
            std::thread::sleep(LOOK);
        }
    }

    /// A command line of the program on this node's data, quiet and without input.
    pub fn command(&self, name: &str, words: &[&str]) -> Result<Command> {
        let program =
            std::env::var_os("POSTROOM_BIN").ok_or("POSTROOM_BIN is not set: use `cargo xtask crash`");
        let mut command = Command::new(program.context(|| "find the program".to_owned())?);
        command.arg(name).arg("--data").arg(&self.data).args(words).stdin(Stdio::null());
        for setting in &self.settings {
            command.args(["--set", setting]);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }

    /// A caller with the first administrator's key, when this node is the one that wrote it.
    pub fn client(&self) -> Result<Client> {
        self.client_of(&self.credentials()?)
    }

    /// A caller with another key.
    pub fn client_of(&self, credentials: &Credentials) -> Result<Client> {
        match self.address {
            Some(address) => Ok(Client::new(address, credentials)),
            None => fail("the node was never started"),
        }
    }

    /// Where IMAP listens.
    pub fn imap(&self) -> Result<SocketAddr> {
        self.imap.ok_or("the node was never started").context(|| "find IMAP".to_owned())
    }

    /// The first administrator's key, from `aws/credentials`.
    pub fn credentials(&self) -> Result<Credentials> {
        let file = self.data.join("aws/credentials");
        let text = fs::read_to_string(&file).context(|| format!("read {}", file.display()))?;
        let value = |name: &str| {
            let lines = text.lines().filter_map(|line| line.split_once('='));
            let found = lines.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name);
            found.map(|(_, value)| value.to_owned()).unwrap_or_default()
        };
        Ok(Credentials { access_key_id: value("aws_access_key_id"), secret: value("aws_secret_access_key") })
    }

    /// SIGKILL: nothing is finished.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut process) = self.running.take() {
            process.kill().context(|| "kill postroom".to_owned())?;
            process.wait().context(|| "wait for postroom".to_owned())?;
        }
        Ok(())
    }

    /// SIGTERM: what is in flight is finished. An exit code other than 0 fails the proof.
    pub fn stop(&mut self) -> Result<()> {
        if self.running.is_none() {
            return Ok(());
        }
        self.signal(Signal::TERM)?;
        let began = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                self.running = None;
                return if status.success() { Ok(()) } else { fail(format!("postroom ended with {status}")) };
            }
            if began.elapsed() > STOP_TIME_MAX {
                self.kill()?;
                return fail(format!("postroom did not stop in {STOP_TIME_MAX:?}:\n{}", self.log_tail()));
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Whether the process is gone.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.ended()?.is_some())
    }

    /// The process's id.
    pub fn id(&self) -> Option<u32> {
        self.running.as_ref().map(Child::id)
    }

    /// The last lines of what the process has printed.
    pub fn log_tail(&self) -> String {
        let text = fs::read(self.log_file()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    fn log_file(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        match &mut self.running {
            Some(process) => process.try_wait().context(|| "look at postroom".to_owned()),
            None => fail("postroom does not run"),
        }
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let id = id.ok_or("it does not run").context(|| "signal postroom".to_owned())?;
        kill_process(id, signal).context(|| "signal postroom".to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(problem) = self.kill() {
            eprintln!("{problem}");
        }
    }
}

fn clone(file: &File) -> Result<File> {
    file.try_clone().context(|| "share the log".to_owned())
}
