//! Running other programs.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::guard::Guard;
use crate::problem::{Context, Result, fail};

/// Names and values added to a program's environment.
pub type Environment = Vec<(String, String)>;

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
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = Command::new(if program == "cargo" { &cargo } else { program });
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

/// Runs `words` in the foreground with our terminal and hands its exit code on.
pub fn run_attached(root: &Path, words: &[String], environment: &[(String, String)]) -> Result<ExitCode> {
    let Some((program, arguments)) = words.split_first() else { return fail("no command to run") };
    let status = command(root, program, arguments, &environment.to_vec())
        .current_dir(std::env::current_dir().context(|| "tell where we are".into())?)
        .status()
        .context(|| format!("run {program}"))?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// Runs `words` in a process group of its own and ends the whole group afterwards, whatever happens to us.
pub fn run_watched(root: &Path, words: &[&str], environment: &Environment, limit: Duration) -> Result<End> {
    let Some((program, arguments)) = words.split_first() else { return fail("no command to run") };
    let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
    let mut child = command(root, program, &arguments, environment)
        .process_group(0)
        .stdin(Stdio::null())
        .spawn()
        .context(|| format!("run {program}"))?;
    let group = child.id().to_string();
    // What is left of the group gets two seconds to end in order.
    let script = "kill -s TERM -- -$1 || exit 0; n=0
        while kill -s 0 -- -$1 && [ $n -lt 20 ]; do sleep 0.1; n=$((n+1)); done; kill -s KILL -- -$1";
    let guard = Guard::new(script, &[&group], None)?;
    let (send, ended) = mpsc::channel();
    let waiter = std::thread::spawn(move || drop(send.send(child.wait())));
    let end = match ended.recv_timeout(limit) {
        Ok(status) => End::Exited(status.context(|| "wait for a program".into())?),
        Err(_) => End::OutOfTime,
    };
    drop(guard);
    let _ = waiter.join();
    Ok(end)
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

    #[test]
    fn a_program_that_takes_too_long_is_stopped_with_its_children() {
        let limit = Duration::from_millis(200);
        let words = ["sh", "-c", "sleep 600 & sleep 600"];
        let end = run_watched(Path::new("/"), &words, &Environment::new(), limit);
        assert!(matches!(end, Ok(End::OutOfTime)));
    }

    #[test]
    fn the_exit_status_is_handed_on() {
        let end = run_watched(
            Path::new("/"),
            &["sh", "-c", "exit 3"],
            &Environment::new(),
            Duration::from_secs(60),
        );
        assert!(matches!(end, Ok(End::Exited(status)) if status.code() == Some(3)));
    }

    #[test]
    fn the_complaint_of_a_program_is_in_the_error() {
        let said = output(Path::new("/"), &["sh", "-c", "echo no such thing >&2; exit 1"]);
        assert!(said.expect_err("it failed").to_string().contains("no such thing"));
    }
}
