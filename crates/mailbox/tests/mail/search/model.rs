//! Random messages and queries: both engines find what a plain look finds.

use postroom_mailbox::search::{Ending, Field, TextQuery};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::fixture::{Fixture, modules};

/// Words as they are written, and what they are the same as.
const WORDS: &[(&str, &str)] = &[
    ("tea", "tea"),
    ("TEA", "tea"),
    ("team", "team"),
    ("teams", "teams"),
    ("Caf\u{e9}", "cafe"),
    ("cafe\u{301}", "cafe"),
    ("CAFE", "cafe"),
    ("stra\u{df}e", "strasse"),
    ("STRASSE", "strasse"),
    ("\u{ff34}\u{ff25}\u{ff21}", "tea"),
    ("q", "q"),
    ("zz", "zz"),
    ("z", "z"),
    ("2024", "2024"),
    ("20", "20"),
    ("and", "and"),
    ("NEAR", "near"),
    ("\u{43c}\u{438}\u{440}", "\u{43c}\u{438}\u{440}"),
    ("\u{41c}\u{418}\u{420}", "\u{43c}\u{438}\u{440}"),
    ("\u{3a3}\u{39f}\u{3a3}", "\u{3c3}\u{3bf}\u{3c3}"),
    ("\u{3c3}\u{3bf}\u{3c2}", "\u{3c3}\u{3bf}\u{3c3}"),
    ("\u{5e9}\u{5dc}\u{5d5}\u{5dd}", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}"),
    ("\u{d55c}\u{ad6d}", "\u{d55c}\u{ad6d}"),
];
/// Characters of a script without spaces; runs of them are found by every piece.
const SINGLES: &[char] = &['\u{65e5}', '\u{672c}', '\u{8a9e}'];
const GAPS: &[&str] = &[" ", ", ", "-", ". ", "\"", "' ", "*", ":", "(", "\r\n", "\t", "/"];

#[derive(Debug, Clone)]
enum Piece {
    Word(usize),
    Run(String),
}

#[derive(Debug, Clone)]
struct Letter {
    subject: Vec<(Piece, usize)>,
    body: Vec<(Piece, usize)>,
}

#[derive(Debug, Clone)]
enum Query {
    Piece(Field, Piece),
    Beginning(Field, usize, usize),
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
}

fn run() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop::sample::select(SINGLES), 1..5).prop_map(|run| run.into_iter().collect())
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![4 => (0..WORDS.len()).prop_map(Piece::Word), 1 => run().prop_map(Piece::Run)]
}

fn letter() -> impl Strategy<Value = Letter> {
    let text = |most| proptest::collection::vec((piece(), 0..GAPS.len()), 0..most);
    (text(4), text(12)).prop_map(|(subject, body)| Letter { subject, body })
}

fn query() -> impl Strategy<Value = Query> {
    let field = prop::sample::select(&[Field::Any, Field::Subject, Field::Body][..]);
    let leaf = prop_oneof![
        3 => (field.clone(), piece()).prop_map(|(field, piece)| Query::Piece(field, piece)),
        2 => (field, 0..WORDS.len(), 1_usize..5).prop_map(|(field, word, size)| Query::Beginning(field, word, size)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let parts = proptest::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            parts.clone().prop_map(Query::All),
            parts.prop_map(Query::Any),
            inner.prop_map(|query| Query::Not(Box::new(query))),
        ]
    })
}

fn written(pieces: &[(Piece, usize)], in_header: bool) -> String {
    let mut text = String::new();
    for (piece, gap) in pieces {
        match piece {
            Piece::Word(word) => text.push_str(WORDS[*word].0),
            Piece::Run(run) => text.push_str(run),
        }
        let gap = GAPS[*gap];
        text.push_str(if in_header && gap == "\r\n" { " " } else { gap });
    }
    text
}

/// The beginning of a word as it is written; only of those whose letters are the same as what they are written as.
fn beginning(word: usize, size: usize) -> String {
    WORDS[word].1.chars().take(size).collect()
}

fn holds(pieces: &[(Piece, usize)], same: &dyn Fn(&Piece) -> bool) -> bool {
    pieces.iter().any(|(piece, _)| same(piece))
}

impl Query {
    fn text_query(&self) -> TextQuery {
        match self {
            Self::Piece(field, Piece::Word(word)) => TextQuery::words(*field, WORDS[*word].0, Ending::Whole),
            Self::Piece(field, Piece::Run(run)) => TextQuery::words(*field, run, Ending::Whole),
            Self::Beginning(field, word, size) => {
                TextQuery::words(*field, &beginning(*word, *size), Ending::Prefix)
            }
            Self::All(parts) => TextQuery::All(parts.iter().map(Self::text_query).collect()),
            Self::Any(parts) => TextQuery::Any(parts.iter().map(Self::text_query).collect()),
            Self::Not(part) => TextQuery::Not(Box::new(part.text_query())),
        }
    }

