//! Patterns of LIST and LSUB.

use crate::names::{DELIMITER, fold_path};

/// A pattern of names (RFC 9051 §6.3.9): `*` stands for anything, `%` for anything without a delimiter.
///
/// Names are compared as they are everywhere, without regard to case and form: who asks for "work" is told of "Work",
/// which is what "work" would select.
pub(crate) struct Pattern(Vec<Step>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Anything,
    WithinName,
    Byte(u8),
}

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Self {
        let mut steps = Vec::with_capacity(pattern.len());
        for piece in pattern.split_inclusive(['*', '%']) {
            let text = piece.trim_end_matches(['*', '%']);
            steps.extend(fold_path(text).into_iter().map(Step::Byte));
            match &piece[text.len()..] {
                "*" => steps.push(Step::Anything),
                "%" => steps.push(Step::WithinName),
                _ => {}
            }
        }
        Self(steps)
    }

    /// Whether it has a `*`.
    pub(crate) fn goes_deep(&self) -> bool {
        self.0.contains(&Step::Anything)
    }

    /// Whether `path` fits.
    pub(crate) fn fits(&self, path: &str) -> bool {
        fits(&self.0, &fold_path(path))
    }
}

fn fits(pattern: &[Step], path: &[u8]) -> bool {
    // Where in the pattern one can be after each byte of the path: linear in both, whatever the pattern is.
    let mut at = vec![false; pattern.len() + 1];
    at[0] = true;
    let skip = |at: &mut Vec<bool>| {
        for place in 0..pattern.len() {
            if at[place] && !matches!(pattern[place], Step::Byte(_)) {
                at[place + 1] = true;
            }
        }
    };
    skip(&mut at);
    for byte in path {
        let mut next = vec![false; pattern.len() + 1];
        for place in (0..pattern.len()).filter(|place| at[*place]) {
            match pattern[place] {
                Step::Anything => next[place] = true,
                Step::WithinName if *byte != DELIMITER as u8 => next[place] = true,
                Step::WithinName => {}
                Step::Byte(plain) => next[place + 1] |= plain == *byte,
            }
        }
        skip(&mut next);
        at = next;
    }
    at[pattern.len()]
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns() {
        for (pattern, path, expected) in [
            ("*", "a/b", true),
            ("%", "a/b", false),
            ("%", "a", true),
            ("a/%", "a/b", true),
            ("a/%", "a/b/c", false),
            ("a*c", "a/b/c", true),
            ("%/c", "b/c", true),
            ("", "", true),
            ("", "a", false),
            ("INBOX", "INBOX", true),
            ("iN%", "INBOX", true),
            ("*%*%*x", "aaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("work/*", "Work/Old", true),
            ("o\u{308}%", "\u{d6}l", true),
            ("\u{d6}%", "o\u{308}l", true),
            // A wide slash is compared as a slash, and is none.
            ("%", "a\u{ff0f}b", true),
            ("a/b", "a\u{ff0f}b", false),
            ("A\u{ff0f}b", "a\u{ff0f}B", true),
            ("\u{ff0a}", "ab", false),
        ] {
            assert_eq!(Pattern::new(pattern).fits(path), expected, "{pattern} {path}");
        }
    }
}
