//! Cleaning up whatever happens to us.
//!
//! A guard is a small shell that waits at the reading end of a pipe whose only writing end is ours. When we drop the
//! guard, return early, are interrupted or are killed with SIGKILL, the pipe closes and the shell carries out its
//! script. The normal end and the worst end therefore take the same way.

use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::problem::{Context, Result};

/// Carries out its script when it is dropped, or when this process ends in any way.
pub struct Guard {
    shell: Child,
    pipe: Option<ChildStdin>,
}

/// Whom the script runs as; `None` is whoever we are.
pub type User = Option<(u32, u32)>;

impl Guard {
    /// `script` is a shell text that finds `words` as `$1`, `$2`, …
    pub fn new(script: &str, words: &[&str], user: User) -> Result<Guard> {
        // A group of its own, so that an interrupt from the terminal does not reach the one who cleans up.
        let mut command = Command::new("sh");
        command.args(["-c", &format!("cat >/dev/null; {script}"), "guard"]).args(words);
        command
            .process_group(0)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        let mut shell = command.spawn().context(|| "start a shell that cleans up".into())?;
        let pipe = shell.stdin.take();
        Ok(Guard { shell, pipe })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.pipe.take());
        if let Err(error) = self.shell.wait() {
            eprintln!("xtask: the shell that cleans up was lost: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_run_when_the_guard_is_gone() {
        let folder = std::env::temp_dir().join(format!("xtask-guard-{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a fresh folder");
        let guard = Guard::new("rm -rf \"$1\"", &[&folder.to_string_lossy()], None).expect("a shell");
        assert!(folder.exists(), "nothing is cleaned up before the end");
        drop(guard);
        assert!(!folder.exists());
    }
}
