//! Text as words.
//!
//! Text is folded (`postroom_types::fold`: form, width and case), then without accents. A word is a run of letters, digits
//! and marks. Scripts that are written without spaces (Chinese, Japanese, Thai …) and pictographs have no words: each pair
//! of neighbours is one, and so is the last character, which makes every piece of such text findable.

use postroom_types::fold;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use crate::limits;

/// A piece of text between two that are no part of a word.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Run<'a> {
    /// A word, at most `limits::SEARCH_WORD_CHARACTERS_MAX` characters of it.
    Word(&'a [char]),
    /// Characters that are words by themselves, however many.
    Singles(&'a [char]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Single,
    /// Is not seen and parts nothing: soft hyphens, joiners, accents.
    Nothing,
    Gap,
}

/// Hands each run of `text` to `each`, until that answers false.
pub(super) fn runs(text: &str, mut each: impl FnMut(Run<'_>) -> bool) {
    let key = fold(text);
    let folded = String::from_utf8_lossy(key.as_bytes());
    let (mut run, mut of) = (Vec::new(), Class::Gap);
    for character in folded.chars().chain([' ']) {
        let class = class(character);
        if class == Class::Nothing {
            continue;
        }
        if class != of {
            let goes_on = match of {
                Class::Letter => each(Run::Word(&run)),
                Class::Single => each(Run::Singles(&run)),
                Class::Nothing | Class::Gap => true,
            };
            if !goes_on {
                return;
            }
            run.clear();
            of = class;
        }
        match class {
            Class::Letter if run.len() < limits::SEARCH_WORD_CHARACTERS_MAX => {
                push_letter(&mut run, character)
            }
            Class::Single => run.push(character),
            _ => {}
        }
    }
}

/// The words of `text`, which is all ASCII, in lower case.
pub(super) fn ascii_words(text: &str) -> impl Iterator<Item = impl Iterator<Item = char>> {
    let words = text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| {
        let kept = word.iter().take(limits::SEARCH_WORD_CHARACTERS_MAX);
        kept.map(|byte| char::from(byte.to_ascii_lowercase()))
    })
}

/// Pushes `letter` without its accents, as people search for it.
fn push_letter(run: &mut Vec<char>, letter: char) {
    match letter {
        _ if letter.is_ascii() => run.push(letter),
        'ß' => run.extend(['s', 's']),
        'ς' => run.push('σ'),
        _ => run.push(without_accents(letter)),
    }
}

fn without_accents(letter: char) -> char {
    let (mut base, mut only_accents) = (None, true);
    decompose_canonical(letter, |part| match base {
        None => base = Some(part),
        Some(_) => only_accents &= is_accent(part),
    });
    base.filter(|_| only_accents).unwrap_or(letter)
}

fn is_accent(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

fn class(character: char) -> Class {
    if character.is_ascii() {
        return if character.is_ascii_alphanumeric() { Class::Letter } else { Class::Gap };
    }
    match character {
        // Soft hyphen, joiners, marks of direction, variation selectors, byte order mark.
        '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => {
            Class::Nothing
        }
        _ if is_accent(character) => Class::Nothing,
        _ if is_single(character) => Class::Single,
        _ if character.is_alphanumeric() || is_combining_mark(character) => Class::Letter,
        _ => Class::Gap,
    }
}

/// Scripts that are written without spaces, and pictographs.
fn is_single(character: char) -> bool {
    matches!(
        u32::from(character),
        0x0e01..=0x0e3a | 0x0e40..=0x0e4e | 0x0e80..=0x0ecf // Thai, Lao
        | 0x1000..=0x103f | 0x1780..=0x17d3 // Myanmar, Khmer
        | 0x2600..=0x27bf | 0x1f000..=0x1faff // pictographs
        | 0x2e80..=0x2fdf | 0x3005..=0x3007 | 0x3041..=0x30fa | 0x30fc..=0x30ff | 0x31f0..=0x31ff
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff // Han, Kana
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &[&str]) {
        let mut found = Vec::new();
        runs(text, |run| {
            found.push(match run {
                Run::Word(word) => word.iter().collect::<String>(),
                Run::Singles(run) => format!("[{}]", run.iter().collect::<String>()),
            });
            true
        });
        assert_eq!(found, wanted, "{text:?}");
    }

    #[test]
    fn words_are_letters_digits_and_marks() {
        check("", &[]);
        check(" --\0 !", &[]);
        check("Don't ring ANN@x-1.example", &["don", "t", "ring", "ann", "x", "1", "example"]);
        check("JOSE\u{301} José Ａｎｎ", &["jose", "jose", "ann"]);
        check("Straße ΣΟΦΟΣ σοφός İstanbul", &["strasse", "σοφοσ", "σοφοσ", "istanbul"]);
        check("co\u{ad}operate हिन्दी 한국어", &["cooperate", "हिन्दी", "한국어"]);
        check("新しい2月 ok🎉 กินข้าว", &["[新しい]", "2", "[月]", "ok", "[🎉]", "[กินข้าว]"]);
        check(&"ab".repeat(100), &[&"ab".repeat(20)]);
    }
}
