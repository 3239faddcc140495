//! No dependency is declared that nobody uses.

use super::manifest::{Crate, Dependency, declared};
use super::{Findings, Project};
use crate::tree::SourceFile;

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    for each in declared(project.tree.text("Cargo.toml").unwrap_or_default()) {
        // A renamed package is listed under its new name.
        let identifier = each.name.replace('-', "_");
        let mut taken = project.crates.iter().flat_map(|each| &each.dependencies);
        let used = taken.any(|taken| taken.identifier == identifier);
        // Our own crates are listed there before someone builds on them.
        if !used && !each.value.contains("path =") {
            findings.fault(format!("Cargo.toml:{}", each.line), format!("no crate depends on {}", each.name));
        }
    }
    for each in &project.crates {
        for dependency in &each.dependencies {
            if !names(project, each, dependency) {
                let kind = if dependency.only_tests { "no test of it" } else { "its source never" };
                let message = format!("{}: {kind} names {}", each.name, dependency.identifier);
                findings.fault(format!("{}/Cargo.toml", each.folder), message);
            }
        }
    }
    findings
}

fn names(project: &Project, each: &Crate, dependency: &Dependency) -> bool {
    let folder = format!("{}/", each.folder);
    let source = format!("{}/src/", each.folder);
    let build = format!("{}/build.rs", each.folder);
    let files =
        project.tree.files.iter().filter(|file| file.path.starts_with(&folder) && file.ends_in(&["rs"]));
    let own: Vec<_> = files
        .filter(|file| dependency.only_tests || file.path.starts_with(&source) || file.path == build)
        .collect();
    let borrowed = own.iter().flat_map(|file| borrowed(file)).filter_map(|path| project.tree.text(&path));
    let mut texts = own.iter().map(|file| file.text.as_str()).chain(borrowed);
    texts.any(|text| has_word(text, &dependency.identifier))
}

/// Files of other crates that `file` takes in by `#[path = "…"]`.
fn borrowed(file: &SourceFile) -> impl Iterator<Item = String> + '_ {
    let named =
        file.text.lines().filter_map(|line| line.trim().strip_prefix("#[path = \"")?.strip_suffix("\"]"));
    named.map(|named| {
        let mut folders: Vec<&str> = file.path.split('/').collect();
        folders.pop();
        for part in named.split('/') {
            match part {
                ".." => drop(folders.pop()),
                part => folders.push(part),
            }
        }
        folders.join("/")
    })
}

/// Whether `word` stands in `text` outside of line comments, not as a part of a longer name.
fn has_word(text: &str, word: &str) -> bool {
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let in_line = |line: &str| {
        line.match_indices(word).any(|(start, _)| {
            let bytes = line.as_bytes();
            let before = start.checked_sub(1).and_then(|index| bytes.get(index));
            !is_name(before) && !is_name(bytes.get(start + word.len()))
        })
    };
    text.lines().filter(|line| !line.trim_start().starts_with("//")).any(in_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "crates/a/src/lib.rs";

    fn faults(files: &[(&str, &str)], packages: &[&str]) -> usize {
        check(&Project::of(files, vec![Crate::with("a", packages)])).faults.len()
    }

    #[test]
    fn a_dependency_is_used_when_the_source_names_it() {
        assert_eq!(faults(&[(LIB, "use aws_lc_rs::hmac;")], &["aws-lc-rs"]), 0);
        assert_eq!(faults(&[(LIB, "// aws_lc_rs\nfn my_aws_lc_rs() {}")], &["aws-lc-rs"]), 1);
        assert_eq!(faults(&[("crates/a/tests/x.rs", "use serde::Serialize;")], &["serde"]), 1);
        let borrows = (LIB, "#[path = \"../../b/src/x.rs\"]\nmod x;");
        assert_eq!(faults(&[borrows, ("crates/b/src/x.rs", "use serde::Serialize;")], &["serde"]), 0);
    }

    #[test]
    fn a_workspace_entry_that_no_crate_takes_is_a_fault() {
        let manifest = "[workspace.dependencies]\n# Why.\nserde = \"1\"\nregex = \"1\"\n";
        let files = [("Cargo.toml", manifest), (LIB, "use serde::Serialize;")];
        assert_eq!(faults(&files, &["serde"]), 1);
        let mut renamed = Crate::with("a", &["serde", "regex-lite"]);
        renamed.dependencies[1].identifier = "regex".into();
        assert_eq!(
            check(&Project::of(&files, vec![renamed])).faults,
            ["crates/a/Cargo.toml: a: its source never names regex"]
        );
    }
}
