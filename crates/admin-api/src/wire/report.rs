//! The wording of a `ValidationException`, as AWS's JSON services print it.

use postroom_types::Violation;

use super::limits::{VALUE_SHOWN_CHARACTERS_MAX, VIOLATIONS_SHOWN_MAX};
use super::{ErrorName, Fault, Kind};

/// The violations found so far.
#[derive(Default)]
pub struct Report {
    shown: Vec<String>,
    count: usize,
}

impl Report {
    /// Adds a violation: the quoted value (empty where it is not printed), where, and the broken rule.
    pub fn add(&mut self, value: &str, path: &str, rule: &str) {
        self.count += 1;
        if self.shown.len() < VIOLATIONS_SHOWN_MAX {
            let space = if value.is_empty() { "" } else { " " };
            self.shown.push(format!("Value{space}{value} at '{path}' failed to satisfy constraint: {rule}"));
        }
    }

    /// Whether nothing is broken.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// `ValidationException` with all violations, if there are any.
    pub fn into_result(self) -> Result<(), Fault> {
        if self.is_empty() {
            return Ok(());
        }
        let plural = if self.count == 1 { "" } else { "s" };
        let message = format!("{} validation error{plural} detected: {}", self.count, self.shown.join("; "));
        Err(Fault::new(ErrorName::ValidationException, message))
    }
}

/// A peer's text in quotes, cut where it is long.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(VALUE_SHOWN_CHARACTERS_MAX) {
        Some((end, _)) => format!("'{}...'", &text[..end]),
        None => format!("'{text}'"),
    }
}

/// AWS's words for a broken rule of a string or list.
pub fn wording(violation: &Violation) -> String {
    match violation {
        Violation::TooShort(min) => format!("Member must have length greater than or equal to {min}"),
        Violation::TooLong(max) => format!("Member must have length less than or equal to {max}"),
        Violation::Pattern(pattern) => {
            format!("Member must satisfy regular expression pattern: {pattern}")
        }
        Violation::Choice(values) => {
            format!("Member must satisfy enum value set: [{}]", values.join(", "))
        }
    }
}

/// All rules of a shape without parts, in AWS's order; printed for a list of which an element breaks one.
pub fn constraints(kind: &Kind) -> Vec<String> {
    match *kind {
        Kind::Text { min, max, pattern, .. } => {
            [max.map(Violation::TooLong), min.map(Violation::TooShort), pattern.map(Violation::Pattern)]
                .iter()
                .flatten()
                .map(wording)
                .collect()
        }
        Kind::Choice(values) => vec![wording(&Violation::Choice(values))],
        _ => Vec::new(),
    }
}
