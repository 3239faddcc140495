//! The collation `i;unicode-casemap` (RFC 5051), by which SORT and THREAD compare texts.

use unicode_normalization::UnicodeNormalization;

/// The key of `text`: keys compare, byte by byte, as the texts do. RFC 5051 §2.
pub(crate) fn unicode_casemap(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_uppercase().into_bytes();
    }
    text.chars().map(title_case).nfkd().collect::<String>().into_bytes()
}

/// The simple title case of `letter` (UAX #44, `Simple_Titlecase_Mapping`). It is the upper case but for digraphs, for
/// Georgian, and where the upper case is more than one letter.
fn title_case(letter: char) -> char {
    match letter {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10ff}' => letter,
        '\u{1f80}'..='\u{1faf}' => char::from_u32(letter as u32 | 8).unwrap_or(letter),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(letter as u32 + 9).unwrap_or(letter),
        _ => {
            let mut upper = letter.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(upper), None) => upper,
                _ => letter,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_with_marks_stand_by_their_letters_and_signs_behind_capitals() {
        let sorted = ["1", "Ab", "\u{c9}clair", "eclat", "\u{e9}toile", "Zebra", "[x", "_x", "{x"];
        let mut keys: Vec<Vec<u8>> = sorted.iter().map(|text| unicode_casemap(text)).collect();
        keys.sort();
        let in_order: Vec<&str> = keys.iter().map(|key| std::str::from_utf8(key).unwrap_or("?")).collect();
        assert_eq!(
            in_order,
            ["1", "AB", "ECLAT", "E\u{301}CLAIR", "E\u{301}TOILE", "ZEBRA", "[X", "_X", "{X"]
        );
    }

    #[test]
    fn forms_and_cases_of_a_text_are_one() {
        for (one, other) in [("caf\u{e9}", "CAFE\u{301}"), ("\u{1c6}", "\u{1c4}"), ("\u{ff41}", "A")] {
            assert_eq!(unicode_casemap(one), unicode_casemap(other), "{one} {other}");
        }
    }
}
