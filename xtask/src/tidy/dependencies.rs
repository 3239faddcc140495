//! Every dependency of the workspace says why it is there, and every crate takes its version from there.

use super::manifest::declared;
use super::{Findings, Project};

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    let manifest = project.tree.text("Cargo.toml").unwrap_or_default();
    for each in declared(manifest) {
        let own = each.value.contains("path =");
        if !own && !each.commented {
            let place = format!("Cargo.toml:{}", each.line);
            findings.fault(
                place,
                format!("{} has no comment above it: why it is here, what replaces it", each.name),
            );
        }
    }
    for each in &project.crates {
        let path = format!("{}/Cargo.toml", each.folder);
        for (index, line) in project.tree.text(&path).unwrap_or_default().lines().enumerate() {
            if names_a_version(line) {
                let place = format!("{path}:{}", index + 1);
                findings.fault(place, "a dependency's version belongs into the workspace's Cargo.toml");
            }
        }
    }
    findings
}

/// `x = "1"` with a digit first, or `{ version = …`; the package's own keys are inherited and have neither.
fn names_a_version(line: &str) -> bool {
    let Some((_, value)) = line.split_once('=') else { return false };
    let value = value.trim();
    let number = value.strip_prefix('"').is_some_and(|rest| {
        rest.trim_start_matches(['=', '^', '~', '>', '<', ' '])
            .starts_with(|first: char| first.is_ascii_digit())
    });
    number || (value.starts_with('{') && value.contains("version"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::manifest::Crate;

    #[test]
    fn a_dependency_without_a_reason_is_a_fault() {
        let good = "[workspace.dependencies]\npostroom-x = { path = \"crates/x\" }\n\n# Why.\ny = \"1\"\n";
        let bad = "[workspace.dependencies]\n\ny = \"1\"\n";
        assert!(check(&Project::of(&[("Cargo.toml", good)], vec![])).faults.is_empty());
        assert_eq!(check(&Project::of(&[("Cargo.toml", bad)], vec![])).faults.len(), 1);
    }

    #[test]
    fn a_version_in_a_crate_is_a_fault() {
        for (line, faults) in [
            ("serde.workspace = true", 0),
            ("serde = \"1\"", 1),
            ("x = { version = \"=2\" }", 1),
            ("x = \"=1.2\"", 1),
        ] {
            let manifest = format!("[dependencies]\n{line}\n");
            let project = Project::of(&[("crates/a/Cargo.toml", &manifest)], vec![Crate::with("a", &[])]);
            assert_eq!(check(&project).faults.len(), faults, "{line}");
        }
    }
}
