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
use super::words::{Run, ascii_words, runs};
use crate::{MailboxKey, limits};

/// What every content has, so that "all but these" can be asked for.
pub(super) const EVERYTHING: char = 'a';

/// The terms of a message without organization and mailbox, each once, with a space between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms(String);

impl Terms {
    /// The terms of `text`: at most `limits::SEARCH_TERMS_MAX`, the first ones, headers before the body.
    pub(crate) fn of(text: &SearchText) -> Self {
        let mut collected = Collected::default();
        let fields = [
            (Field::Subject, &text.subject),
            (Field::From, &text.from),
            (Field::To, &text.to),
            (Field::Cc, &text.cc),
            (Field::Bcc, &text.bcc),
            (Field::Body, &text.body),
        ];
        for (field, text) in fields {
            if text.is_ascii() {
                collected.add_ascii(field, text);
            } else {
                collected.add(field, text);
            }
        }
        Self(collected.terms)
    }

    /// The terms that [`Terms::in_mailbox`] has written for that mailbox.
    pub(super) fn of_mailbox(written: &str, organization: OrganizationKey, mailbox: MailboxKey) -> Self {
        let prefix = prefix(organization, mailbox);
        let terms = written.split(' ').map(|term| term.strip_prefix(&prefix).unwrap_or(term));
        Self(terms.collect::<Vec<_>>().join(" "))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
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

/// Terms with a space between them, each once.
struct Collected {
    terms: String,
    seen: HashSet<Box<str>>,
    /// The one that is being written.
    term: String,
}

impl Default for Collected {
    fn default() -> Self {
        Self { terms: String::from(EVERYTHING), seen: HashSet::with_capacity(512), term: String::new() }
    }
}

impl Collected {
    fn add(&mut self, field: Field, text: &str) {
        runs(text, |run| each_word(&run, |word| self.push(field, word.iter().copied())));
    }

    /// The same of text that is all ASCII, as most is, which needs no more than a look at each byte.
    fn add_ascii(&mut self, field: Field, text: &str) {
        let mut words = ascii_words(text);
        while words.next().is_some_and(|word| self.push(field, word)) {}
    }

    /// Adds a word; false when there is no room for more.
    fn push(&mut self, field: Field, word: impl Iterator<Item = char>) -> bool {
        self.term.clear();
        self.term.push(field.letter());
        word.for_each(|each| encode::push(&mut self.term, each));
        if !self.seen.contains(self.term.as_str()) {
            self.terms.push(' ');
            self.terms.push_str(&self.term);
            self.seen.insert(self.term.as_str().into());
        }
        // In the midst of a run too: one may be as long as the message.
        self.seen.len() < limits::SEARCH_TERMS_MAX && self.terms.len() < limits::SEARCH_TERMS_BYTES_MAX
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

    proptest::proptest! {
        #[test]
        fn text_that_is_all_ascii_is_no_other(text in "[ -~\\r\\n]{0,60}([a-zA-Z0-9]{30,60}[ -~]{0,9})?") {
            let (mut one, mut other) = (Collected::default(), Collected::default());
            one.add(Field::Body, &text);
            other.add_ascii(Field::Body, &text);
            proptest::prop_assert_eq!(one.terms, other.terms);
        }
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
