//! GETACL, MYRIGHTS, LISTRIGHTS; SETACL and DELETEACL are refused (RFC 4314): an administrator gives FULL_ACCESS to whole
//! mailboxes, and nothing less is given.

use postroom_directory::DirectoryError;
use postroom_directory::access_audit::MailboxAction;
use postroom_directory::mailbox_access::{FullAccess, opened_by};
use postroom_imap_proto::encode::{self, Code};
use postroom_imap_proto::{MailboxName, Rights};

use super::Done;
use super::select::folder;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::Found;
use crate::out::Out;
use crate::session::Session;

/// All but administration, with the old names `c` and `d` of RFC 4314 §2.1.1.
const ALL: &str = "lrswipkxtecd";
/// The same of folders that every mailbox has, which nobody deletes.
const RESERVED: &str = "lrswipktecd";

/// Tells what the user may do.
pub(crate) async fn my_rights(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let found = folder(session, mailbox).await?;
    session.note(&found, Deed::folder(MailboxAction::ReadPermissions));
    encode::my_rights(&mut out.bytes, mailbox, rights(&found), session.enabled.encoding());
    Ok(Done::plain("MYRIGHTS is done"))
}

/// Tells who may do what.
pub(crate) async fn get(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let found = folder(session, mailbox).await?;
    let grantees = grantees(session, &found).await?;
    let who = std::iter::once(&*found.shelf.address).chain(grantees.iter().map(|grantee| &*grantee.address));
    let entries = who.map(|address| (address, rights(&found)));
    session.note(&found, Deed::folder(MailboxAction::ReadPermissions));
    encode::acl(&mut out.bytes, mailbox, entries, session.enabled.encoding());
    Ok(Done::plain("GETACL is done"))
}

/// Tells what `identifier` may have: nothing that is not given already.
pub(crate) async fn list(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
    identifier: &str,
) -> Result<Done, Failure> {
    let found = folder(session, mailbox).await?;
    let grantees = grantees(session, &found).await?;
    let holds = |address: &str| address.eq_ignore_ascii_case(identifier);
    let has = holds(&found.shelf.address) || grantees.iter().any(|grantee| holds(&grantee.address));
    let required = if has { rights(&found) } else { Rights::default() };
    session.note(&found, Deed::folder(MailboxAction::ReadPermissions));
    encode::list_rights(&mut out.bytes, mailbox, identifier, required, &[], session.enabled.encoding());
    Ok(Done::plain("LISTRIGHTS is done"))
}

/// Refuses a change.
pub(crate) async fn change(session: &mut Session, mailbox: &MailboxName) -> Result<Done, Failure> {
    folder(session, mailbox).await?;
    Err(Failure::no(Code::NoPerm, "An administrator gives access to mailboxes"))
}

fn rights(found: &Found) -> Rights {
    let letters = if found.role.is_some() { RESERVED } else { ALL };
    Rights::new(letters).unwrap_or_default()
}

async fn grantees(session: &Session, found: &Found) -> Result<Vec<FullAccess>, Failure> {
    let (organization, owner) = (session.user()?.organization, found.shelf.mailbox.owner.clone());
    let place = postroom_store::Place::Organization(organization);
    let store = session.imap.mailboxes.store();
    let read = store.read::<_, DirectoryError, _>(place, move |read| opened_by(read, organization, &owner));
    Ok(read.await?)
}
