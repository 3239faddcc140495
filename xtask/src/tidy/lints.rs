//! Every crate takes the workspace's lints.

use super::{Findings, Project};

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    for each in &project.crates {
        let path = format!("{}/Cargo.toml", each.folder);
        let manifest = project.tree.text(&path).unwrap_or_default();
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
}
