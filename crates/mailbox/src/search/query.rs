//! What is looked for.

use postroom_types::OrganizationKey;

use super::encode;
use super::terms::{EVERYTHING, Terms, prefix};
use super::words::{Run, runs};
use crate::{MailError, MailboxKey, limits};

/// Where a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// In any of the others.
    Any,
    /// The subject.
    Subject,
    /// Names and addresses of `From`.
    From,
    /// Of `To`.
    To,
    /// Of `Cc`.
    Cc,
    /// Of `Bcc`.
    Bcc,
    /// The text, that of attached texts and messages too.
    Body,
}

/// Every field that has terms of its own.
const FIELDS: [Field; 6] = [Field::Subject, Field::From, Field::To, Field::Cc, Field::Bcc, Field::Body];

impl Field {
    /// The letter in terms; `Any` has none of its own.
    pub(super) fn letter(self) -> char {
        match self {
            Self::Any | Self::Body => 'x',
            Self::Subject => 's',
            Self::From => 'f',
            Self::To => 't',
            Self::Cc => 'c',
            Self::Bcc => 'b',
        }
    }
}

/// How much of the last word is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All of it.
    Whole,
    /// At least its beginning.
    Prefix,
}

/// What is looked for: words in fields, and what makes one of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextQuery {
    /// A word, made by [`TextQuery::words`].
    Word(Word),
    /// Everything that each of these finds; all there is when there are none.
    All(Vec<TextQuery>),
    /// What any of these finds; nothing when there are none.
    Any(Vec<TextQuery>),
    /// What this does not find.
    Not(Box<TextQuery>),
}

/// A word in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    field: Field,
    /// As `encode` writes it.
    code: String,
    ending: Ending,
}

impl TextQuery {
    /// All words of `text`, in any order; the last one as `ending` says. Text without a word finds nothing, unless it is
    /// empty, which finds all there is (RFC 9051 §6.4.4: the empty string is in every field).
    pub fn words(field: Field, text: &str, ending: Ending) -> Self {
        if text.is_empty() {
            return Self::All(Vec::new());
        }
        let mut words: Vec<Word> = Vec::new();
        let mut push = |characters: &[char], ending| {
            let mut code = String::new();
            characters.iter().for_each(|each| encode::push(&mut code, *each));
            words.push(Word { field, code, ending });
            // One more than is allowed is enough to be refused.
            words.len() <= limits::SEARCH_QUERY_PARTS_MAX
        };
        let mut ends_in_word = false;
        runs(text, |run| {
            ends_in_word = matches!(run, Run::Word(_));
            match run {
                Run::Word(word) => push(word, Ending::Whole),
                // As they are stored: alone only at the end of a run, else with the next one.
                Run::Singles([single]) => push(&[*single], Ending::Prefix),
                Run::Singles(run) => run.windows(2).all(|pair| push(pair, Ending::Whole)),
            }
        });
        if let Some(last) = words.last_mut().filter(|_| ends_in_word) {
            last.ending = ending;
        }
        match words.pop() {
            None => Self::Any(Vec::new()),
            Some(only) if words.is_empty() => Self::Word(only),
            Some(last) => Self::All(words.into_iter().chain([last]).map(Self::Word).collect()),
        }
    }

    /// Whether it finds a content with `terms`, as an engine would say of them.
    pub(super) fn finds(&self, terms: &Terms) -> bool {
        match self {
            Self::Word(word) => word.is_in(terms.as_str()),
            Self::All(parts) => parts.iter().all(|part| part.finds(terms)),
            Self::Any(parts) => parts.iter().any(|part| part.finds(terms)),
            Self::Not(inner) => !inner.finds(terms),
        }
    }

    /// The query as `search::sql` takes it: `Limit` when it is too large or too deep.
    pub(super) fn expression(
        &self,
        organization: OrganizationKey,
        mailbox: MailboxKey,
    ) -> Result<String, MailError> {
        let mut writer = Writer { prefix: prefix(organization, mailbox), out: String::new(), parts: 0 };
        writer.query(self, 0)?;
        Ok(writer.out)
    }
}

