//! The table of the gate's parts.

use std::time::Duration;

use crate::needs::{BUILD, Need};
use crate::process::Environment;

/// One part: everything about it is in its line of [`PARTS`].
pub struct Part {
    /// What `--only` and `--skip` call it.
    pub name: &'static str,
    /// One line for the heading and `--list`.
    pub about: &'static str,
    /// What `--quick` does with it.
    pub quick: Quick,
    /// It begins when these have ended, those of them that run at all.
    pub after: &'static [&'static str],
    /// Provided before the commands; a need that cannot be provided fails the part.
    pub needs: &'static [Need],
    /// Its files may lie in memory: it shows nothing that a disk must keep, and measures none.
    pub in_memory: bool,
    /// Added to the commands' environment.
    pub environment: &'static [(&'static str, &'static str)],
    /// Run one after the other in the workspace's folder.
    pub commands: &'static [&'static [&'static str]],
    /// Each command is stopped after this long.
    pub minutes_max: u64,
}

/// What `--quick` does with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quick {
    /// Runs it as always.
    Runs,
    /// Runs it and tells its tests to go without the needs.
    WithoutNeeds,
    /// Does not run it.
    LeftOut,
}

impl Part {
    /// The time limit of each command.
    pub fn limit(&self) -> Duration {
        Duration::from_secs(self.minutes_max * 60)
    }

    /// What the table gives its commands.
    pub fn environment(&self) -> Environment {
        self.environment.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

const fn part(name: &'static str, about: &'static str, commands: &'static [&'static [&'static str]]) -> Part {
    Part {
        name,
        about,
        quick: Quick::Runs,
        after: &[],
        needs: &[],
        in_memory: false,
        environment: &[],
        commands,
        minutes_max: 25,
    }
}

const AFTER_BUILD: &[&str] = &["build"];
// Cargo lets only one of its commands build at a time, so lints wait until the long tests have begun, and then take the
// processors that those leave idle.
const AFTER_MAIL: &[&str] = &["build", "mail"];
const AFTER_CLIPPY: &[&str] = &["build", "clippy"];

/// Begun in this order, the long ones first, as soon as there is a lane. No part sets `RUSTFLAGS`, and all of cargo's
/// build commands name the whole workspace: `clippy` and `doc` share one set of checked dependencies, `build` and
/// everything after it one set of built ones.
pub const PARTS: &[Part] = &[
    part("fmt", "formatting", &[&["cargo", "fmt", "--all", "--check"]]),
    part(
        "tidy",
        "arrows between crates, growth, dependencies, licences, words",
        &[&["cargo", "xtask", "tidy"]],
    ),
    part("build", "compile the program and all tests", &[BUILD]),
    Part {
        after: AFTER_BUILD,
        quick: Quick::LeftOut,
        // The cluster of the command's own: the proofs kill it. The needs only build and install.
        needs: &[Need::Binary, Need::Postgres],
        ..part(
            "crash",
            "the program killed, paused, raced and cut off from its database, both engines",
            &[&["cargo", "xtask", "crash"]],
        )
    },
    Part {
        after: AFTER_BUILD,
        quick: Quick::WithoutNeeds,
        needs: &[Need::Postgres, Need::Botocore, Need::Mail],
        in_memory: true,
        ..part(
            "unit",
            "unit, property and store tests, both engines",
            &[&["cargo", "test", "--workspace", "--no-fail-fast"]],
        )
    },
    Part {
        after: AFTER_BUILD,
        quick: Quick::LeftOut,
        needs: &[Need::Binary, Need::Python, Need::Postgres, Need::Mail, Need::Mbsync],
        in_memory: true,
        ..part(
            "mail",
            "the whole system through imaplib, IMAPClient and mbsync",
            &[&["python", "-m", "pytest", "tests/python", "--ignore=tests/python/cli", "--mail=only"]],
        )
    },
    Part {
        after: AFTER_BUILD,
        quick: Quick::LeftOut,
        needs: &[Need::Binary, Need::Python, Need::Postgres],
        in_memory: true,
        ..part(
            "python",
            "the whole system through boto3",
            &[&["python", "-m", "pytest", "tests/python", "--ignore=tests/python/cli", "--mail=without"]],
        )
    },
    Part {
        after: AFTER_MAIL,
        ..part(
            "clippy",
            "lints, warnings are errors",
            &[&["cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]],
        )
    },
    Part {
        after: AFTER_CLIPPY,
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
        ..part("doc", "documentation, warnings are errors", &[&["cargo", "doc", "--workspace", "--no-deps"]])
    },
    Part {
        after: AFTER_BUILD,
        quick: Quick::LeftOut,
        needs: &[Need::Binary, Need::Python, Need::Postgres],
        in_memory: true,
        ..part(
            "cli",
            "the whole system through the AWS CLI",
            &[&["python", "-m", "pytest", "tests/python/cli"]],
        )
    },
    Part {
        after: AFTER_BUILD,
        ..part(
            "sim",
            "what power losses leave of the store's files",
            // All rounds, however busy the machine is.
            &[&["cargo", "xtask", "sim", "--rounds", "30", "--images", "50"]],
        )
    },
    Part {
        after: AFTER_BUILD,
        quick: Quick::LeftOut,
        // The cluster of the command's own: these tests kill it. The need only installs the programs.
        needs: &[Need::Postgres],
        ..part(
            "postgres",
            "the store while the PostgreSQL server is killed, stopped and badly set",
            &[&[
                "cargo",
                "xtask",
                "postgres",
                "--",
                "cargo",
                "test",
                "--workspace",
                "--test",
                "postgres_server",
                "--",
                "--ignored",
            ]],
        )
    },
    Part {
        after: AFTER_BUILD,
        quick: Quick::LeftOut,
        needs: &[Need::Binary, Need::Node, Need::Postgres],
        in_memory: true,
        ..part(
            "node",
            "the whole system through the SDK for JavaScript and imapflow",
            &[&["npm", "test", "--prefix", "tests/node"]],
        )
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_single_words_and_unique() {
        for (index, part) in PARTS.iter().enumerate() {
            assert!(part.name.bytes().all(|byte| byte.is_ascii_lowercase()), "{}", part.name);
            assert!(
                PARTS[..index].iter().all(|other| other.name != part.name),
                "{} is there twice",
                part.name
            );
        }
    }

    #[test]
    fn parts_come_after_those_above_them() {
        for (index, part) in PARTS.iter().enumerate() {
            for name in part.after {
                assert!(PARTS[..index].iter().any(|other| other.name == *name), "{} after {name}", part.name);
            }
        }
    }

    #[test]
    fn only_needs_that_tests_can_go_without_are_dropped_by_quick() {
        for part in PARTS.iter().filter(|part| part.quick == Quick::WithoutNeeds) {
            assert!(part.needs.iter().all(|need| need.left_out().is_some()), "{}", part.name);
        }
    }
}
