//! What parts of the gate need besides the Rust toolchain, and how a new machine gets it.
//!
//! Everything that is installed is said with its version. Debian packages come from the machine's own package
//! manager (only as root), Python and npm packages from the lock files in `tests/`.

mod debian;
mod mail;
mod node;
mod python;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::postgres::{self, Cluster};
use crate::problem::{Context, Problem, Result, fail};
use crate::process::{self, End, Environment, Terms};
use crate::tree::target_folder;

/// How cargo builds what the tests of the whole system start. The same words as in the parts `build` and `unit`, so
/// that nothing is built twice with other features.
pub const BUILD: &[&str] = &["cargo", "build", "--workspace", "--lib", "--bins", "--tests", "--examples"];

/// Something a part cannot run without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A temporary PostgreSQL cluster, one for the whole run.
    Postgres,
    /// The packages of `tests/python/requirements.txt`.
    Python,
    /// The folder of the installed botocore package, which holds AWS's models of its services.
    Botocore,
    /// Real messages, from the packages of `tests/mail/requirements.txt` and the crate mail-parser.
    Mail,
    /// The program `mbsync`.
    Mbsync,
    /// The program `dovecot`, which `bench imap` compares with.
    Dovecot,
    /// The packages of `tests/node/package-lock.json`.
    Node,
    /// The `postroom` program in a debug build.
    Binary,
}

impl Need {
    /// The need with this name on the command line.
    pub fn by_name(name: &str) -> Result<Need> {
        match name {
            "postgres" => Ok(Need::Postgres),
            "python" => Ok(Need::Python),
            "botocore" => Ok(Need::Botocore),
            "mail" => Ok(Need::Mail),
            "mbsync" => Ok(Need::Mbsync),
            "dovecot" => Ok(Need::Dovecot),
            "node" => Ok(Need::Node),
            "binary" => Ok(Need::Binary),
            other => fail(format!(
                "nothing is called {other}: postgres, python, botocore, mail, mbsync, dovecot, node, binary"
            )),
        }
    }

    /// What tells a test that the person has chosen to go without.
    pub fn left_out(self) -> Option<(&'static str, &'static str)> {
        match self {
            Need::Postgres => Some(("POSTROOM_TEST_POSTGRES", "skip")),
            Need::Botocore => Some(("POSTROOM_BOTOCORE", "skip")),
            Need::Mail => Some(("POSTROOM_TEST_MAIL", "skip")),
            Need::Python | Need::Mbsync | Need::Dovecot | Need::Node | Need::Binary => None,
        }
    }
}

/// What has been provided so far in this run.
pub struct Prepared {
    root: PathBuf,
    /// Where the cluster's files lie.
    files: PathBuf,
    postgres: Option<Cluster>,
    python: Option<PathBuf>,
    botocore: Option<PathBuf>,
    mail: Option<OsString>,
    mbsync: bool,
    node: bool,
    binary: Option<PathBuf>,
    debian: debian::Packages,
}

impl Prepared {
    /// Nothing yet.
    pub fn new(root: &Path) -> Prepared {
        Prepared::with_files_in(std::env::temp_dir(), root)
    }

    /// Nothing yet; a cluster's files will lie below `files`.
    pub fn with_files_in(files: PathBuf, root: &Path) -> Prepared {
        Prepared {
            root: root.to_owned(),
            files,
            postgres: None,
            python: None,
            botocore: None,
            mail: None,
            mbsync: false,
            node: false,
            binary: None,
            debian: debian::Packages::default(),
        }
    }

    /// Provides `need` unless it is there already; the error says what is missing.
    pub fn provide(&mut self, need: Need) -> Result<()> {
        match need {
            Need::Postgres if self.postgres.is_none() => self.postgres = Some(self.start_postgres()?),
            Need::Python if self.python.is_none() => {
                self.python = Some(python::install(&self.root, &mut self.debian)?);
            }
            Need::Botocore if self.botocore.is_none() => {
                self.provide(Need::Python)?;
                let python = self.python.as_deref().expect("Need::Python was provided above");
                self.botocore = Some(python::package(&self.root, python, "botocore")?);
            }
            Need::Mail if self.mail.is_none() => {
                self.provide(Need::Python)?;
                let python = self.python.as_deref().expect("Need::Python was provided above");
                self.mail = Some(mail::install(&self.root, python)?);
            }
            Need::Mbsync if !self.mbsync => {
                self.find(&["mbsync", "--version"], "isync")?;
                self.mbsync = true;
            }
            Need::Dovecot => self.find(&["/usr/sbin/dovecot", "--version"], "dovecot-imapd")?,
            Need::Node if !self.node => {
                node::install(&self.root, &mut self.debian)?;
                self.node = true;
            }
            Need::Binary if self.binary.is_none() => self.binary = Some(self.build()?),
            _ => {}
        }
        Ok(())
    }

