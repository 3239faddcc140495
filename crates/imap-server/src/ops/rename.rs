//! RENAME (RFC 9051 §6.3.6).

use postroom_imap_proto::MailboxName;
use postroom_imap_proto::encode::Code;
use postroom_mailbox::folders::{create_folder, rename_folder};

use super::Done;
use super::select::folder;
use crate::failure::Failure;
use crate::session::Session;

/// Renames a folder, with all that is in it; the folders on the way to its new name are created.
pub(crate) async fn rename(
    session: &mut Session,
    from: &MailboxName,
    to: &MailboxName,
) -> Result<Done, Failure> {
    let key = folder(session, from).await?.key;
    let tree = session.tree().await?;
    let (parent, names) = tree.way_to(to.as_str());
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let Some(name) = names.pop() else {
        return Err(Failure::no(Code::AlreadyExists, "There is a mailbox of that name"));
    };
    let renamed = session.change(move |mail| {
        let parent = names.iter().try_fold(parent, |parent, name| create_folder(mail, parent, name))?;
        rename_folder(mail, key, parent, &name)
    });
    renamed.await?;
    Ok(Done::plain("RENAME is done"))
}
