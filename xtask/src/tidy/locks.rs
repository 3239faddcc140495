//! Lock files: how long they are, and that they pin contents and no place to fetch them from.

use super::{Findings, Project};

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    if let Some(lock) = project.tree.text("Cargo.lock") {
        findings.notes.push(format!("Cargo.lock: {} packages", lock.matches("[[package]]").count()));
    }
    for file in &project.tree.files {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        match name {
            "package-lock.json" => {
                findings.notes.push(format!(
                    "{}: {} packages",
                    file.path,
                    file.text.matches("\"integrity\"").count()
                ));
                if file.text.contains("\"resolved\": \"http") {
                    let why =
                        "names the registry it was made with; .npmrc has omit-lockfile-registry-resolved";
                    findings.fault(&file.path, why);
                }
            }
            "requirements.txt" => python(&file.path, &file.text, &mut findings),
            _ => {}
        }
    }
    findings
}

fn python(path: &str, text: &str, findings: &mut Findings) {
    let pinned = text.lines().filter(|line| line.contains("=="));
    findings.notes.push(format!("{path}: {} packages", pinned.clone().count()));
    if text.contains("://") || text.lines().any(|line| line.starts_with("--")) {
        findings.fault(path, "names a place to fetch from; make it with --no-emit-index-url");
    }
    // A pinned line is continued by its hashes.
    for line in pinned.filter(|line| !line.starts_with([' ', '#']) && !line.ends_with('\\')) {
        findings.fault(path, format!("{line} has no hash"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&Project::of(&[(path, text)], vec![])).faults.len()
    }

    #[test]
    fn a_registry_in_a_lock_file_is_a_fault() {
        assert_eq!(faults("tests/node/package-lock.json", "{\"integrity\": \"sha512-x\"}"), 0);
        assert_eq!(faults("tests/node/package-lock.json", "{\"resolved\": \"https://x.example/a.tgz\"}"), 1);
        assert_eq!(faults("tests/python/requirements.txt", "--index-url https://x.example\n"), 1);
    }

    #[test]
    fn a_python_package_without_a_hash_is_a_fault() {
        assert_eq!(faults("tests/python/requirements.txt", "six==1.17.0 \\\n    --hash=sha256:00\n"), 0);
        assert_eq!(faults("tests/python/requirements.txt", "six==1.17.0\n"), 1);
    }
}
