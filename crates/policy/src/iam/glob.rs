//! Patterns with `*` and `?`.

use super::PolicyError;
use crate::limits::POLICY_VALUE_CHARACTERS_MAX;

/// What stands in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// This character.
    Exactly(char),
    /// Any one character; in an ARN not a colon.
    One,
    /// Any characters; unless `across`, no colon.
    Many { across: bool },
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    tokens: Box<[Token]>,
    /// Whether `One` stops at a colon.
    in_segments: bool,
    /// Whether ASCII letters compare without case; then the tokens are small letters.
    any_case: bool,
}

impl Glob {
    /// A pattern over any text, case-sensitive (`StringLike`).
    pub(super) fn text(pattern: &str, escapes: bool) -> Result<Self, String> {
        let tokens = tokens(pattern, escapes)?;
        Ok(Self { tokens: tokens.into(), in_segments: false, any_case: false })
    }

    /// A pattern over action names, which compare without case.
    pub(super) fn action(pattern: &str) -> Result<Self, String> {
        let tokens = tokens(&pattern.to_ascii_lowercase(), false)?;
        Ok(Self { tokens: tokens.into(), in_segments: false, any_case: true })
    }

    /// A pattern over ARNs: a wildcard stays within its segment, but for a `*` that ends its segment.
    ///
    /// Source: IAM User Guide, "IAM JSON policy elements: Resource", wildcards in resource ARNs.
    pub(super) fn arn(pattern: &str, escapes: bool) -> Result<Self, String> {
        let mut tokens = tokens(pattern, escapes)?;
        for place in 0..tokens.len() {
            let ends = matches!(tokens.get(place + 1), None | Some(Token::Exactly(':')));
            if let Token::Many { across } = &mut tokens[place] {
                *across = ends;
            }
        }
        Ok(Self { tokens: tokens.into(), in_segments: true, any_case: false })
    }

    /// Whether the whole of `text` matches.
    ///
    /// On a mismatch the last `*` takes one character more. One that may not take a colon gives up there to the last
    /// one that may: between the two, each segment ends at the first colon, so there is no other choice to try.
    pub(super) fn matches(&self, text: &str) -> bool {
        let (mut place, mut rest) = (0, text);
        let mut last: Option<(usize, &str)> = None;
        let mut last_across: Option<(usize, &str)> = None;
        loop {
            let token = self.tokens.get(place).copied();
            if let Some(Token::Many { across }) = token {
                place += 1;
                if across && place == self.tokens.len() {
                    // It takes all that is left.
                    return true;
                }
                last = Some((place, rest));
                if across {
                    last_across = last;
                }
                continue;
            }
            let next = rest.chars().next();
            match (token, next) {
                (None, None) => return true,
                (Some(Token::Exactly(wanted)), Some(found)) if wanted == self.folded(found) => {
                    place += 1;
                    rest = &rest[found.len_utf8()..];
                    continue;
                }
                (Some(Token::One), Some(found)) if !(self.in_segments && found == ':') => {
                    place += 1;
                    rest = &rest[found.len_utf8()..];
                    continue;
                }
                _ => {}
            }
            let resumed = self.longer(last).or_else(|| {
                last = last_across;
                self.longer(last_across)
            });
            let Some(star) = resumed else { return false };
            last = Some(star);
            if last_across.is_some_and(|across| across.0 == star.0) {
                last_across = last;
            }
            (place, rest) = star;
        }
    }

    /// The `*` before `star.0` with one character more; `None` when it cannot take it.
    fn longer<'t>(&self, star: Option<(usize, &'t str)>) -> Option<(usize, &'t str)> {
        let (place, rest) = star?;
        let taken = rest.chars().next()?;
        let across = self.tokens[place - 1] == Token::Many { across: true };
        (across || taken != ':').then(|| (place, &rest[taken.len_utf8()..]))
    }

    fn folded(&self, character: char) -> char {
        if self.any_case { character.to_ascii_lowercase() } else { character }
    }
}

/// The tokens of `pattern`. With `escapes`, `${*}`, `${?}` and `${$}` are the characters themselves.
fn tokens(pattern: &str, escapes: bool) -> Result<Vec<Token>, String> {
    if pattern.chars().count() > POLICY_VALUE_CHARACTERS_MAX {
        return Err(format!("longer than {POLICY_VALUE_CHARACTERS_MAX} characters"));
    }
    let mut found = Vec::new();
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        let token = match character {
            // Outside segments a `*` may always take everything. Two in a row are one.
            '*' => {
                if matches!(found.last(), Some(Token::Many { .. })) {
                    continue;
                }
                Token::Many { across: true }
            }
            '?' => Token::One,
            '$' if escapes && rest.starts_with('{') => {
                let (escaped, after) = variable(rest)?;
                rest = after;
                Token::Exactly(escaped)
            }
            other => Token::Exactly(other),
        };
        found.push(token);
    }
    Ok(found)
}

/// `text` with `${*}`, `${?}` and `${$}` replaced, for operators without wildcards.
pub(super) fn unescaped(text: &str, escapes: bool) -> Result<String, String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find("${").filter(|_| escapes) {
        plain.push_str(&rest[..dollar]);
        let (escaped, after) = variable(&rest[dollar + 1..])?;
        plain.push(escaped);
        rest = after;
    }
    plain.push_str(rest);
    Ok(plain)
}

