//! GETMETADATA and SETMETADATA (RFC 5464).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::command::{EntryValue, MetadataDepth, MetadataOptions};
use postroom_imap_proto::encode::{self, Code};
use postroom_imap_proto::{EntryName, MetadataTarget};
use postroom_mailbox::{EVERYBODY, FolderKey, Place, annotate, annotations, limits};

use super::Done;
use super::select::folder;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::Found;
use crate::needs::{self, Needs};
use crate::out::Out;
use crate::session::Session;
use crate::special_uses;

/// Seen by the user alone.
const PRIVATE: &str = "/private";
/// Seen by everybody who sees the mailbox.
const SHARED: &str = "/shared";

/// Tells annotations.
pub(crate) async fn get(
    session: &mut Session,
    out: &mut Out<'_>,
    target: &MetadataTarget,
    options: MetadataOptions,
    asked: &[EntryName],
) -> Result<Done, Failure> {
    let (place, found) = place(session, target, needs::METADATA).await?;
    if !asked.iter().all(|name| part_of(name).is_some()) {
        return Err(Failure::Bad("Names of entries begin with /private or /shared"));
    }
    let reader = session.reader()?;
    let known = session.imap.mailboxes.read(place.organization, move |read| {
        let own = annotations(read, place, &reader)?;
        Ok((own, annotations(read, place, EVERYBODY)?))
    });
    let (mut own, shared) = known.await?;
    if let Some(of_role) = found.as_ref().and_then(|found| found.shelf.use_of_role(found)) {
        own.push((special_uses::ENTRY.to_owned(), of_role.as_str().into()));
    }
    note(session, found.as_ref(), MailboxAction::Read);
    let named = |part: &'static str, all: Vec<(String, Vec<u8>)>| {
        all.into_iter()
            .filter_map(move |(name, value)| Some((EntryName::new(&format!("{part}{name}"))?, value)))
    };
    let known: Vec<(EntryName, Vec<u8>)> = named(PRIVATE, own).chain(named(SHARED, shared)).collect();
    let is_short = |value: &[u8]| options.size_bytes_max.is_none_or(|max| value.len() <= max as usize);
    let meant = |name: &EntryName| asked.iter().any(|asked| reaches(asked, options.depth, name));
    let meant: Vec<&(EntryName, Vec<u8>)> = known.iter().filter(|(name, _)| meant(name)).collect();
    let told =
        meant.iter().filter(|(_, value)| is_short(value)).map(|(name, value)| (name, Some(&value[..])));
    // What is asked for by its own name and is not there has no value. RFC 5464 §4.2.
    let absent = asked.iter().filter(|asked| {
        options.depth == MetadataDepth::Zero && !known.iter().any(|(name, _)| name == *asked)
    });
    let told: Vec<(&EntryName, Option<&[u8]>)> = told.chain(absent.map(|name| (name, None))).collect();
    if !told.is_empty() {
        encode::metadata(&mut out.bytes, target, told, session.enabled.encoding());
    }
    let longest = meant.iter().map(|(_, value)| value).filter(|value| !is_short(value)).map(Vec::len).max();
    Ok(match longest.and_then(|bytes| u32::try_from(bytes).ok()) {
        Some(bytes) => Done::with(Code::MetadataLongEntries(bytes), "GETMETADATA is done"),
        None => Done::plain("GETMETADATA is done"),
    })
}

/// Changes annotations: all of them or none.
pub(crate) async fn set(
    session: &mut Session,
    target: &MetadataTarget,
    entries: Vec<EntryValue>,
) -> Result<Done, Failure> {
    let is_shared = |entry: &EntryValue| matches!(part_of(&entry.name), Some((SHARED, _)));
    let needs = if entries.iter().any(is_shared) { needs::SHARED_METADATA } else { needs::METADATA };
    let (place, found) = place(session, target, needs).await?;
    let reader = session.reader()?;
    let mut ready = Vec::with_capacity(entries.len());
    for entry in entries {
        let (part, name) = part_of(&entry.name)
            .filter(|(_, name)| !name.is_empty())
            .ok_or(Failure::Bad("Names of entries begin with /private/ or /shared/"))?;
        if part == SHARED && *target == MetadataTarget::Server {
            return Err(Failure::no(Code::NoPerm, "An administrator sets what everybody sees of the server"));
        }
        if part == PRIVATE && name == special_uses::ENTRY {
            check_use(found.as_ref(), entry.value.as_deref())?;
        }
        let reader = if part == PRIVATE { reader.clone() } else { EVERYBODY.to_owned() };
        ready.push((reader, name.to_owned(), entry.value));
    }
    let changed = session.change(place.mailbox, move |mail| {
        ready.iter().try_for_each(|(reader, name, value)| {
            annotate(mail, place.folder, reader, name, value.as_deref())
        })
    });
    match changed.await {
        Ok(()) => {
            note(session, found.as_ref(), MailboxAction::Update);
            Ok(Done::plain("SETMETADATA is done"))
        }
        Err(Failure::No(Some(Code::TooBig), _)) => {
            let most = u32::try_from(limits::ANNOTATION_BYTES_MAX).unwrap_or(u32::MAX);
            Err(Failure::no(Code::MetadataMaxSize(most), "The value is too long"))
        }
        Err(Failure::No(Some(Code::Limit), _)) => {
            Err(Failure::no(Code::MetadataTooMany, "There are too many entries"))
        }
        Err(other) => Err(other),
    }
}

/// Refuses what a folder cannot be for. RFC 6154 §4.
fn check_use(found: Option<&Found>, value: Option<&[u8]>) -> Result<(), Failure> {
    let refused = |why: &'static str| Err(Failure::no(Code::UseAttr, why));
    match found {
        Some(found) if found.role.is_some() => refused("What this mailbox is for cannot be changed"),
        Some(found) if found.shelf.is_own() => match value {
            Some(value) if special_uses::of_value(value).is_none() => refused("There is no such use here"),
            _ => Ok(()),
        },
        _ => refused("Only one's own mailboxes have a use"),
    }
}

fn note(session: &Session, found: Option<&Found>, action: MailboxAction) {
    if let Some(found) = found {
        session.note(found, Deed::folder(action));
    }
}

/// What is annotated: a folder, or all of the user's mailbox for the server.
async fn place(
    session: &Session,
    target: &MetadataTarget,
    needs: Needs,
) -> Result<(Place, Option<Found>), Failure> {
    match target {
        MetadataTarget::Mailbox(mailbox) => {
            let found = folder(session, mailbox, needs).await?;
            Ok((session.place(&found)?, Some(found)))
        }
        MetadataTarget::Server => {
            let user = session.user()?;
            let (organization, mailbox) = (user.organization, user.own.key());
            Ok((Place { organization, mailbox, folder: FolderKey::ROOT }, None))
        }
    }
}

/// Which part of the names, and the rest with its "/".
fn part_of(name: &EntryName) -> Option<(&'static str, &str)> {
    [PRIVATE, SHARED].into_iter().find_map(|part| {
        let rest = name.as_str().strip_prefix(part)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((part, rest))
    })
}

/// Whether `name` is what was asked for, or so far below it.
fn reaches(asked: &EntryName, depth: MetadataDepth, name: &EntryName) -> bool {
    let Some(below) = name.as_str().strip_prefix(asked.as_str()) else { return false };
    match depth {
        _ if below.is_empty() => true,
        MetadataDepth::Zero => false,
        MetadataDepth::One => below.starts_with('/') && !below[1..].contains('/'),
        MetadataDepth::Infinity => below.starts_with('/'),
    }
}
