//! Names of annotations.

use super::MailboxName;

/// What an annotation belongs to. RFC 5464 §3.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MetadataTarget {
    /// The server: the empty mailbox name.
    Server,
    /// A mailbox.
    Mailbox(MailboxName),
}

/// Name of an annotation: `/shared/comment`, `/private/…`.
///
/// Shape: printable ASCII that begins with `/`, has no empty component, no `*` and no `%`. Names are compared without
/// regard to case, so it is held in lower case. RFC 5464 §3.2.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName(Box<str>);

impl EntryName {
    /// Longest name, in bytes.
    pub const BYTES_MAX: usize = 1024;

    /// The name of this text, if it is one.
    pub fn new(text: &str) -> Option<Self> {
        let components = text.strip_prefix('/')?;
        let allowed = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'*' && byte != b'%';
        let well_formed = text.len() <= Self::BYTES_MAX
            && text.bytes().all(allowed)
            && components.split('/').all(|component| !component.is_empty());
        well_formed.then(|| Self(text.to_ascii_lowercase().into()))
    }

    /// Its text in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
