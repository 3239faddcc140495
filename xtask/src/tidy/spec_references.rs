//! References to specifications have one form each, so that a script can list them.
//!
//! `RFC 9051 §6.4.8`, `MS-ASWBXML §2.1.2`, `WorkMail model Shape`, `WB §2.1`; a document without a section is named
//! as `RFC 5322` or `MS-ASWBXML`.

use super::{Findings, Project};

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    let mut counts = [("RFC", 0), ("MS", 0), ("WorkMail model", 0), ("WB", 0)];
    for file in project.tree.files.iter().filter(|file| file.ends_in(&["rs"])) {
        for (index, line) in file.text.lines().enumerate() {
            let Some(comment) = comment_of(line) else { continue };
            for (count, marker) in counts.iter_mut().zip(["RFC ", "MS-", "WorkMail model ", "WB §"]) {
                count.1 += comment.matches(marker).count();
            }
            if let Some(fault) = fault_in(comment) {
                findings.fault(format!("{}:{}", file.path, index + 1), fault);
            }
        }
    }
    let shown: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    findings.notes.push(format!("references in comments: {}", shown.join(", ")));
    findings
}

/// The comment of a line: all of it, or its end after code. Text between quotes is no comment.
fn comment_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if line.starts_with("//") {
        return Some(line);
    }
    let start = line.find(" // ")?;
    line[..start].matches('"').count().is_multiple_of(2).then(|| line[start..].trim_start())
}

fn fault_in(comment: &str) -> Option<String> {
    let (_, mut rest) = comment.split_once(char::is_whitespace)?;
    while let Some(start) = rest.to_ascii_uppercase().find("RFC") {
        let whole_word = !rest[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let (name, after) = rest[start..].split_at(3);
        rest = after;
        let number = after.trim_start_matches([' ', '-', '_']);
        if whole_word && number.starts_with(|first: char| first.is_ascii_digit()) {
            let digits = number.trim_start_matches(|each: char| each.is_ascii_digit());
            let single_space = after.len() == number.len() + 1 && after.starts_with(' ');
            if name != "RFC" || !single_space || section_in_words(digits) {
                return Some("write a reference as `RFC 9051 §6.4.8`".into());
            }
        }
    }
    let after_ms = comment.split_once("MS-").map(|(before, after)| (before.ends_with('['), after));
    if let Some((bracket, after)) = after_ms {
        let section =
            after.trim_start_matches(|each: char| each.is_ascii_uppercase() || each.is_ascii_digit());
        if bracket || section_in_words(section) {
            return Some("write a reference as `MS-ASWBXML §2.1.2`".into());
        }
    }
    let wb = comment.split_once("WB ").map(|(before, after)| (before.ends_with(' '), after));
    if let Some((true, after)) = wb
        && section_in_words(&format!(" {after}"))
    {
        return Some("write a reference as `WB §2.1`".into());
    }
    None
}

/// ` 3.4`, ` section 3`, `, section 3`, ` sec. 3`: everything but ` §3`.
fn section_in_words(after: &str) -> bool {
    let after = after.trim_start_matches([',', ':', ']', ')']).trim_start().to_ascii_lowercase();
    let dotted = after.split_once('.').is_some_and(|(before, behind)| {
        !before.is_empty()
            && before.bytes().all(|byte| byte.is_ascii_digit())
            && behind.starts_with(|first: char| first.is_ascii_digit())
    });
    dotted || after.starts_with("section") || after.starts_with("sec.") || after.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_forms_are_counted() {
        let text = "/// Spec: RFC 9051 §6.4.8, WB §2.1 and RFC 5322.\n// Source: WorkMail model, MS-ASWBXML §2.1.2\n";
        let findings = check(&Project::of(&[("a.rs", text)], vec![]));
        assert_eq!(findings.faults, Vec::<String>::new());
        assert_eq!(findings.notes, ["references in comments: RFC 2, MS 1, WorkMail model 0, WB 1"]);
    }

    #[test]
    fn other_forms_are_faults() {
        for comment in [
            "// RFC9051 §6",
            "/// see rfc 9051 §6",
            "// RFC-5322",
            "// RFC 5322 section 3.4",
            "// RFC 5322, Section 3",
            "// RFC 5322 3.4.1",
            "// [MS-ASCMD] §2",
            "// MS-ASCMD 2.2.3",
            "// as WB 2.1 says",
        ] {
            assert!(fault_in(comment).is_some(), "{comment}");
        }
    }

    #[test]
    fn code_and_ordinary_words_are_not_looked_at() {
        for line in [
            "let rfc5322 = 1;",
            "// in RFC 5322. 7 of them",
            "// a WB §3",
            "// perform 3.4",
            "x(\"// rfc 1\");",
        ] {
            assert_eq!(comment_of(line).and_then(fault_in), None, "{line}");
        }
    }
}
