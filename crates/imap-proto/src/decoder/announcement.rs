//! `{5}` at the end of a line.

/// Announcement of a literal. RFC 9051 §4.3, RFC 7888; `literal`, `literal8`:
///
/// ```text
/// ["~"] "{" number64 ["+"] "}" CRLF
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Announcement {
    pub(super) is_literal8: bool,
    /// Larger than a number can be: `u64::MAX`.
    pub(super) size_bytes: u64,
    /// The client waits for `+`.
    pub(super) synchronizing: bool,
    /// Where it begins in the line.
    pub(super) at: usize,
}

impl Announcement {
    /// Longest announcement, with CRLF. What is longer is none: a refused line is skipped piece by piece, and must be
    /// read as one that came at once.
    pub(super) const BYTES_MAX: usize = 32;

    /// The announcement at the end of `line`, which has no CRLF.
    pub(super) fn at_end_of(line: &[u8]) -> Option<Self> {
        let inner = line.strip_suffix(b"}")?;
        let (inner, synchronizing) = match inner.strip_suffix(b"+") {
            Some(inner) => (inner, false),
            None => (inner, true),
        };
        let digits_at = inner.iter().rposition(|byte| !byte.is_ascii_digit())? + 1;
        let digits = std::str::from_utf8(&inner[digits_at..]).ok()?;
        let before = inner[..digits_at].strip_suffix(b"{")?;
        if digits.is_empty() {
            return None;
        }
        let is_literal8 = before.ends_with(b"~");
        let at = before.len() - usize::from(is_literal8);
        if line.len() - at + 2 > Self::BYTES_MAX {
            return None;
        }
        let size_bytes = digits.parse().unwrap_or(u64::MAX);
        Some(Self { is_literal8, size_bytes, synchronizing, at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<(bool, u64, bool, usize)>) {
        let found = Announcement::at_end_of(line.as_bytes());
        assert_eq!(
            found.map(|it| (it.is_literal8, it.size_bytes, it.synchronizing, it.at)),
            expected,
            "{line}"
        );
    }

    #[test]
    fn announcements_stand_at_the_end() {
        check("a {5}", Some((false, 5, true, 2)));
        check("a {5+}", Some((false, 5, false, 2)));
        check("a ~{0}", Some((true, 0, true, 2)));
        check("{007+}", Some((false, 7, false, 0)));
        check("{18446744073709551615}", Some((false, u64::MAX, true, 0)));
        check("{99999999999999999999+}", Some((false, u64::MAX, false, 0)));
        check("{000000000000000000000000001+}", Some((false, 1, false, 0)));
        check("{0000000000000000000000000001+}", None);
        for none in ["", "}", "{}", "{+}", "5}", "{5", "{5} ", "{5}x", "{-5}", "{5-}", "{5++}", "{ 5}"] {
            check(none, None);
        }
    }
}
