//! Small words.

/// Whether numbers of messages are sequence numbers or UIDs: `FETCH` or `UID FETCH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Numbers {
    /// Message sequence numbers.
    Sequence,
    /// Unique identifiers.
    Uid,
}

/// A charset of SEARCH, SORT and THREAD that we read. Any other is [`crate::Fault::UnknownCharset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charset {
    /// US-ASCII.
    UsAscii,
    /// UTF-8.
    Utf8,
}

/// Object identifier: 1 to 255 bytes of `[A-Za-z0-9_-]`. RFC 8474 §4.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(Box<str>);

impl ObjectId {
    /// The identifier of this text, if it is one.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        ((1..=255).contains(&text.len()) && text.bytes().all(allowed)).then(|| Self(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a quota counts. RFC 9208 §5.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum QuotaResource {
    /// Bytes, in units of 1,024.
    Storage,
    /// Messages.
    Message,
    /// Mailboxes (folders).
    Mailbox,
    /// Bytes of annotations, in units of 1,024.
    AnnotationStorage,
    /// One that we do not know, as it was sent: an atom.
    Other(Box<str>),
}

impl QuotaResource {
    /// The resource of this name, an atom.
    pub(crate) fn new(name: &str) -> Self {
        let known = [Self::Storage, Self::Message, Self::Mailbox, Self::AnnotationStorage];
        let found = known.into_iter().find(|each| each.as_str().eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| Self::Other(name.into()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Storage => "STORAGE",
            Self::Message => "MESSAGE",
            Self::Mailbox => "MAILBOX",
            Self::AnnotationStorage => "ANNOTATION-STORAGE",
            Self::Other(name) => name,
        }
    }
}
