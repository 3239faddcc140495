//! Fold keys: what names and addresses are compared, ordered and prefix-searched by.

use unicode_normalization::UnicodeNormalization;

/// Bytes that order and compare as the folded text; stored as BYTEA so that both engines agree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoldKey(Vec<u8>);

impl FoldKey {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The first `bytes_max` bytes of the key: keeps the order, but no longer tells long texts apart.
    pub fn cut(mut self, bytes_max: usize) -> Self {
        self.0.truncate(bytes_max);
        self
    }

    /// Whether this key begins with `prefix`.
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// The smallest key above every key that begins with this one; `None` when there is no such key.
    ///
    /// A prefix search is `key >= prefix AND key < prefix.prefix_end()`.
    pub fn prefix_end(&self) -> Option<Self> {
        let mut end = self.0.clone();
        while let Some(last) = end.pop() {
            if last < 0xff {
                end.push(last + 1);
                return Some(Self(end));
            }
        }
        None
    }
}

/// The fold key of `text`: NFKC, lower case, NFKC again (lower-casing can undo it).
pub fn fold(text: &str) -> FoldKey {
    if text.is_ascii() {
        return FoldKey(text.to_ascii_lowercase().into_bytes());
    }
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    FoldKey(lower.nfkc().collect::<String>().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_and_form() {
        assert_eq!(fold("Alice@Example.COM").as_bytes(), b"alice@example.com");
        assert_eq!(fold("JOSE\u{301}"), fold("jos\u{e9}"));
    }

    #[test]
    fn prefix_end_is_the_next_key() {
        assert_eq!(fold("ab").prefix_end(), Some(fold("ac")));
        assert_eq!(FoldKey(vec![1, 0xff]).prefix_end(), Some(FoldKey(vec![2])));
        assert_eq!(FoldKey(vec![0xff]).prefix_end(), None);
    }
}
