//! Flags of messages.

/// A flag that a client may set. RFC 9051 §2.3.2.
///
/// `\Recent` is none: no client can set it. Unknown names with a backslash are refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// `\Answered`
    Answered,
    /// `\Flagged`
    Flagged,
    /// `\Deleted`
    Deleted,
    /// `\Seen`
    Seen,
    /// `\Draft`
    Draft,
    /// Any other word, with or without a `$`.
    Keyword(Keyword),
}

/// A keyword.
///
/// Shape: an atom of 1 to [`Keyword::BYTES_MAX`] bytes. Case is kept as sent; keywords that differ only in case are one
/// keyword to most clients, which is for the caller to decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keyword(Box<str>);

impl Flag {
    /// The flag of this name, if a client may set it.
    pub fn new(name: &str) -> Option<Self> {
        let Some(system) = name.strip_prefix('\\') else { return Keyword::new(name).map(Self::Keyword) };
        let known = [Self::Answered, Self::Flagged, Self::Deleted, Self::Seen, Self::Draft];
        known.into_iter().find(|flag| flag.as_str()[1..].eq_ignore_ascii_case(system))
    }

    /// Its name, with the backslash of a system flag.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Answered => "\\Answered",
            Self::Flagged => "\\Flagged",
            Self::Deleted => "\\Deleted",
            Self::Seen => "\\Seen",
            Self::Draft => "\\Draft",
            Self::Keyword(keyword) => keyword.as_str(),
        }
    }
}

impl Keyword {
    /// Longest keyword, in bytes.
    pub const BYTES_MAX: usize = 255;

    /// The keyword of this text, if it is one.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=Self::BYTES_MAX).contains(&text.len());
        (fits && text.bytes().all(crate::parse::is_atom_char)).then(|| Self(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
