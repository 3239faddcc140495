//! Debian packages, installed with the machine's own package manager when we are root.

use std::path::Path;
use std::process::Command;

use crate::postgres::is_root;
use crate::problem::{Result, fail};
use crate::process;

/// Remembers whether the package lists are fresh.
#[derive(Default)]
pub struct Packages {
    updated: bool,
}

impl Packages {
    /// Installs `names` and says their versions, or says what a person has to install.
    pub fn install(&mut self, names: &[&str]) -> Result<()> {
        let list = names.join(" ");
        if !Path::new("/usr/bin/apt-get").exists() {
            return fail(format!("this machine lacks {list} and has no apt-get to install it with"));
        }
        if !is_root()? {
            return fail(format!("this machine lacks {list}; as root: apt-get install {list}"));
        }
        if !self.updated {
            println!("installing: apt-get update");
            process::finish(apt(&["update"]), "apt-get update")?;
            self.updated = true;
        }
        println!("installing: apt-get install {list}");
        let options = ["install", "--yes", "--no-install-recommends"];
        process::finish(apt(&[&options[..], names].concat()), &format!("apt-get install {list}"))?;
        for name in names {
            let words = ["dpkg-query", "--show", "--showformat=${Package} ${Version}", name];
            println!("installed: Debian package {}", process::output(Path::new("/"), &words)?);
        }
        Ok(())
    }
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("/usr/bin/apt-get");
    command.args(["-qq", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120"]).args(arguments);
    // With run level 1 a package does not start the service that it brings.
    command.envs([("DEBIAN_FRONTEND", "noninteractive"), ("RUNLEVEL", "1")]);
    command
}
