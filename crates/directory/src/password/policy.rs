//! What WorkMail asks of a password (WB §11.1). Pure.

use crate::DirectoryError;

/// Fewest characters.
const CHARACTERS_MIN: usize = 8;
/// Most characters: "fewer than 64".
const CHARACTERS_MAX: usize = 63;
/// Of the five groups of characters, how many must occur.
const GROUPS_MIN: usize = 3;

/// Refuses a password that breaks the policy, with how; the text never has the password in it.
///
/// 8 to 63 characters of Basic Latin and Latin-1, out of at least three of: upper case, lower case, digits, special
/// characters, letters of the Latin-1 supplement. A space counts as a character and belongs to no group.
pub fn check_policy(password: &str) -> Result<(), DirectoryError> {
    let characters = password.chars().count();
    if characters < CHARACTERS_MIN {
        return Err(DirectoryError::Password("It must have at least 8 characters."));
    }
    if characters > CHARACTERS_MAX {
        return Err(DirectoryError::Password("It must have fewer than 64 characters."));
    }
    if password.chars().any(|character| !matches!(character, '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{ff}')) {
        return Err(DirectoryError::Password("It may only have characters of Basic Latin and Latin-1."));
    }
    let groups: [fn(char) -> bool; 5] = [
        |character| character.is_ascii_uppercase(),
        |character| character.is_ascii_lowercase(),
        |character| character.is_ascii_digit(),
        is_special,
        |character| !character.is_ascii() && character.is_alphabetic(),
    ];
    if groups.iter().filter(|group| password.chars().any(group)).count() < GROUPS_MIN {
        return Err(DirectoryError::Password(
            "It must have characters of three of these groups: upper case, lower case, digits, special characters, \
             letters of the Latin-1 supplement.",
        ));
    }
    Ok(())
}

/// ASCII punctuation, and the signs of Latin-1 that are no letters.
fn is_special(character: char) -> bool {
    character.is_ascii_punctuation()
        || (matches!(character, '\u{a1}'..='\u{ff}') && !character.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(good: &[&str], bad: &[&str]) {
        for password in good {
            assert_eq!(check_policy(password), Ok(()), "{password:?}");
        }
        for password in bad {
            assert!(matches!(check_policy(password), Err(DirectoryError::Password(_))), "{password:?}");
        }
    }

    #[test]
    fn length() {
        let (long, longer) = (format!("Aa1{}", "x".repeat(60)), format!("Aa1{}", "x".repeat(61)));
        check(&["Abcdefg1", &long], &["", "Abcdef1", &longer]);
    }

    #[test]
    fn three_of_five_groups() {
        check(
            &["abcdef1!", "ABCDEF1!", "Abcdefg!", "abcdefg1\u{e9}", "ABCDEFG\u{e9}\u{a3}"],
            &[
                "abcdefgh",
                "Abcdefgh",
                "12345678",
                "abcdefg\u{e9}",
                "abcdefg1",
                "abc defg 1",
                "\u{e9}\u{e8}\u{ea}aaaaa",
            ],
        );
    }

    #[test]
    fn other_characters() {
        check(&["Abcdefg1 "], &["Abcdefg1\u{7f}", "Abcdefg1\u{100}", "Abcdefg1\n", "Abcdefg1\u{80}"]);
    }
}
