//! A pattern of the WorkMail model, made ready to hold for a whole text.

use regex::Regex;
use regex_automata::dfa::dense::{Builder, Config, DFA};
use regex_automata::dfa::{Automaton as _, StartKind};
use regex_automata::{Anchored, Input};

/// Most bytes of a table, and most memory that making it takes: beyond it, a pattern is matched by [`Regex`].
const TABLE_BYTES_MAX: usize = 64 * 1024;

/// A pattern that holds for a whole text.
///
/// Each request has ids that are matched, so a pattern becomes a table of states if that is small: no search for where a
/// match begins, no memory that a search needs.
#[doc(hidden)]
#[derive(Debug)]
pub enum Pattern {
    /// One look-up a byte.
    Table(Box<DFA<Vec<u32>>>),
    /// What a table would be too large for.
    Regex(Box<Regex>),
}

impl Pattern {
    /// The pattern as the model prints it, made ready.
    pub fn new(shown: &str) -> Self {
        let text = whole(shown);
        let config = Config::new()
            .start_kind(StartKind::Anchored)
            .dfa_size_limit(Some(TABLE_BYTES_MAX))
            .determinize_size_limit(Some(TABLE_BYTES_MAX));
        match Builder::new().configure(config).build(&text) {
            Ok(table) => Self::Table(Box::new(table)),
            Err(_) => Self::Regex(Box::new(
                Regex::new(&text).expect("the table's patterns compile: test `patterns`"),
            )),
        }
    }

    /// Whether it holds for `text`.
    pub fn is_match(&self, text: &str) -> bool {
        match self {
            // An error is a byte that the table does not look at: it has none.
            Self::Table(table) => {
                matches!(table.try_search_fwd(&Input::new(text).anchored(Anchored::Yes)), Ok(Some(_)))
            }
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// The text of a regular expression that holds for a whole text where the model's pattern does.
///
/// The one look-ahead of the model, `(?!d-)`, is taken out here and checked in `constrained::check`.
#[doc(hidden)]
pub fn whole(shown: &str) -> String {
    let plain = shown.replace("(?!d-)", "").replace("\\\\b", "").replace("\\w", "[A-Za-z0-9_]");
    let plain =
        plain.replace("[[A-Za-z0-9_]", "[A-Za-z0-9_").replace("\\d", "[0-9]").replace("[[0-9]", "[0-9");
    format!("\\A(?:{plain})\\z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_table(shown: &str) -> bool {
        matches!(Pattern::new(shown), Pattern::Table(_))
    }

    #[test]
    fn ids_are_matched_by_a_table_and_long_patterns_are_not() {
        assert!(is_table(r"^m-[0-9a-f]{32}$"));
        assert!(is_table(r"[a-zA-Z0-9._%+@-]+"));
        assert!(!is_table(r"arn:aws:iam:[a-z0-9-]*:[a-z0-9-]+:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}"));
    }

    #[test]
    fn a_table_says_what_the_regex_says() {
        let texts =
            ["m-0123456789abcdef0123456789abcdef", "m-0123", "", "é", "\u{0}", "a\n", "\n", "d-0", "a@b.co"];
        for shown in [r"^m-[0-9a-f]{32}$", r"[\u0020-\u00FF]+", r"[^/\\]*", r"[\S\s]*", r"^[\w+=,.@-]+$"] {
            let (pattern, regex) = (Pattern::new(shown), Regex::new(&whole(shown)).unwrap());
            assert!(matches!(pattern, Pattern::Table(_)), "{shown}");
            for text in texts {
                assert_eq!(pattern.is_match(text), regex.is_match(text), "{shown} {text:?}");
            }
        }
    }
}