impl Word {
    /// The fields that it is looked for in.
    fn fields(&self) -> &[Field] {
        if self.field == Field::Any { &FIELDS } else { std::slice::from_ref(&self.field) }
    }

    /// Whether one of `terms`, which have spaces between them, is it.
    fn is_in(&self, terms: &str) -> bool {
        self.fields().iter().any(|field| {
            let term = format!("{}{}", field.letter(), self.code);
            terms.match_indices(&term).any(|(at, _)| {
                let begins = at == 0 || terms.as_bytes().get(at - 1) == Some(&b' ');
                let ends = matches!(terms.as_bytes().get(at + term.len()), None | Some(&b' '));
                begins && (ends || self.ending == Ending::Prefix)
            })
        })
    }
}

/// Writes a query: terms, `&`, `|`, `&!`, brackets, and `:*` behind the beginning of a word. Nothing else is in it, since
/// terms are `[a-z0-9]`.
struct Writer {
    prefix: String,
    out: String,
    parts: usize,
}

impl Writer {
    fn query(&mut self, query: &TextQuery, depth: usize) -> Result<(), MailError> {
        if depth > limits::SEARCH_QUERY_DEPTH_MAX {
            return Err(MailError::Limit("the depth of a search"));
        }
        self.parts += 1;
        if self.parts > limits::SEARCH_QUERY_PARTS_MAX {
            return Err(MailError::Limit("the parts of a search"));
        }
        match query {
            TextQuery::Word(word) => {
                self.word(word);
                Ok(())
            }
            TextQuery::All(parts) => self.all(parts, depth),
            TextQuery::Any(parts) if parts.is_empty() => {
                self.nothing();
                Ok(())
            }
            TextQuery::Any(parts) => self.list(parts.iter(), '|', depth),
            TextQuery::Not(_) => self.all(std::slice::from_ref(query), depth),
        }
    }

    /// What is wanted, less what is not: neither engine looks for what is not there by itself.
    fn all(&mut self, parts: &[TextQuery], depth: usize) -> Result<(), MailError> {
        let (without, with): (Vec<&TextQuery>, Vec<&TextQuery>) =
            parts.iter().partition(|part| matches!(part, TextQuery::Not(_)));
        self.out.push('(');
        if with.is_empty() {
            self.everything();
        } else {
            self.list(with.into_iter(), '&', depth)?;
        }
        if !without.is_empty() {
            self.out.push_str("&!");
            let inner = without.into_iter().filter_map(|part| match part {
                TextQuery::Not(inner) => Some(inner.as_ref()),
                _ => None,
            });
            self.list(inner, '|', depth)?;
        }
        self.out.push(')');
        Ok(())
    }

    fn list<'q>(
        &mut self,
        parts: impl Iterator<Item = &'q TextQuery>,
        between: char,
        depth: usize,
    ) -> Result<(), MailError> {
        self.out.push('(');
        for (number, part) in parts.enumerate() {
            if number > 0 {
                self.out.push(between);
            }
            self.query(part, depth + 1)?;
        }
        self.out.push(')');
        Ok(())
    }

    fn word(&mut self, word: &Word) {
        self.out.push('(');
        for (number, field) in word.fields().iter().enumerate() {
            if number > 0 {
                self.out.push('|');
            }
            self.out.push_str(&self.prefix);
            self.out.push(field.letter());
            self.out.push_str(&word.code);
            if word.ending == Ending::Prefix {
                self.out.push_str(":*");
            }
        }
        self.out.push(')');
    }

    fn everything(&mut self) {
        self.out.push_str(&self.prefix);
        self.out.push(EVERYTHING);
    }

    /// A term that no content has: a word is never empty.
    fn nothing(&mut self) {
        self.out.push_str(&self.prefix);
        self.out.push(Field::Body.letter());
    }
}
