//! No text names a folder of the machine it was written on.

use super::{Findings, Project};

/// Folders that exist on somebody's machine only. Put together here, so that this file does not name them itself.
const PLACES: &[&str] =
    &[concat!("/", "work/"), concat!("/", "root/"), concat!("/", "home/"), concat!("/", "Users/")];

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    for file in &project.tree.files {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(place) = PLACES.iter().find(|place| begins_a_path(line, place)) {
                findings.fault(format!("{}:{}", file.path, index + 1), format!("names {place}"));
            }
        }
    }
    findings
}

/// Whether `place` stands in `line` as the first folder of a path and not within a longer one.
fn begins_a_path(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(start, _)| {
        let before = line.as_bytes().get(start.wrapping_sub(1));
        !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-.}".contains(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_a_fault() {
        let own = format!("see {}shared/notes", PLACES[0]);
        let user = format!("\"{}someone/x\"", PLACES[2]);
        let (within, elsewhere) =
            (format!("cd target{}x", PLACES[0]), format!("https://a.example{}", PLACES[2]));
        for (text, faults) in [(own, 1), (user, 1), (within, 0), (elsewhere, 0)] {
            assert_eq!(check(&Project::of(&[("README.md", &text)], vec![])).faults.len(), faults, "{text}");
        }
    }
}
