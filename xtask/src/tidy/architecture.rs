//! ARCHITECTURE.md has a word about every crate.

use super::{Findings, Project};

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    let Some(text) = project.tree.text("ARCHITECTURE.md") else {
        findings.fault("ARCHITECTURE.md", "is missing; it holds the code map and the invariants");
        return findings;
    };
    for each in &project.crates {
        if !text.contains(&format!("`{}`", each.name)) {
            findings.fault(
                "ARCHITECTURE.md",
                format!("does not mention the crate `{}`; add its paragraph", each.name),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::manifest::Crate;

    fn faults(files: &[(&str, &str)]) -> usize {
        check(&Project::of(files, vec![Crate::with("store", &[])])).faults.len()
    }

    #[test]
    fn every_crate_must_be_named_in_code_marks() {
        assert_eq!(faults(&[("ARCHITECTURE.md", "`store` holds rows.")]), 0);
        assert_eq!(faults(&[("ARCHITECTURE.md", "We store rows.")]), 1);
        assert_eq!(faults(&[]), 1);
    }
}
