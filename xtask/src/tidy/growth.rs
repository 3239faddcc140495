//! Long files and long functions do not get longer.
//!
//! What is over the limit stands in `xtask/growth.txt` with its size. An entry that is larger than the thing itself is
//! a fault too, so the list only shrinks; a new line in it is a decision for the reviewer.

use std::collections::BTreeMap;

use super::{Findings, Project};
use crate::problem::{Context, Result};
use crate::tree::SourceFile;

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 80;
const LIST: &str = "xtask/growth.txt";
const CODE: &[&str] = &["rs", "py", "js", "mjs", "ts", "svelte", "sh", "c"];

/// What is over its limit today: `file <path>` or `function <path> <name>`, and its lines.
type Sizes = BTreeMap<String, usize>;

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    let allowed = listed(project.tree.text(LIST).unwrap_or_default());
    let today = measure(&project.tree.files);
    for (what, lines) in &today {
        match allowed.get(what) {
            None => findings.fault(what, format!("{lines} lines; split it ({FILE_LINES_MAX} for a file, {FUNCTION_LINES_MAX} for a function)")),
            Some(most) if lines > most => findings.fault(what, format!("has grown from {most} to {lines} lines")),
            Some(most) if lines < most => findings.fault(what, shrunk(*lines)),
            Some(_) => {}
        }
    }
    for what in allowed.keys().filter(|what| !today.contains_key(*what)) {
        findings.fault(what, shrunk(0));
    }
    findings.notes.push(format!("{} entries over the limit", allowed.len()));
    findings
}

fn shrunk(lines: usize) -> String {
    format!("is now {lines} lines or within the limit; run `cargo xtask tidy --shrink`")
}

/// Lowers the entries of the list to today's sizes and removes what is within the limit; never adds or raises one.
pub fn shrink(project: &Project) -> Result<()> {
    let text = project.tree.text(LIST).unwrap_or_default();
    let today = measure(&project.tree.files);
    let mut new: String =
        text.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    for (what, most) in listed(text) {
        if let Some(&lines) = today.get(&what) {
            new += &format!("{} {what}\n", lines.min(most));
        }
    }
    std::fs::write(project.tree.root.join(LIST), new).context(|| format!("write {LIST}"))
}

fn listed(text: &str) -> Sizes {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(n, what)| Some((what.to_owned(), n.parse().ok()?)))
        .collect()
}

fn measure(files: &[SourceFile]) -> Sizes {
    let mut sizes = Sizes::new();
    for file in files.iter().filter(|file| file.ends_in(CODE)) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
            sizes.insert(format!("file {}", file.path), lines);
        }
        if file.ends_in(&["rs"]) {
            for (name, lines) in
                functions(&file.text).into_iter().filter(|found| found.1 > FUNCTION_LINES_MAX)
            {
                let size = sizes.entry(format!("function {} {name}", file.path)).or_default();
                *size = lines.max(*size);
            }
        }
    }
    sizes
}

/// Names and lengths of the functions in a formatted source: from the line with `fn` to the brace below it.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, &str, usize)> = None;
    for (index, line) in text.lines().enumerate() {
        if let Some((indent, name)) = function_head(line) {
            open = Some((indent, name, index));
        } else if let Some((indent, name, start)) = open
            && line.strip_prefix(indent) == Some("}")
        {
            found.push((name, index - start + 1));
            open = None;
        }
    }
    found
}

fn function_head(line: &str) -> Option<(&str, &str)> {
    let code = line.trim_start();
    let indent = &line[..line.len() - code.len()];
    let (before, after) =
        code.strip_prefix("fn ").map(|after| ("", after)).or_else(|| code.split_once(" fn "))?;
    let qualifies = |word: &str| {
        ["pub", "const", "async", "unsafe", "extern"].contains(&word) || word.starts_with("pub(")
    };
    if !before.split_whitespace().all(|word| qualifies(word) || word.ends_with(')') || word.starts_with('"'))
    {
        return None;
    }
    let end = after.find(|each: char| !each.is_alphanumeric() && each != '_')?;
    // A declaration without a body has no brace to wait for.
    (!line.ends_with(';') && !line.ends_with('}')).then(|| (indent, &after[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(lines: usize) -> String {
        format!("pub fn long() {{\n{}}}\n", "    work();\n".repeat(lines - 2))
    }

    fn faults(source: &str, list: &str) -> Vec<String> {
        check(&Project::of(&[("a.rs", source), (LIST, list)], vec![])).faults
    }

    #[test]
    fn what_is_within_the_limits_needs_no_entry() {
        assert!(faults(&function(80), "# none\n").is_empty());
        assert!(faults(&"// line\n".repeat(600), "").is_empty());
    }

    #[test]
    fn what_is_over_a_limit_is_a_fault() {
        assert_eq!(faults(&function(81), "").len(), 1);
        assert_eq!(faults(&"// line\n".repeat(601), "").len(), 1);
    }

    #[test]
    fn an_entry_holds_exactly_todays_size() {
        assert!(faults(&function(90), "90 function a.rs long\n").is_empty());
        assert_eq!(faults(&function(91), "90 function a.rs long\n").len(), 1);
        assert_eq!(faults(&function(89), "90 function a.rs long\n").len(), 1);
        assert_eq!(faults(&function(10), "90 function a.rs long\n").len(), 1);
        assert_eq!(faults("", "700 file b.rs\n").len(), 1);
    }

    #[test]
    fn methods_are_measured_to_their_own_brace() {
        let text = "impl A {\n    pub(crate) async fn one(&self) {\n        if x {\n        }\n    }\n    fn two();\n}\n";
        assert_eq!(functions(text), [("one", 4)]);
    }
}