    fn finds(&self, letter: &Letter) -> bool {
        let within = |field: Field, same: &dyn Fn(&Piece) -> bool| {
            (field != Field::Body && holds(&letter.subject, same))
                || (field != Field::Subject && holds(&letter.body, same))
        };
        match self {
            Self::Piece(field, Piece::Word(word)) => within(
                *field,
                &|piece| matches!(piece, Piece::Word(other) if WORDS[*other].1 == WORDS[*word].1),
            ),
            // All pairs of neighbours must be there, in any place; alone it must only be there.
            Self::Piece(field, Piece::Run(run)) => {
                let characters: Vec<char> = run.chars().collect();
                characters.windows(2.min(characters.len())).all(|pair| {
                    let pair: String = pair.iter().collect();
                    within(*field, &|piece| matches!(piece, Piece::Run(other) if other.contains(&pair)))
                })
            }
            Self::Beginning(field, word, size) => {
                let start = beginning(*word, *size);
                within(
                    *field,
                    &|piece| matches!(piece, Piece::Word(other) if WORDS[*other].1.starts_with(&start)),
                )
            }
            Self::All(parts) => parts.iter().all(|part| part.finds(letter)),
            Self::Any(parts) => parts.iter().any(|part| part.finds(letter)),
            Self::Not(part) => !part.finds(letter),
        }
    }
}

fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::with_cases(20), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

on_both_engines! { modules();
    fn what_is_found_is_what_is_there(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let folders = std::cell::Cell::new(0);
        let cases = (proptest::collection::vec(letter(), 1..12), proptest::collection::vec(query(), 20));
        let ran = runner().run(&cases, |(letters, queries)| {
            folders.set(folders.get() + 1);
            let name = format!("case {}", folders.get());
            let folder = fixture.change(move |mail| postroom_mailbox::folders::create_folder(mail, postroom_mailbox::FolderKey::ROOT, &name));
            let folder = folder.unwrap();
            for letter in &letters {
                fixture.deliver_text(folder, &written(&letter.subject, true), &written(&letter.body, false));
            }
            for query in queries {
                let wanted: Vec<u32> = (1..).zip(&letters).filter(|(_, letter)| query.finds(letter)).map(|(uid, _)| uid).collect();
                prop_assert_eq!(fixture.found(folder, &query.text_query()), wanted, "{:?}", query);
            }
            Ok(())
        });
        ran.unwrap();
    }
}

/// Whatever the characters are: each engine finds the same, and a message by each word of its own.
#[test]
fn engines_agree_on_any_text() {
    let Some(postgres) = TestStore::postgres(modules()) else { return };
    let embedded = TestStore::embedded(modules());
    let fixtures = [&embedded, &postgres].map(Fixture::new);
    let text = || "[\\PC\\x00-\\x7f]{0,40}";
    let cases =
        (proptest::collection::vec((text(), text()), 1..6), proptest::collection::vec("\\PC{0,6}", 10));
    let ran = runner().run(&cases, |(letters, queries)| {
        let line = |text: &str| text.replace(['\r', '\n'], " ");
        let newest = letters.iter().map(|(subject, body)| {
            let uids =
                fixtures.each_ref().map(|each| each.deliver_text(each.inbox(), &line(subject), &line(body)));
            assert_eq!(uids[0], uids[1]);
            uids[0]
        });
        let newest: Vec<u32> = newest.collect();
        let words = letters.iter().flat_map(|(_, body)| body.split_whitespace());
        let own = words.clone().map(str::to_owned);
        for text in queries.iter().cloned().chain(own) {
            for ending in [Ending::Whole, Ending::Prefix] {
                let query = TextQuery::words(Field::Any, &text, ending);
                let found = fixtures.each_ref().map(|each| each.found(each.inbox(), &query));
                prop_assert_eq!(&found[0], &found[1], "{:?}", text);
            }
        }
        for (uid, (_, body)) in newest.iter().zip(&letters) {
            let long = TextQuery::words(Field::Body, &line(body), Ending::Whole);
            let found = fixtures[0].found(fixtures[0].inbox(), &long);
            let has_words = long != TextQuery::Any(Vec::new());
            prop_assert!(!has_words || found.contains(uid), "{:?}", body);
        }
        Ok(())
    });
    ran.unwrap();
}
