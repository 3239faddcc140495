//! What folders are for (RFC 6154): a folder of a role, that of its role; others, what their owner says. A client that
//! looks for a use may find several folders of it; mail that arrives by other ways goes by roles alone.

use std::collections::HashMap;

use postroom_imap_proto::SpecialUse;
use postroom_mailbox::{Folder, FolderKey, MailError, MailboxKey, Role, annotations_named};
use postroom_store::Read;
use postroom_types::OrganizationKey;

/// The annotation, private to the owner, in which the uses of a folder without a role are kept. RFC 6154 §4.
pub(crate) const ENTRY: &str = "/specialuse";

/// The use of a folder that every mailbox has (GP §4.5).
pub(crate) fn of_role(folder: &Folder) -> Option<SpecialUse> {
    match folder.role? {
        Role::Drafts => Some(SpecialUse::Drafts),
        Role::Sent => Some(SpecialUse::Sent),
        Role::Trash => Some(SpecialUse::Trash),
        Role::Junk => Some(SpecialUse::Junk),
        Role::Archive => Some(SpecialUse::Archive),
        Role::Inbox | Role::Recoverable => None,
    }
}

/// The uses that owners gave to folders.
pub(crate) type GivenUses = HashMap<FolderKey, Vec<SpecialUse>>;

/// Those that `owner` gave to folders of `mailbox`.
pub(crate) fn given(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    owner: &str,
) -> Result<GivenUses, MailError> {
    let noted = annotations_named(read, organization, mailbox, owner, ENTRY)?;
    // What is no use is not told: it was noted before there were rules for it.
    Ok(noted.into_iter().filter_map(|(folder, value)| Some((folder, of_value(&value)?))).collect())
}

/// Whether a folder can be for that: the others are what a server puts together of all folders, which this one does not.
pub(crate) fn can_be_had(given: SpecialUse) -> bool {
    !matches!(given, SpecialUse::All | SpecialUse::Flagged | SpecialUse::Important)
}

/// The value that says `uses`.
pub(crate) fn to_value(uses: &[SpecialUse]) -> String {
    let words: Vec<&str> = uses.iter().map(|each| each.as_str()).collect();
    words.join(" ")
}

/// The uses that a value says; `None` when one of them is unknown or cannot be had.
pub(crate) fn of_value(value: &[u8]) -> Option<Vec<SpecialUse>> {
    let words = std::str::from_utf8(value).ok()?.split_ascii_whitespace();
    let uses = words.map(|word| {
        let known = SpecialUse::ALL.into_iter().find(|each| each.as_str().eq_ignore_ascii_case(word));
        known.filter(|known| can_be_had(*known))
    });
    uses.collect::<Option<Vec<_>>>().filter(|uses| !uses.is_empty()).map(each_once)
}

/// Those of `uses` that differ, in their order.
pub(crate) fn each_once(uses: Vec<SpecialUse>) -> Vec<SpecialUse> {
    let mut once = Vec::with_capacity(uses.len());
    uses.into_iter().for_each(|each| {
        if !once.contains(&each) {
            once.push(each)
        }
    });
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_were_written() {
        let uses = vec![SpecialUse::Sent, SpecialUse::Archive];
        assert_eq!(to_value(&uses), r"\Sent \Archive");
        assert_eq!(of_value(br"\SENT  \archive \Sent"), Some(uses));
        for wrong in [&b""[..], b"\\All", b"Sent", b"\\Sent \\NoSuch", b"\xff"] {
            assert_eq!(of_value(wrong), None);
        }
    }
}
