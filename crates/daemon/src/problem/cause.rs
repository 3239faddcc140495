//! What a person does about a cause when the command knows nothing better.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::ErrorKind;

use postroom_directory::DirectoryError;
use postroom_directory::backup::Failed;
use postroom_mailbox::MailError;
use postroom_store::seal::SealError;
use postroom_store::{OpenError, Outcome, StoreError};

/// Why something failed.
pub(crate) trait Cause: Display {
    /// What is to be done about it.
    fn advice(&self) -> Cow<'static, str>;
}

const REPORT: &str = "this is a fault of Postroom: report it with the log, which says more";

impl<T: Cause + ?Sized> Cause for &T {
    fn advice(&self) -> Cow<'static, str> {
        (**self).advice()
    }
}

impl Cause for StoreError {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Unavailable { outcome: Outcome::NotWritten, .. } => {
                "see that the disk, PostgreSQL or S3 is there and has room, then try again"
            }
            Self::Unavailable { outcome: Outcome::Unknown, .. } => {
                "see that the disk, PostgreSQL or S3 is there, then look whether it was done before you try again"
            }
            Self::Conflict(_) => "try again",
            Self::Impaired(_) => "`postroom status` names the organizations that do not open, and why",
            Self::Bug(_) => REPORT,
        })
    }
}

impl Cause for DirectoryError {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Store(error) => return error.advice(),
            Self::EntityNotFound(_) => "name a user, group or resource by its id, name or address",
            Self::OrganizationNotFound => "name it by its id (m-…) or its alias",
            Self::OrganizationState(_) => "`postroom organization show` says in what state it is",
            Self::DomainNotFound(_) | Self::DomainNotVerified(_) => {
                "`postroom domain list` names the domains of an organization, and what is known of them"
            }
            Self::NameTaken(_) | Self::NameReserved(_) => "choose another name",
            Self::AddressInUse(_) | Self::DomainInUse(_) | Self::DirectoryInUse(_) => {
                "take it from whoever has it, or choose another"
            }
            Self::LimitExceeded(_) | Self::TooManyTags => {
                "remove what is not needed any more, then try again"
            }
            _ => "give what it asks for; `--help` after the command has examples",
        })
    }
}

impl Cause for SealError {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Store(error) => return error.advice(),
            Self::WrongMasterKey => {
                "put the master key there that this store was made with, or name it as master_key.file"
            }
            Self::NotAuthentic => "`postroom fsck` says what is damaged",
            Self::NoDataKey => "`postroom restore` puts it back from a backup",
            Self::MasterKeyUnavailable(_) => {
                "put the file there from your backup; a further node of a shared PostgreSQL needs a copy of the first one's"
            }
        })
    }
}

impl Cause for OpenError {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed("see to the disk or PostgreSQL, and to the settings below store")
    }
}

impl Cause for Failed {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Owned(Failed::advice(self))
    }
}

impl Cause for MailError {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::QuotaExceeded { .. } => {
                "raise the quota (UpdateMailboxQuota) and run the command again: it goes on"
            }
            Self::MailboxGone => "its owner was deregistered meanwhile: register it, then try again",
            Self::FolderName(_) | Self::Limit(_) => "name another folder with --folder",
            Self::Damaged(_) => "`postroom fsck` says more",
            _ => "run the command again: it goes on where it was",
        })
    }
}

impl Cause for std::io::Error {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self.kind() {
            ErrorKind::NotFound => "name one that is there",
            ErrorKind::PermissionDenied => {
                "run it as the user that has the right to it, or give this one the right"
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk, then try again",
            _ => "see to the disk and the file's rights, then try again",
        })
    }
}

impl Cause for serde_json::Error {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed("use the `postroom` of the version that runs as daemon")
    }
}

impl Cause for tokio::task::JoinError {
    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(REPORT)
    }
}
