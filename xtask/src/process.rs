//! Running other programs.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use crate::guard::Guard;
use crate::problem::{Context, Result, fail};

/// Names and values added to a program's environment.
pub type Environment = Vec<(String, String)>;

/// What a watched program runs with.
pub struct Terms<'a> {
    /// Added to its environment.
    pub environment: &'a Environment,
    /// It is stopped after this long.
    pub limit: Duration,
    /// Where all that it prints goes; `None` is our terminal.
    pub log: Option<&'a File>,
}

/// How a watched program ended, and what it and the programs that it waited for took of the processors.
pub struct Ended {
    /// How.
    pub end: End,
    /// User and system time; `None` when it was stopped.
    pub cpu: Option<Duration>,
}

/// How a watched program ended.
pub enum End {
    /// By itself.
    Exited(ExitStatus),
    /// It was stopped because its time was over.
    OutOfTime,
}

/// A command whose environment is free of what `cargo run` put into ours.
///
/// Some build scripts ask to be rerun when one of these variables changes; left in, they make the cargo inside the
/// gate rebuild what the cargo outside has built.
pub fn command(root: &Path, program: &str, arguments: &[String], environment: &Environment) -> Command {
    let mut command = Command::new(found(program));
    command.args(arguments).current_dir(root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let stray = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
        if stray.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

/// The same cargo inside as outside.
fn found(program: &str) -> String {
    match std::env::var("CARGO") {
        Ok(cargo) if program == "cargo" => cargo,
        _ => program.to_owned(),
    }
}

/// Runs `words` in the foreground with our terminal and hands its exit code on.
pub fn run_attached(root: &Path, words: &[String], environment: &[(String, String)]) -> Result<ExitCode> {
    let Some((program, arguments)) = words.split_first() else { return fail("no command to run") };
    let status = command(root, program, arguments, &environment.to_vec())
        .current_dir(std::env::current_dir().context(|| "tell where we are".into())?)
        .status()
        .context(|| format!("run {program}"))?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// Runs its words and says at the end, in the file `$1`, what they took of the processors: only a shell knows, in std.
const TIMED: &str = "file=$1; shift; \"$@\"; code=$?; times >\"$file\"; exit $code";

/// Runs `words` in a process group of its own and ends the whole group afterwards, whatever happens to us.
pub fn run_watched(root: &Path, words: &[&str], terms: &Terms<'_>) -> Result<Ended> {
    let Some((program, arguments)) = words.split_first() else { return fail("no command to run") };
    let times = TimesFile::new();
    let mut all = vec!["-c".to_owned(), TIMED.to_owned(), "timed".to_owned(), times.0.display().to_string()];
    all.push(found(program));
    all.extend(arguments.iter().map(|&word| word.to_owned()));
    let mut shell = command(root, "sh", &all, terms.environment);
    if let Some(log) = terms.log {
        let copy = || log.try_clone().context(|| "share a log".into());
        shell.stdout(copy()?).stderr(copy()?);
    }
    let mut child =
        shell.process_group(0).stdin(Stdio::null()).spawn().context(|| format!("run {program}"))?;
    let group = child.id().to_string();
    // What is left of the group gets two seconds to end in order.
    let script = "kill -s TERM -- -$1 || exit 0; n=0
        while kill -s 0 -- -$1 && [ $n -lt 20 ]; do sleep 0.1; n=$((n+1)); done; kill -s KILL -- -$1";
    let guard = Guard::new(script, &[&group], None)?;
    let (send, ended) = mpsc::channel();
    let waiter = std::thread::spawn(move || drop(send.send(child.wait())));
    let end = match ended.recv_timeout(terms.limit) {
        Ok(status) => End::Exited(status.context(|| "wait for a program".into())?),
        Err(_) => End::OutOfTime,
    };
    drop(guard);
    let _ = waiter.join();
    Ok(Ended { end, cpu: times.read() })
}

/// Where a shell writes what its commands took; gone when it was read.
struct TimesFile(PathBuf);

impl TimesFile {
    fn new() -> Self {
        let number = TIMES_FILES.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("xtask-times-{}-{number}", std::process::id())))
    }

    fn read(&self) -> Option<Duration> {
        cpu_time(&std::fs::read_to_string(&self.0).ok()?)
    }
}

impl Drop for TimesFile {
    fn drop(&mut self) {
        // There is none when the shell was stopped.
        let _ = std::fs::remove_file(&self.0);
    }
}

static TIMES_FILES: AtomicU32 = AtomicU32::new(0);

/// The sum of what `times` prints, as in `1m2.50s 0m3.00s`.
fn cpu_time(printed: &str) -> Option<Duration> {
    let mut sum = 0.0;
    for word in printed.split_whitespace() {
        let (minutes, seconds) = word.strip_suffix('s')?.split_once('m')?;
        sum += minutes.parse::<f64>().ok()? * 60.0 + seconds.replace(',', ".").parse::<f64>().ok()?;
    }
    Duration::try_from_secs_f64(sum).ok()
}

/// Runs `words` without showing anything and returns what it printed; its complaint is in the error.
pub fn output(root: &Path, words: &[&str]) -> Result<String> {
    let Some((program, arguments)) = words.split_first() else { return fail("no command to run") };
    let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
    finish(command(root, program, &arguments, &Environment::new()), &words.join(" "))
}

/// Runs a command to its end and returns what it printed; its complaint is in the error.
pub fn finish(mut command: Command, shown: &str) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().context(|| format!("run `{shown}`"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let mut said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if said.is_empty() {
        said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    }
    fail(format!("`{shown}` ended with {}: {said}", output.status))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, limit: Duration, log: Option<&File>) -> Ended {
        let terms = Terms { environment: &Environment::new(), limit, log };
        run_watched(Path::new("/"), &["sh", "-c", script], &terms).expect("a shell")
    }

    #[test]
    fn a_program_that_takes_too_long_is_stopped_with_its_children() {
        let ended = run("sleep 600 & sleep 600", Duration::from_millis(200), None);
        assert!(matches!(ended.end, End::OutOfTime));
        assert_eq!(ended.cpu, None);
    }

    #[test]
    fn the_exit_status_is_handed_on() {
        let ended = run("exit 3", Duration::from_secs(60), None);
        assert!(matches!(ended.end, End::Exited(status) if status.code() == Some(3)));
    }

    #[test]
    fn a_program_may_print_into_a_file_and_its_work_is_counted() {
        let place = std::env::temp_dir().join(format!("xtask-log-{}", std::process::id()));
        let log = File::create(&place).expect("a fresh file");
        let work = "n=0; while [ $n -lt 30000 ]; do n=$((n+1)); done; echo one; echo two >&2";
        let ended = run(work, Duration::from_secs(60), Some(&log));
        let said = std::fs::read_to_string(&place).expect("it is there");
        std::fs::remove_file(&place).expect("it is ours");
        assert_eq!(said, "one\ntwo\n");
        assert!(ended.cpu.expect("it ended by itself") > Duration::ZERO);
    }

    #[test]
    fn times_are_added() {
        assert_eq!(cpu_time("0m0.010s 0m0.000s\n1m2.500s 0m3.00s\n"), Some(Duration::from_secs_f64(65.51)));
        assert_eq!(cpu_time("no times"), None);
    }

    #[test]
    fn the_complaint_of_a_program_is_in_the_error() {
        let said = output(Path::new("/"), &["sh", "-c", "echo no such thing >&2; exit 1"]);
        assert!(said.expect_err("it failed").to_string().contains("no such thing"));
    }
}