    /// The variables that name what has been provided.
    pub fn environment(&self) -> Environment {
        let mut environment = Environment::new();
        let mut set = |name: &str, value: &Path| {
            environment.push((name.to_owned(), value.to_string_lossy().into_owned()));
        };
        if let Some(cluster) = &self.postgres {
            set("POSTROOM_TEST_POSTGRES", Path::new(&cluster.url));
            set("POSTROOM_TEST_POSTGRES_BIN", &cluster.programs);
            set("POSTROOM_TEST_POSTGRES_CONTROL", &cluster.control);
        }
        if let Some(folder) = &self.botocore {
            set("POSTROOM_BOTOCORE", folder);
        }
        if let Some(folders) = &self.mail {
            set("POSTROOM_TEST_MAIL", Path::new(folders));
        }
        if let Some(program) = &self.binary {
            set("POSTROOM_BIN", program);
        }
        if let Some(python) = &self.python {
            let programs = python.join("bin");
            let rest = std::env::var("PATH").unwrap_or_default();
            set("VIRTUAL_ENV", python);
            set("PATH", Path::new(&format!("{}:{rest}", programs.display())));
            set("PYTHONDONTWRITEBYTECODE", Path::new("1"));
        }
        environment
    }

    fn start_postgres(&mut self) -> Result<Cluster> {
        if postgres::find_programs().is_none() {
            self.debian.install(&["postgresql"])?;
        }
        let Some(programs) = postgres::find_programs() else {
            return fail(
                "no PostgreSQL server programs (initdb) on this machine; on Debian: the package `postgresql`",
            );
        };
        let cluster = Cluster::start(&programs, &self.files)?;
        let version =
            process::output(&self.root, &[&programs.join("postgres").to_string_lossy(), "--version"])?;
        println!("started: {} for this run", version.trim());
        Ok(cluster)
    }

    /// Finds the program that says its version to `words`, or installs the Debian package `package`, which has it.
    fn find(&mut self, words: &[&str], package: &str) -> Result<()> {
        if version_of(&self.root, words).is_none() {
            self.debian.install(&[package])?;
        }
        let program = words.first().unwrap_or(&"");
        match version_of(&self.root, words) {
            Some(version) => println!("found: {program}, {version}"),
            None => return fail(format!("{program} does not run; on Debian: the package `{package}`")),
        }
        Ok(())
    }

    fn build(&self) -> Result<PathBuf> {
        let limit = Duration::from_secs(30 * 60);
        let terms = Terms { environment: &Environment::new(), limit, log: None };
        match process::run_watched(&self.root, BUILD, &terms)?.end {
            End::Exited(status) if status.success() => {}
            _ => return fail("the workspace does not build"),
        }
        let program = target_folder(&self.root).join("debug/postroom");
        program.canonicalize().context(|| format!("find {}", program.display()))
    }
}

/// The first line that a program prints about its version; `None` when it cannot be run.
fn version_of(root: &Path, words: &[&str]) -> Option<String> {
    let said = process::output(root, words).ok()?;
    said.lines().next().map(|line| line.trim().to_owned())
}

/// A folder of the gate's own below `target`.
fn folder(root: &Path, name: &str) -> PathBuf {
    target_folder(root).join(name)
}

/// Whether `folder` was filled from exactly `text` and stands where it stood then.
fn is_stamped(folder: &Path, text: &str) -> bool {
    std::fs::read_to_string(folder.join("stamp")).is_ok_and(|stamp| stamp == text)
}

/// Remembers what `folder` was filled from; written last.
fn stamp(folder: &Path, text: &str) -> Result<()> {
    std::fs::write(folder.join("stamp"), text)
        .map_err(|error| Problem(format!("cannot write into {}: {error}", folder.display())))
}
