//! The terms of a message: what the index has of it.
//!
//! ```text
//! term: | organization | mailbox | field | word |     numbers and words as `encode.rs` writes them
//! ```

use std::collections::HashSet;

use postroom_mime::SearchText;
use postroom_types::OrganizationKey;

use super::encode;
use super::query::Field;
use super::words::{Run, runs};
use crate::{MailboxKey, limits};

/// What every content has, so that "all but these" can be asked for.
pub(super) const EVERYTHING: char = 'a';

/// The terms of a message without organization and mailbox, each once, with a space between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms(String);

impl Terms {
    /// The terms of `text`: at most `limits::SEARCH_TERMS_MAX`, the first ones, headers before the body.
    pub(crate) fn of(text: &SearchText) -> Self {
        let (mut seen, mut terms) = (HashSet::new(), String::from(EVERYTHING));
        let fields = [
            (Field::Subject, &text.subject),
            (Field::From, &text.from),
            (Field::To, &text.to),
            (Field::Cc, &text.cc),
            (Field::Bcc, &text.bcc),
            (Field::Body, &text.body),
        ];
        for (field, text) in fields {
            let mut term = String::new();
            runs(text, |run| {
                each_word(&run, |word| {
                    term.clear();
                    term.push(field.letter());
                    word.iter().for_each(|each| encode::push(&mut term, *each));
                    if !seen.contains(term.as_str()) {
                        terms.push(' ');
                        terms.push_str(&term);
                        seen.insert(term.clone());
                    }
                    // In the midst of a run too: one may be as long as the message.
                    seen.len() < limits::SEARCH_TERMS_MAX && terms.len() < limits::SEARCH_TERMS_BYTES_MAX
                })
            });
        }
        Self(terms)
    }

    /// The terms as they are stored in `mailbox`.
    pub(crate) fn in_mailbox(&self, organization: OrganizationKey, mailbox: MailboxKey) -> String {
        let prefix = prefix(organization, mailbox);
        let count = self.0.bytes().filter(|byte| *byte == b' ').count() + 1;
        let mut terms = String::with_capacity(self.0.len() + count * prefix.len());
        for (number, term) in self.0.split(' ').enumerate() {
            if number > 0 {
                terms.push(' ');
            }
            terms.push_str(&prefix);
            terms.push_str(term);
        }
        terms
    }
}

/// What all terms of `mailbox` begin with, and those of no other.
pub(super) fn prefix(organization: OrganizationKey, mailbox: MailboxKey) -> String {
    let mut prefix = String::new();
    encode::push_number(&mut prefix, organization.0);
    encode::push_number(&mut prefix, mailbox.0);
    prefix
}

/// Hands the words that are stored of `run` to `each`, until that answers false; answers whether it never did.
fn each_word(run: &Run<'_>, mut each: impl FnMut(&[char]) -> bool) -> bool {
    match run {
        Run::Word(word) => each(word),
        Run::Singles(run) => {
            run.windows(2).all(&mut each) && run.last_chunk::<1>().is_none_or(|last| each(last))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(subject: &str, body: &str) -> SearchText {
        SearchText { subject: subject.to_owned(), body: body.to_owned(), ..SearchText::default() }
    }

    #[test]
    fn each_term_once_and_with_its_field() {
        let terms = Terms::of(&text("Tea, tea!", "tea 日本語"));
        assert_eq!(terms.0, "a stea xtea xq0k4lq0kdo xq0kdoq0rdq xq0rdq");
        let stored = Terms::of(&text("Tea", "")).in_mailbox(OrganizationKey(1), MailboxKey(40));
        assert_eq!(stored, "11214a 11214stea");
        assert_eq!(Terms::of(&SearchText::default()).0, "a", "also what has no word is there");
    }

    #[test]
    fn there_are_only_so_many() {
        let words: Vec<String> = (0..limits::SEARCH_TERMS_MAX + 5).map(|number| number.to_string()).collect();
        let terms = Terms::of(&text("subject", &words.join(" ")));
        assert_eq!(terms.0.split(' ').count(), limits::SEARCH_TERMS_MAX + 1);
        assert!(terms.0.starts_with("a ssubject x0 x1 "));
        let run: String =
            (0..200_000_u32).filter_map(|number| char::from_u32(0x4e00 + number * 7 % 20_000)).collect();
        let terms = Terms::of(&text("", &run));
        let longest = limits::SEARCH_TERMS_BYTES_MAX + limits::SEARCH_WORD_CHARACTERS_MAX * 5;
        assert!(terms.0.len() <= longest, "{}", terms.0.len());
        assert!(
            terms.in_mailbox(OrganizationKey(i64::MAX), MailboxKey(i64::MAX)).len() < 1 << 20,
            "a tsvector's limit"
        );
    }
}
