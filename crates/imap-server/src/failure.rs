//! How a command ends that did not do what was asked.

use std::borrow::Cow;
use std::io;

use postroom_directory::DirectoryError;
use postroom_imap_proto::encode::Code;
use postroom_mailbox::{GrantError, MailError};
use postroom_store::{Alarm, Outcome, StoreError};

/// Commands that meet a store that is away fail one after the other.
static AWAY: Alarm = Alarm::new();
/// So do those of an organization whose data cannot be used, of which `postroom status` tells.
static IMPAIRED: Alarm = Alarm::new();

/// Why a command was not carried out, by what the client is told.
#[derive(Debug)]
pub(crate) enum Failure {
    /// NO: it could have been.
    No(Option<Code>, Cow<'static, str>),
    /// BAD: it is no command here and now.
    Bad(&'static str),
    /// BYE: nothing that the session knows holds any more.
    Over(&'static str),
    /// The connection is gone.
    Io(io::Error),
}

impl Failure {
    pub(crate) fn no(code: Code, text: &'static str) -> Self {
        Self::No(Some(code), Cow::Borrowed(text))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<MailError> for Failure {
    /// RFC 9051 §7.1, GP §4.5.
    fn from(error: MailError) -> Self {
        let text = Cow::Owned(sentence(&error.to_string()));
        let code = match error {
            MailError::MailboxGone => Code::Unavailable,
            MailError::FolderNotFound => Code::NonExistent,
            MailError::FolderExists => Code::AlreadyExists,
            MailError::FolderName(_) | MailError::FolderReserved => Code::Cannot,
            MailError::FolderHasChildren => Code::HasChildren,
            MailError::Limit(_) => Code::Limit,
            MailError::QuotaExceeded { .. } => Code::OverQuota,
            MailError::TooLarge => Code::TooBig,
            MailError::Damaged(what) => {
                tracing::error!(%what, "something stored is damaged: run fsck");
                return Self::no(Code::Corruption, "Something stored is damaged");
            }
            MailError::Store(error) => return error.into(),
        };
        Self::No(Some(code), text)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { outcome, cause } => {
                if AWAY.rings() {
                    tracing::error!(%cause, ?outcome, "the store cannot do it now");
                }
                // A command may be several transactions, so what is said is of the last one at most.
                match outcome {
                    Outcome::NotWritten => {
                        Self::no(Code::Unavailable, "The store cannot do it now: try again later")
                    }
                    Outcome::Unknown => Self::no(
                        Code::Unavailable,
                        "The store did not answer: it is not known whether this was done",
                    ),
                }
            }
            StoreError::Conflict(cause) => {
                tracing::warn!(%cause, "a transaction met others too often");
                Self::no(Code::InUse, "Others were in the way too often: try again")
            }
            StoreError::Impaired(cause) => {
                if IMPAIRED.rings() {
                    tracing::error!(%cause, "an organization's data cannot be used");
                }
                Self::no(Code::Unavailable, "The organization's data cannot be used")
            }
            StoreError::Bug(cause) => {
                tracing::error!(%cause, "a bug");
                Self::no(Code::ServerBug, "This should not have happened")
            }
        }
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Store(error) => error.into(),
            other => {
                tracing::error!(error = ?other, "the directory could not be asked");
                Self::no(Code::Unavailable, "The directory cannot be asked now")
            }
        }
    }
}

impl From<GrantError> for Failure {
    fn from(error: GrantError) -> Self {
        let text = Cow::Owned(sentence(&error.to_string()));
        match error {
            GrantError::NotPermitted => Self::No(Some(Code::NoPerm), text),
            GrantError::GranteeNotFound | GrantError::Grantee(_) => Self::No(Some(Code::Cannot), text),
            GrantError::Mail(error) => error.into(),
            GrantError::Directory(error) => error.into(),
        }
    }
}

/// `text` with a capital at its beginning.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
