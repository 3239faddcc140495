//! Rights of access control lists.

/// A set of rights: lower-case letters and digits. RFC 4314 §2.1.
///
/// The codec knows the alphabet; which rights there are, and that `c` and `d` stand for others, is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rights(u64);

/// How SETACL changes the rights of an identifier. RFC 4314 §3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RightsChange {
    /// These and no others.
    Replace(Rights),
    /// `+`: these as well.
    Add(Rights),
    /// `-`: without these.
    Remove(Rights),
}

impl Rights {
    const ALPHABET: &[u8; 36] = b"lrswipkxteacdbfghjmnoquvyz0123456789";

    /// The rights of these letters, if they are such. Empty text is the empty set.
    pub fn new(letters: &str) -> Option<Self> {
        letters.bytes().try_fold(Self::default(), |rights, letter| Some(Self(rights.0 | Self::bit(letter)?)))
    }

    /// Whether `letter` is among them.
    pub fn contains(self, letter: char) -> bool {
        u8::try_from(letter).ok().and_then(Self::bit).is_some_and(|bit| self.0 & bit != 0)
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The rights in both or either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These without `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The letters, in the order in which RFC 4314 §2.1 lists them.
    pub fn letters(self) -> impl Iterator<Item = char> {
        Self::ALPHABET.iter().map(|letter| char::from(*letter)).filter(move |letter| self.contains(*letter))
    }

    fn bit(letter: u8) -> Option<u64> {
        Self::ALPHABET.iter().position(|each| *each == letter).map(|index| 1 << index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_a_set_of_letters() {
        let rights = Rights::new("swrl2").expect("letters");
        assert_eq!(rights.letters().collect::<String>(), "lrsw2");
        assert!(rights.contains('l') && !rights.contains('x') && !rights.contains('é'));
        assert_eq!(rights.without(Rights::new("ls").expect("letters")).letters().collect::<String>(), "rw2");
        assert!(Rights::new("").is_some_and(Rights::is_empty));
        assert_eq!(Rights::new("lR"), None);
        assert_eq!(Rights::new("l r"), None);
    }
}
