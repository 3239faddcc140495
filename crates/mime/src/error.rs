//! What can go wrong: nothing in reading a message, only in what a caller asks for.

/// A content transfer encoding that we cannot undo; the part's bytes can still be given as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEncoding(
    /// The encoding as the message names it.
    pub String,
);

impl std::fmt::Display for UnknownEncoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown content transfer encoding {:?}", self.0)
    }
}

impl std::error::Error for UnknownEncoding {}

/// Stored bytes that are no [`crate::Structure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StructureError {
    /// Written by a version that this one does not know. The message has to be ingested again.
    UnknownVersion(u8),
    /// The bytes end too early, go on too long or contradict themselves, at this offset.
    Malformed {
        /// Where reading stopped.
        offset: usize,
    },
    /// More parts, nesting or parameters than `limits` allows, at this offset.
    OverLimit {
        /// Where reading stopped.
        offset: usize,
    },
}

impl std::fmt::Display for StructureError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StructureError::UnknownVersion(version) => write!(f, "structure of unknown version {version}"),
            StructureError::Malformed { offset } => write!(f, "structure malformed at byte {offset}"),
            StructureError::OverLimit { offset } => write!(f, "structure over a limit at byte {offset}"),
        }
    }
}

impl std::error::Error for StructureError {}
