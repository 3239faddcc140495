//! An operation in a transaction.

use postroom_mailbox::items::{FlagChange, append, copy, expunge, recover, relocate, store_flags, withdraw};
use postroom_mailbox::{Flags, FolderKey, MailError, MailTx, Prepared, UidSet, folders};
use postroom_types::Timestamp;

use super::op::keyword;
use super::{Answer, Change, Op};

/// The flags that [`Op`] and the model have bits for.
pub(super) const FLAGS: [Flags; 5] =
    [Flags::SEEN, Flags::ANSWERED, Flags::FLAGGED, Flags::DELETED, Flags::DRAFT];

/// Does `op`; `messages` are those of an append, ready.
pub fn carry_out(mail: &mut MailTx<'_, '_>, op: &Op, messages: &[Prepared]) -> Result<Answer, MailError> {
    match op {
        Op::Append { folder, flags, .. } => {
            let at = Timestamp::from_seconds(1);
            let append = |message| append(mail, FolderKey(*folder), message, of_bits(*flags), at);
            messages.iter().map(append).collect::<Result<_, _>>().map(Answer::Uids)
        }
        Op::Store { folder, uids, change, flags, keyword: number } => {
            let names: Vec<String> = number.iter().copied().map(keyword).collect();
            let change = match change {
                Change::Set => FlagChange::Set,
                Change::Add => FlagChange::Add,
                Change::Remove => FlagChange::Remove,
            };
            let flags = (of_bits(*flags), names.as_slice());
            let stored = store_flags(mail, FolderKey(*folder), &set(uids), change, flags, None)?;
            Ok(Answer::Uids(stored.items.iter().map(|item| item.uid).collect()))
        }
        Op::Copy { from, uids, to } => {
            copy(mail, FolderKey(*from), &set(uids), FolderKey(*to)).map(Answer::Pairs)
        }
        Op::Move { from, uids, to } => {
            relocate(mail, FolderKey(*from), &set(uids), FolderKey(*to)).map(Answer::Pairs)
        }
        Op::Expunge { folder, uids, marked_only } => {
            let gone = expunge(mail, FolderKey(*folder), &set(uids), *marked_only)?;
            Ok(Answer::Uids(gone.iter().collect()))
        }
        Op::Withdraw { folder, uids } => {
            withdraw(mail, FolderKey(*folder), &set(uids)).map(|()| Answer::Done(true))
        }
        Op::Recover { uids } => {
            let recovered = recover(mail, &set(uids))?;
            let recovered = recovered.into_iter().map(|one| (one.was, one.folder.0, one.uid));
            Ok(Answer::Recovered(recovered.collect()))
        }
        Op::Create { parent, name } => {
            folders::create_folder(mail, FolderKey(*parent), name).map(|folder| Answer::Folder(folder.0))
        }
        Op::Rename { folder, parent, name } => {
            folders::rename_folder(mail, FolderKey(*folder), FolderKey(*parent), name)
                .map(|()| Answer::Done(true))
        }
        Op::Delete { folder } => folders::delete_folder(mail, FolderKey(*folder)).map(Answer::Done),
    }
}

fn set(uids: &[u32]) -> UidSet {
    uids.iter().copied().collect()
}

fn of_bits(bits: u8) -> Flags {
    let flags = FLAGS.into_iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
    flags.fold(Flags::NONE, |all, (_, flag)| all.with(flag))
}
