//! There is one mark for unfinished work, and it names its consequence.

use super::{Findings, Project};

/// Words that introduce what follows from the missing piece.
const CONSEQUENCE: &[&str] = &["until then", "otherwise", "so that", ", so ", "without it"];

/// See the module. The sentence after the mark may run over several comment lines.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    let todo = concat!("TO", "DO");
    let others = [concat!("FIX", "ME"), concat!("XX", "X:"), concat!("HA", "CK:")];
    let mut count = 0;
    for file in project.tree.files.iter().filter(|file| file.ends_in(&["rs", "py", "mjs", "js", "ts", "sh"]))
    {
        let lines: Vec<&str> = file.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let place = format!("{}:{}", file.path, index + 1);
            if let Some(other) = others.iter().find(|other| line.contains(*other)) {
                findings.fault(
                    &place,
                    format!("{other} says too little; write {todo}: what is missing, until then …"),
                );
            }
            let Some(start) = marked(line, todo) else { continue };
            count += 1;
            let more = lines[index + 1..].iter().take_while(|next| is_comment(next)).take(5);
            let text = more.fold(line[start..].to_owned(), |text, next| format!("{text} {}", next.trim()));
            if !CONSEQUENCE.iter().any(|word| text.contains(word)) {
                let ways = "say what follows from it: \"until then …\", \"otherwise …\", \", so …\"";
                findings.fault(&place, format!("this {todo} names no consequence; {ways}"));
            }
        }
    }
    findings.notes.push(format!("{count} of them"));
    findings
}

/// Where the mark stands: at the start of a comment, or later with a colon or a bracket behind it.
fn marked(line: &str, todo: &str) -> Option<usize> {
    if !is_comment(line) {
        return None;
    }
    let at_start = line.trim_start_matches(['/', '!', '#', ' ', '\t']).starts_with(todo);
    let later = [":", "("].iter().any(|after| line.contains(&format!("{todo}{after}")));
    (at_start || later).then(|| line.find(todo)).flatten()
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_mark_is_a_fault() {
        let todo = concat!("TO", "DO");
        for (text, faults) in [
            (format!("// {todo}: cache this\nlet x = 1;"), 1),
            (format!("// {todo}: cache this;\n// until then a listing costs a read per entry\n"), 0),
            (format!("let x = \"{todo}\";"), 0),
            (format!("// A {todo} has a form."), 0),
            (format!("// slow; {todo}(me) cache"), 1),
            (format!("// {}", concat!("FIX", "ME")), 1),
        ] {
            assert_eq!(check(&Project::of(&[("a.rs", &text)], vec![])).faults.len(), faults, "{text}");
        }
    }
}
