//! GETQUOTA and GETQUOTAROOT (RFC 9208).

use std::sync::Arc;

use postroom_imap_proto::MailboxName;
use postroom_imap_proto::encode::Code;
use postroom_mailbox::Access;

use super::Done;
use super::select::folder;
use crate::failure::Failure;
use crate::names::{DELIMITER, Shelf};
use crate::needs;
use crate::out::Out;
use crate::respond;
use crate::session::Session;

/// Tells the quota root of a folder and how full it is: each mailbox is one, named like what its folders are in.
pub(crate) async fn get_quota_root(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let shelf = folder(session, mailbox, needs::QUOTA_ROOT).await?.shelf;
    if shelf.access != Access::Whole {
        // How full the mailbox is, is for those who may open all of it.
        respond::quota_root(&mut out.bytes, session.enabled, mailbox, None);
        return Ok(Done::plain("GETQUOTAROOT is done"));
    }
    respond::quota_root(&mut out.bytes, session.enabled, mailbox, Some(root(&shelf)));
    tell(session, out, &shelf).await?;
    Ok(Done::plain("GETQUOTAROOT is done"))
}

/// Tells how full a quota root is.
pub(crate) async fn get_quota(session: &mut Session, out: &mut Out<'_>, name: &str) -> Result<Done, Failure> {
    let own = Arc::clone(&session.user()?.own);
    let shelves = std::iter::once(own).chain(session.others().await?);
    let mut whole = shelves.into_iter().filter(|shelf| shelf.access == Access::Whole);
    let Some(shelf) = whole.find(|shelf| root(shelf) == name) else {
        return Err(Failure::no(Code::NonExistent, "There is no quota root of that name"));
    };
    tell(session, out, &shelf).await?;
    Ok(Done::plain("GETQUOTA is done"))
}

fn root(shelf: &Shelf) -> &str {
    shelf.prefix.strip_suffix(DELIMITER).unwrap_or_default()
}

async fn tell(session: &Session, out: &mut Out<'_>, shelf: &Shelf) -> Result<(), Failure> {
    let organization = session.user()?.organization;
    let mailbox = session.imap.mailboxes.of_owner(organization, &shelf.mailbox.owner).await?;
    respond::quota(&mut out.bytes, root(shelf), &mailbox);
    Ok(())
}
