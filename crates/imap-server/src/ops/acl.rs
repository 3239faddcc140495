//! GETACL, MYRIGHTS, LISTRIGHTS, SETACL and DELETEACL (RFC 4314).

use postroom_directory::DirectoryError;
use postroom_directory::access_audit::MailboxAction;
use postroom_directory::admin::AdminTx;
use postroom_directory::audit::{self, AdminRecord, Committed};
use postroom_directory::entity::by_id;
use postroom_directory::mailbox_access::opened_by;
use postroom_imap_proto::encode::{self, Code};
use postroom_imap_proto::{MailboxName, Rights, RightsChange};
use postroom_mailbox::ops::{GrantChange, set_folder_grant};
use postroom_mailbox::{Folder, FolderRights, GrantError, grantee, grants};
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Read, Tx};
use postroom_types::{EntityId, uuid};

use super::Done;
use super::select::folder;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::{Found, Shelf};
use crate::needs;
use crate::out::Out;
use crate::session::Session;

/// What the audit trail calls a change of rights.
const OPERATION: &str = "SetFolderRights";
/// The old rights and what each stands for (RFC 4314 §2.1.1).
const OLD: [(char, FolderRights); 2] = [
    ('c', FolderRights::CREATE_FOLDERS.with(FolderRights::DELETE_FOLDER)),
    ('d', FolderRights::MARK_DELETED.with(FolderRights::EXPUNGE)),
];

/// Tells what the user may do.
pub(crate) async fn my_rights(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let found = folder(session, mailbox, needs::MY_RIGHTS).await?;
    session.note(&found, Deed::folder(MailboxAction::ReadPermissions));
    tell_my_rights(session, out, mailbox, &found.shelf, &found);
    Ok(Done::plain("MYRIGHTS is done"))
}

/// `* MYRIGHTS …` of `folder`, which the client calls `mailbox`.
pub(super) fn tell_my_rights(
    session: &Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
    shelf: &Shelf,
    folder: &Folder,
) {
    let rights = told(shelf.access.rights(folder));
    encode::my_rights(&mut out.bytes, mailbox, rights, session.enabled.encoding());
}

/// Tells who may do what.
pub(crate) async fn get(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
) -> Result<Done, Failure> {
    let found = folder(session, mailbox, needs::READ_ACL).await?;
    let all = holders(session, &found).await?;
    session.note(&found, Deed::folder(MailboxAction::ReadPermissions));
    let entries = all.iter().map(|holder| (&*holder.name, told(holder.rights)));
    encode::acl(&mut out.bytes, mailbox, entries, session.enabled.encoding());
    Ok(Done::plain("GETACL is done"))
}

/// Tells what `identifier` may be given, and what it has in any case.
pub(crate) async fn list(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
    identifier: &str,
) -> Result<Done, Failure> {
    let found = folder(session, mailbox, needs::READ_ACL).await?;
    check_identifier(identifier)?;
    let organization = session.user()?.organization;
    let (store, wanted) = (session.imap.mailboxes.store(), identifier.to_owned());
    let read = move |read: &mut dyn Read| grantee(read, organization, &wanted);
    let who = store.read::<_, GrantError, _>(Place::Organization(organization), read).await?;
    let has_all = holders(session, &found).await?.iter().any(|holder| holder.whole && holder.id == who.id);
    session.note(&found, Deed::folder(MailboxAction::ReadPermissions));
    let all = told(possible(&found));
    let letters: Vec<Rights> =
        all.letters().filter_map(|letter| Rights::new(letter.encode_utf8(&mut [0; 4]))).collect();
    let (required, optional) = if has_all { (all, &[][..]) } else { (Rights::default(), &letters[..]) };
    encode::list_rights(&mut out.bytes, mailbox, identifier, required, optional, session.enabled.encoding());
    Ok(Done::plain("LISTRIGHTS is done"))
}

/// Changes what `identifier` may do.
pub(crate) async fn change(
    session: &mut Session,
    mailbox: &MailboxName,
    identifier: &str,
    rights: RightsChange,
) -> Result<Done, Failure> {
    let change = asked(rights)?;
    let found = folder(session, mailbox, needs::CHANGE_ACL).await?;
    check_identifier(identifier)?;
    carry_out(session, &found, identifier, change).await?;
    session.note(&found, Deed::folder(MailboxAction::UpdatePermissions));
    Ok(Done::plain("The rights are changed"))
}