/// The character that `{…}` at the start of `text` stands for, and what follows it.
fn variable(text: &str) -> Result<(char, &str), String> {
    for (written, character) in [("{*}", '*'), ("{?}", '?'), ("{$}", '$')] {
        if let Some(after) = text.strip_prefix(written) {
            return Ok((character, after));
        }
    }
    let end = text.find('}').map_or(text.len(), |end| end + 1);
    Err(format!("the policy variable ${} is not supported", &text[..end]))
}

/// A pattern over ARNs for `ArnLike` and `ArnEquals`: each of the six segments on its own.
///
/// Source: IAM User Guide, "Amazon Resource Name (ARN) condition operators".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ArnPattern([Glob; 6]);

impl ArnPattern {
    pub(super) fn parse(pattern: &str, escapes: bool) -> Result<Self, String> {
        let not_an_arn = || "an ARN has six parts between colons".to_owned();
        let mut globs = Vec::with_capacity(6);
        for segment in pattern.splitn(6, ':') {
            globs.push(Glob::text(segment, escapes)?);
        }
        globs.try_into().map(Self).map_err(|_| not_an_arn())
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let segments: Vec<&str> = text.splitn(6, ':').collect();
        segments.len() == 6 && self.0.iter().zip(segments).all(|(glob, segment)| glob.matches(segment))
    }
}

/// A list element's check, as the error of its place.
pub(super) fn at<T>(place: &str, result: Result<T, String>) -> Result<T, PolicyError> {
    result.map_err(|problem| PolicyError::new(place, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, tried in every way.
    fn naive(tokens: &[Token], text: &[char], in_segments: bool) -> bool {
        match (tokens.first(), text.first()) {
            (None, found) => found.is_none(),
            (Some(Token::Many { across }), found) => {
                naive(&tokens[1..], text, in_segments)
                    || found.is_some_and(|found| {
                        (*across || *found != ':') && naive(tokens, &text[1..], in_segments)
                    })
            }
            (Some(_), None) => false,
            (Some(Token::One), Some(found)) => {
                !(in_segments && *found == ':') && naive(&tokens[1..], &text[1..], in_segments)
            }
            (Some(Token::Exactly(wanted)), Some(found)) => {
                wanted == found && naive(&tokens[1..], &text[1..], in_segments)
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn matches_as_the_definition(pattern in "[ab:*?]{0,9}", text in "[ab:]{0,9}") {
            let characters: Vec<char> = text.chars().collect();
            for glob in [Glob::text(&pattern, true).unwrap(), Glob::arn(&pattern, true).unwrap()] {
                let expected = naive(&glob.tokens, &characters, glob.in_segments);
                prop_assert_eq!(glob.matches(&text), expected, "{} {:?}", pattern, glob);
            }
        }
    }

    #[track_caller]
    fn check_arn(pattern: &str, yes: &[&str], no: &[&str]) {
        let glob = Glob::arn(pattern, true).unwrap();
        for text in yes {
            assert!(glob.matches(text), "{pattern} {text}");
        }
        for text in no {
            assert!(!glob.matches(text), "{pattern} {text}");
        }
    }

    #[test]
    fn wildcards_stay_in_their_segment_unless_they_end_it() {
        let arn = "arn:aws:workmail:us-east-1:111122223333:organization/m-1";
        check_arn("*", &[arn, "*", ""], &[]);
        check_arn("arn:aws:workmail:*", &[arn], &["arn:aws:ses:us-east-1:111122223333:x"]);
        check_arn("arn:aws:workmail:us-*:111122223333:organization/*", &[arn], &[]);
        check_arn("arn:aws:workmail:*:organization/m-1", &[arn], &[]);
        check_arn("arn:aws:workmail:us-*1:organization/m-1", &[], &[arn]);
        check_arn("arn:aws:workmail:us-*1:*:organization/m-?", &[arn], &[]);
        check_arn("arn:aws:workmail:us-east-1?111122223333:organization/m-1", &[], &[arn]);
    }

    #[test]
    fn escapes_are_characters_and_other_variables_are_refused() {
        let glob = Glob::text("a${*}b${$}{x}*", true).unwrap();
        assert!(glob.matches("a*b${x}c"));
        assert!(!glob.matches("aabb${x}c"));
        assert!(Glob::text("${aws:username}", true).unwrap_err().contains("${aws:username}"));
        assert!(Glob::text("${aws:username}", false).unwrap().matches("${aws:username}"));
        assert_eq!(unescaped("a${?}b${*}", true).unwrap(), "a?b*");
        assert_eq!(unescaped("a${?}b", false).unwrap(), "a${?}b");
        assert!(unescaped("${x", true).is_err());
    }

    #[test]
    fn a_long_pattern_is_refused_and_a_bad_one_ends() {
        assert!(Glob::text(&"a".repeat(2_049), true).is_err());
        let bad = "*a".repeat(1_000);
        assert!(!Glob::text(&bad, true).unwrap().matches(&"a".repeat(900)));
    }
}
