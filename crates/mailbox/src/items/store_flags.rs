//! Flags of items are changed.

use crate::folder::FolderKey;
use crate::item::{Item, Place, items};
use crate::keywords::{self, Keywords};
use crate::mail_tx::MailTx;
use crate::uids::UidSet;
use crate::{Flags, MailError};

/// What becomes of the flags of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagChange {
    /// They are these.
    Set,
    /// Among these, they are the ones that are given; the others stay as they are.
    SetAmong(Flags),
    /// These as well.
    Add,
    /// All but these.
    Remove,
}

/// What a change of flags did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The items that it was applied to, as they are now.
    pub items: Vec<Item>,
    /// Those that were changed since by others, and were left alone.
    pub modified: UidSet,
}

/// Changes the flags of the items `uids` of `folder` by `flags` and the keywords `names`. With `unchanged_since`, an
/// item whose MODSEQ is above it is left alone (RFC 7162 §3.1.3).
///
/// At most `limits::ROWS_PER_READ` at once. Nothing is written on error: `Limit` (keywords).
pub fn store_flags(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    uids: &UidSet,
    change: FlagChange,
    (flags, names): (Flags, &[String]),
    unchanged_since: Option<i64>,
) -> Result<Stored, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let mut stored = Stored { items: Vec::new(), modified: UidSet::default() };
    let (modified, mut found): (Vec<Item>, Vec<Item>) =
        items(mail, Place { organization, mailbox, folder }, uids)?
            .into_iter()
            .partition(|item| unchanged_since.is_some_and(|since| item.mod_seq() > since));
    stored.modified = modified.iter().map(|item| item.uid).collect();
    let named = match change {
        FlagChange::Set => named_instead(mail, folder, &mut found, Flags::ALL, names)?,
        FlagChange::SetAmong(among) => named_instead(mail, folder, &mut found, among, names)?,
        FlagChange::Add => keywords::flags_of(mail, names)?,
        // No item has what the mailbox has not: nothing is created to be taken away.
        FlagChange::Remove => named(mail, names)?,
    };
    let flags = flags.with(named);
    for mut item in found {
        let wanted = match change {
            FlagChange::Set => flags,
            FlagChange::SetAmong(among) => item.flags.without(among).with(flags.among(among)),
            FlagChange::Add => item.flags.with(flags),
            FlagChange::Remove => item.flags.without(flags),
        };
        mail.set_flags(folder, &mut item, wanted)?;
        stored.items.push(item);
    }
    Ok(stored)
}

/// The flags of those of `names` that the mailbox has.
fn named(mail: &mut MailTx<'_, '_>, names: &[String]) -> Result<Flags, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let known = Keywords::of(mail, organization, mailbox)?;
    Ok(names.iter().filter_map(|name| known.flag(name)).fold(Flags::NONE, Flags::with))
}

/// The flags of the keywords `names`, which `found` get instead of those among `among`: where there is no room for new
/// names, they give up the others first.
fn named_instead(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    found: &mut [Item],
    among: Flags,
    names: &[String],
) -> Result<Flags, MailError> {
    match keywords::flags_of(mail, names) {
        Err(MailError::Limit(_)) => {}
        done => return done,
    }
    let given_up = among.among(Flags::KEYWORDS).without(named(mail, names)?);
    for item in found {
        let left = item.flags.without(given_up);
        mail.set_flags(folder, item, left)?;
    }
    keywords::flags_of(mail, names)
}