/// Changes the rights and writes down who did it, in one transaction.
async fn carry_out(
    session: &Session,
    found: &Found,
    identifier: &str,
    change: GrantChange,
) -> Result<(), Failure> {
    let (user, store) = (session.user()?, session.imap.mailboxes.store());
    let by = user.logged_in.entity().clone();
    let permit = Permitted::person(by.as_str(), OPERATION);
    let record = AdminRecord {
        operation: OPERATION,
        request_id: uuid(store.random().bytes()).into(),
        aws_account: "".into(),
        organization_id: user.logged_in.organization_id().as_str().into(),
        source_ip: session.peer.address,
        parameters: "".into(),
        committed: Committed::default(),
    };
    let (mailbox, folder, identifier) = (found.shelf.mailbox.clone(), found.key, identifier.to_owned());
    let folder_id = crate::respond::mailbox_object(&mailbox, folder).as_str().to_owned();
    let work = move |tx: &mut Tx<'_>| {
        let mut tx = AdminTx::begin(tx, &permit)?;
        let set = set_folder_grant(&mut tx, &mailbox, folder, &identifier, change, &by)?;
        if set.after == set.before {
            return Ok(());
        }
        let parameters = serde_json::json!({
            "ownerId": mailbox.owner.as_str(),
            "folderId": folder_id,
            "granteeId": set.grantee.as_str(),
            "rightsBefore": set.before.letters(),
            "rights": set.after.letters(),
        });
        let parameters = parameters.to_string().into();
        audit::write(&mut tx, &AdminRecord { parameters, ..record.clone() })?;
        Ok::<_, GrantError>(())
    };
    Ok(store.write(Place::Organization(user.organization), work).await?)
}

/// The rights that are meant: BAD for letters that are no right's (RFC 4314 §3.1).
fn asked(rights: RightsChange) -> Result<GrantChange, Failure> {
    let meant = |rights: Rights| {
        rights.letters().try_fold(FolderRights::NONE, |all, letter| {
            let old = OLD.iter().find(|(old, _)| *old == letter).map(|(_, stands_for)| *stands_for);
            let right = old.or_else(|| FolderRights::of_letters(letter.encode_utf8(&mut [0; 4])));
            right.map(|right| all.with(right)).ok_or(Failure::Bad("There is no such right"))
        })
    };
    Ok(match rights {
        RightsChange::Replace(rights) => GrantChange::Set(meant(rights)?),
        RightsChange::Add(rights) => GrantChange::Add(meant(rights)?),
        RightsChange::Remove(rights) => GrantChange::Remove(meant(rights)?),
    })
}

/// The rights as they are told: an old right with any of those that it stands for (RFC 4314 §2.1.1).
fn told(rights: FolderRights) -> Rights {
    let old = OLD.iter().filter(|(_, stands_for)| rights.has_any(*stands_for)).map(|(old, _)| *old);
    let letters: String = rights.letters().chars().chain(old).collect();
    Rights::new(&letters).unwrap_or_default()
}

/// What anybody may be able to do with a folder.
fn possible(found: &Found) -> FolderRights {
    if found.role.is_some() {
        FolderRights::ALL.without(FolderRights::DELETE_FOLDER)
    } else {
        FolderRights::ALL
    }
}

/// Refuses identifiers that stand for no user or group: rights taken away from somebody, and "anyone".
fn check_identifier(identifier: &str) -> Result<(), Failure> {
    if identifier.starts_with('-') {
        // RFC 4314 §2 leaves them to servers.
        return Err(Failure::no(Code::Cannot, "Rights are given, and never taken away by a negative one"));
    }
    if identifier.eq_ignore_ascii_case("anyone") {
        return Err(Failure::no(Code::Cannot, "Rights are given to users and groups, not to anyone"));
    }
    Ok(())
}

/// Somebody who may do something with a folder.
struct Holder {
    id: EntityId,
    /// The address, or the name of who has none now.
    name: String,
    rights: FolderRights,
    /// Whether that is everything, and of all folders of the mailbox.
    whole: bool,
}

/// Who may do something with a folder: its owner, who has FULL_ACCESS, and whom rights were given.
async fn holders(session: &Session, found: &Found) -> Result<Vec<Holder>, Failure> {
    let (organization, owner) = (session.user()?.organization, found.shelf.mailbox.owner.clone());
    let (place, possible) = (session.place(found)?, possible(found));
    let store = session.imap.mailboxes.store();
    let read = move |read: &mut dyn Read| {
        let whole = opened_by(read, organization, &owner)?.into_iter();
        let whole =
            whole.map(|full| Holder { id: full.entity, name: full.address, rights: possible, whole: true });
        let mut all: Vec<Holder> = whole.collect();
        for grant in grants(read, place)? {
            let known = all.iter().any(|holder| holder.id == grant.grantee);
            let entity = by_id(read, organization, grant.grantee.as_str())?;
            let Some(entity) = entity.filter(|_| !known) else { continue };
            let name = entity.email.map_or(entity.name, |email| email.to_string());
            all.push(Holder { id: grant.grantee, name, rights: grant.rights.among(possible), whole: false });
        }
        Ok::<_, DirectoryError>(all)
    };
    let others = store.read(Place::Organization(organization), read).await?;
    let (id, name) = (found.shelf.mailbox.owner.clone(), found.shelf.address.clone());
    Ok(std::iter::once(Holder { id, name, rights: possible, whole: true }).chain(others).collect())
}
