//! Every crate takes the workspace's lints; one with `unsafe` of its own has lints for that.

use super::{Findings, Project};

/// Crates with `unsafe`, each with a decision that says why.
const UNSAFE: &[&str] = &["crates/wal-vfs"];
/// What such a crate denies.
const UNSAFE_LINTS: &[&str] = &[
    "unsafe_op_in_unsafe_fn = \"deny\"",
    "undocumented_unsafe_blocks = \"deny\"",
    "multiple_unsafe_ops_per_block = \"deny\"",
];

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    for each in &project.crates {
        let path = format!("{}/Cargo.toml", each.folder);
        let manifest = project.tree.text(&path).unwrap_or_default();
        if UNSAFE.contains(&each.folder.as_str()) {
            let lacks = UNSAFE_LINTS.iter().filter(|lint| !manifest.lines().any(|line| line == **lint));
            lacks.for_each(|lint| findings.fault(&path, format!("has `unsafe` and lacks the lint {lint}")));
            continue;
        }
        let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
        if !lines.any(|line| line == "workspace = true") {
            findings.fault(path, "lacks `[lints]` with `workspace = true`");
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::manifest::Crate;

    #[test]
    fn a_crate_without_the_lints_is_a_fault() {
        for (manifest, faults) in [
            ("[package]\n\n[lints]\nworkspace = true\n", 0),
            ("[package]\nworkspace = true\n", 1),
            ("[lints]\n# none\n", 1),
        ] {
            let project = Project::of(&[("crates/a/Cargo.toml", manifest)], vec![Crate::with("a", &[])]);
            assert_eq!(check(&project).faults.len(), faults, "{manifest}");
        }
    }

    #[test]
    fn a_crate_with_unsafe_says_why_at_each_place() {
        let all = UNSAFE_LINTS.join("\n");
        for (manifest, faults) in [(all.as_str(), 0), ("[lints]\nworkspace = true\n", UNSAFE_LINTS.len())] {
            let project =
                Project::of(&[("crates/wal-vfs/Cargo.toml", manifest)], vec![Crate::with("wal-vfs", &[])]);
            assert_eq!(check(&project).faults.len(), faults, "{manifest}");
        }
    }
}
