//! GETQUOTA and GETQUOTAROOT (RFC 9208).

use postroom_imap_proto::MailboxName;
use postroom_imap_proto::encode::Code;

use super::Done;
use super::select::folder;
use crate::failure::Failure;
use crate::out::Out;
use crate::respond;
use crate::session::Session;

/// The one quota root: the mailbox of the user.
const ROOT: &str = "";

/// Tells the quota root of a folder and how full it is.
pub(crate) async fn get_quota_root(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    folder(session, mailbox).await?;
    respond::quota_root(&mut out.bytes, session.enabled, mailbox, ROOT);
    tell(session, out).await?;
    Ok(Done::plain("GETQUOTAROOT is done"))
}

/// Tells how full a quota root is.
pub(crate) async fn get_quota(session: &mut Session, out: &mut Out<'_>, root: &str) -> Result<Done, Failure> {
    session.user()?;
    if root != ROOT {
        return Err(Failure::no(Code::NonExistent, "There is no quota root of that name"));
    }
    tell(session, out).await?;
    Ok(Done::plain("GETQUOTA is done"))
}

async fn tell(session: &Session, out: &mut Out<'_>) -> Result<(), Failure> {
    let user = session.user()?;
    let mailbox = session.imap.mailboxes.of_owner(user.organization, user.logged_in.entity()).await?;
    respond::quota(&mut out.bytes, ROOT, &mailbox);
    Ok(())
}
