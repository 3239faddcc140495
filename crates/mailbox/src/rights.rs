//! What somebody may do with a folder of somebody else.

use crate::Flags;

/// A set of rights. RFC 4314 §2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FolderRights(u16);

/// Every right with its letter, in the order in which RFC 4314 §2.1 lists them.
const LETTERS: [(FolderRights, char); 11] = [
    (FolderRights::LOOK_UP, 'l'),
    (FolderRights::READ, 'r'),
    (FolderRights::KEEP_SEEN, 's'),
    (FolderRights::WRITE_FLAGS, 'w'),
    (FolderRights::INSERT, 'i'),
    (FolderRights::POST, 'p'),
    (FolderRights::CREATE_FOLDERS, 'k'),
    (FolderRights::DELETE_FOLDER, 'x'),
    (FolderRights::MARK_DELETED, 't'),
    (FolderRights::EXPUNGE, 'e'),
    (FolderRights::ADMINISTER, 'a'),
];

impl FolderRights {
    /// No right.
    pub const NONE: Self = Self(0);
    /// `l`: to see that the folder is there, and its name.
    pub const LOOK_UP: Self = Self(1);
    /// `r`: to open it and to read what is in it.
    pub const READ: Self = Self(1 << 1);
    /// `s`: to mark items as read or unread.
    pub const KEEP_SEEN: Self = Self(1 << 2);
    /// `w`: to change flags that are neither "read" nor "deleted", and keywords.
    pub const WRITE_FLAGS: Self = Self(1 << 3);
    /// `i`: to put items into it.
    pub const INSERT: Self = Self(1 << 4);
    /// `p`: to send mail to it. Folders have no addresses, so it allows nothing.
    pub const POST: Self = Self(1 << 5);
    /// `k`: to create folders in it, and to move folders into it.
    pub const CREATE_FOLDERS: Self = Self(1 << 6);
    /// `x`: to delete it with what is in it, to rename it, and to move it elsewhere.
    pub const DELETE_FOLDER: Self = Self(1 << 7);
    /// `t`: to mark items to be expunged.
    pub const MARK_DELETED: Self = Self(1 << 8);
    /// `e`: to expunge items.
    pub const EXPUNGE: Self = Self(1 << 9);
    /// `a`: to change who may do what with it.
    pub const ADMINISTER: Self = Self(1 << 10);
    /// Every right.
    pub const ALL: Self = Self((1 << 11) - 1);

    /// The flags that these rights allow to change. RFC 4314 §4.
    pub fn flags(self) -> Flags {
        let others = Flags::ALL.without(Flags::SEEN).without(Flags::DELETED);
        let each = [
            (Self::KEEP_SEEN, Flags::SEEN),
            (Self::MARK_DELETED, Flags::DELETED),
            (Self::WRITE_FLAGS, others),
        ];
        each.into_iter()
            .filter(|(right, _)| self.contains(*right))
            .fold(Flags::NONE, |all, (_, flags)| all.with(flags))
    }

    /// The rights of these letters; `None` when one is no right's.
    pub fn of_letters(letters: &str) -> Option<Self> {
        letters.chars().try_fold(Self::NONE, |rights, letter| {
            let (right, _) = LETTERS.iter().find(|(_, known)| *known == letter)?;
            Some(rights.with(*right))
        })
    }

    /// Their letters, in the order in which RFC 4314 lists them.
    pub fn letters(self) -> String {
        LETTERS.iter().filter(|(right, _)| self.contains(*right)).map(|(_, letter)| letter).collect()
    }

    /// Whether every right of `other` is among them.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether some right of `other` is among them.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of either.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are in `other`, too.
    #[must_use]
    pub const fn among(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_a_letter_and_a_bit_of_its_own() {
        assert_eq!(FolderRights::ALL.letters(), "lrswipkxtea");
        assert_eq!(FolderRights::of_letters("lrswipkxtea"), Some(FolderRights::ALL));
        let mut union = FolderRights::NONE;
        for (right, letter) in LETTERS {
            assert!(!union.has_any(right), "{letter}");
            assert_eq!(FolderRights::of_letters(&letter.to_string()), Some(right));
            union = union.with(right);
        }
        assert_eq!(union, FolderRights::ALL);
    }

    #[test]
    fn flags_are_divided_among_three_rights() {
        let flags = |letters| FolderRights::of_letters(letters).map(FolderRights::flags);
        assert_eq!(flags("lripkxea"), Some(Flags::NONE));
        assert_eq!((flags("s"), flags("t")), (Some(Flags::SEEN), Some(Flags::DELETED)));
        let written = Flags::ANSWERED.with(Flags::FLAGGED).with(Flags::DRAFT).with(Flags::KEYWORDS);
        assert_eq!((flags("w"), flags("stw")), (Some(written), Some(Flags::ALL)));
    }

    #[test]
    fn what_is_no_right_is_refused() {
        for letters in ["c", "d", "0", "L", "l r", "é"] {
            assert_eq!(FolderRights::of_letters(letters), None, "{letters}");
        }
        assert!(FolderRights::of_letters("").is_some_and(FolderRights::is_empty));
    }
}
