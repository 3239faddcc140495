//! What commands need of the folder that they name (RFC 4314 §4), one line each, and how the audit calls it when somebody
//! does not have it.

use postroom_directory::access_audit::MailboxAction;
use postroom_mailbox::FolderRights;

/// Rights, all of `all` and one of `any`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    all: FolderRights,
    any: FolderRights,
    /// What is refused without them.
    pub(crate) action: MailboxAction,
}

const L: FolderRights = FolderRights::LOOK_UP;
const R: FolderRights = FolderRights::READ;
const S: FolderRights = FolderRights::KEEP_SEEN;
const W: FolderRights = FolderRights::WRITE_FLAGS;
const I: FolderRights = FolderRights::INSERT;
const P: FolderRights = FolderRights::POST;
const K: FolderRights = FolderRights::CREATE_FOLDERS;
const X: FolderRights = FolderRights::DELETE_FOLDER;
const T: FolderRights = FolderRights::MARK_DELETED;
const E: FolderRights = FolderRights::EXPUNGE;
const A: FolderRights = FolderRights::ADMINISTER;

/// SELECT and EXAMINE.
pub(crate) const SELECT: Needs = all(R, MailboxAction::Read);
/// STATUS.
pub(crate) const STATUS: Needs = all(R, MailboxAction::ReadSummary);
/// GETQUOTAROOT.
pub(crate) const QUOTA_ROOT: Needs = all(R, MailboxAction::ReadSummary);
/// SUBSCRIBE and UNSUBSCRIBE.
pub(crate) const SUBSCRIBE: Needs = all(L, MailboxAction::ReadHierarchy);
/// APPEND, REPLACE.
pub(crate) const APPEND: Needs = all(I, MailboxAction::Create);
/// COPY, of the folder that it copies to.
pub(crate) const COPY: Needs = all(I, MailboxAction::CopyTo);
/// MOVE, of the folder that it moves to.
pub(crate) const MOVE: Needs = all(I, MailboxAction::MoveTo);
/// DELETE.
pub(crate) const DELETE: Needs = all(X, MailboxAction::Delete);
/// RENAME, of the folder that gets another name.
pub(crate) const RENAME: Needs = all(X, MailboxAction::Move);
/// RENAME of the Inbox, which stays while its messages move: it needs what reading and moving them needs.
pub(crate) const RENAME_INBOX: Needs = all(R.with(T).with(E), MailboxAction::Move);
/// GETACL and LISTRIGHTS.
pub(crate) const READ_ACL: Needs = all(A, MailboxAction::ReadPermissions);
/// SETACL and DELETEACL.
pub(crate) const CHANGE_ACL: Needs = all(A, MailboxAction::UpdatePermissions);
/// MYRIGHTS.
pub(crate) const MY_RIGHTS: Needs = Needs {
    any: L.with(R).with(I).with(K).with(X).with(A),
    ..all(FolderRights::NONE, MailboxAction::ReadPermissions)
};
/// GETMETADATA, and SETMETADATA of what only the user sees (RFC 5464 §3.3).
pub(crate) const METADATA: Needs =
    Needs { any: R.with(S).with(W).with(I).with(P), ..all(L, MailboxAction::Read) };
/// SETMETADATA of what everybody sees: as any flag that is not the user's own.
pub(crate) const SHARED_METADATA: Needs = all(L.with(W), MailboxAction::Update);

const fn all(all: FolderRights, action: MailboxAction) -> Needs {
    Needs { all, any: FolderRights::ALL, action }
}

impl Needs {
    /// Whether `rights` are enough.
    pub(crate) const fn are_met_by(self, rights: FolderRights) -> bool {
        rights.contains(self.all) && rights.has_any(self.any)
    }
}
