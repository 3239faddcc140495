//! Checks that no compiler makes. One file per check; each is shown to fail by its tests.

mod architecture;
mod arrows;
mod dependencies;
mod growth;
mod licences;
mod lints;
mod locks;
mod manifest;
mod places;
mod spec_references;
mod todos;
mod unused;

use std::path::Path;
use std::process::ExitCode;

use crate::problem::Result;
use crate::process;
use crate::tree::Tree;
use manifest::Crate;

/// What the checks look at.
pub struct Project {
    /// All text in git.
    pub tree: Tree,
    /// The workspace's own packages.
    pub crates: Vec<Crate>,
    /// One line per compiled package: `name version|licence`, as `cargo tree` prints it.
    pub compiled: String,
}

/// What one check found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Each fails the gate: where, what, and what to do.
    pub faults: Vec<String>,
    /// Printed, so that growth is seen.
    pub notes: Vec<String>,
}

impl Findings {
    /// Adds a fault at a place.
    pub fn fault(&mut self, place: impl std::fmt::Display, message: impl std::fmt::Display) {
        self.faults.push(format!("{place}: {message}"));
    }
}

type Check = fn(&Project) -> Findings;

/// Every check with the name that is printed before its findings.
const CHECKS: &[(&str, Check)] = &[
    ("arrows", arrows::check),
    ("architecture", architecture::check),
    ("dependencies", dependencies::check),
    ("unused", unused::check),
    ("licences", licences::check),
    ("locks", locks::check),
    ("lints", lints::check),
    ("growth", growth::check),
    ("places", places::check),
    ("spec", spec_references::check),
    ("todos", todos::check),
];

/// Runs every check and prints what it found.
pub fn run(root: &Path, shrink: bool) -> Result<ExitCode> {
    let metadata = process::output(root, &["cargo", "metadata", "--no-deps", "--format-version", "1"])?;
    let tree_words = ["cargo", "tree", "--workspace", "--prefix", "none", "--format", "{p}|{l}"];
    let mut project = Project {
        tree: Tree::read(root)?,
        crates: manifest::crates(root, &metadata)?,
        compiled: process::output(root, &tree_words)?,
    };
    if shrink {
        growth::shrink(&project)?;
        project.tree = Tree::read(root)?;
    }
    let mut faults = 0;
    for (name, check) in CHECKS {
        let findings = check(&project);
        for note in findings.notes {
            println!("{name}: {note}");
        }
        for fault in &findings.faults {
            println!("{name}: FAULT {fault}");
        }
        faults += findings.faults.len();
    }
    println!("{faults} faults in {} checks of {} files", CHECKS.len(), project.tree.files.len());
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
impl Project {
    /// A project of texts and crates, for the checks' tests.
    pub fn of(files: &[(&str, &str)], crates: Vec<Crate>) -> Project {
        Project { tree: Tree::of(files), crates, compiled: String::new() }
    }
}
