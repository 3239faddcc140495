//! Words as `[a-z0-9]`, which both engines take for one word and never for syntax.
//!
//! ```text
//! a…y without q, 0…9    themselves
//! z                     z00
//! q                     z01
//! U+0080…U+058D         z and two digits of base 36, from 02 on: Latin, Greek, Cyrillic, Armenian
//! all others            q and four digits of base 36
//! ```
//!
//! No code begins another, so a word begins another one exactly when its code begins the other's code.

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// First and last character with a short code.
const NEAR: std::ops::RangeInclusive<u32> = 0x80..=0x58d;

/// Appends the code of `character`.
pub(super) fn push(out: &mut String, character: char) {
    match character {
        'z' => out.push_str("z00"),
        'q' => out.push_str("z01"),
        'a'..='y' | '0'..='9' => out.push(character),
        _ if NEAR.contains(&u32::from(character)) => {
            out.push('z');
            push_digits(out, u32::from(character) - NEAR.start() + 2, 2);
        }
        _ => {
            out.push('q');
            push_digits(out, u32::from(character), 4);
        }
    }
}

/// Appends `number`, which is not negative, so that no number's code begins another's: how many digits, then the digits.
pub(super) fn push_number(out: &mut String, number: i64) {
    let mut number = number.unsigned_abs();
    let mut digits = Vec::with_capacity(13);
    while number > 0 || digits.is_empty() {
        digits.push(digit(number % 36));
        number /= 36;
    }
    out.push(digit(digits.len() as u64));
    out.extend(digits.iter().rev());
}

fn push_digits(out: &mut String, number: u32, count: u32) {
    out.extend((0..count).rev().map(|place| digit(u64::from(number / 36_u32.pow(place) % 36))));
}

fn digit(value: u64) -> char {
    usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).map_or('0', |digit| char::from(*digit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> String {
        let mut out = String::new();
        text.chars().for_each(|character| push(&mut out, character));
        out
    }

    #[test]
    fn examples() {
        assert_eq!(code("tea4"), "tea4");
        assert_eq!(code("quiz"), "z01uiz00");
        assert_eq!(code("\u{80}\u{58d}"), "z02zzz");
        assert_eq!(code("日"), "q0k4l");
        let mut number = String::new();
        [0, 35, 36, i64::MAX].iter().for_each(|each| push_number(&mut number, *each));
        assert_eq!(number, "101z210d1y2p0ij32e8e7");
    }

    proptest! {
        #[test]
        fn words_begin_with_each_other_as_their_codes_do(one in "[a-z0-9é-я日本語]{0,4}", two in "\\PC{0,6}", end in "\\PC{0,3}") {
            prop_assert!(code(&two).bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
            prop_assert_eq!(two.starts_with(&one), code(&two).starts_with(&code(&one)));
            prop_assert!(code(&(two.clone() + &end)).starts_with(&code(&two)));
            prop_assert_eq!(one == two, code(&one) == code(&two));
        }
    }
}
