//! LIST and LSUB (RFC 9051 §6.3.9, RFC 3501 §6.3.9, RFC 5258, RFC 6154, RFC 5819, RFC 8440).

use std::collections::{BTreeSet, HashSet};

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::command::{List, Lsub};
use postroom_imap_proto::encode::Code;
use postroom_mailbox::Folder;
use tokio::task::consume_budget;

use super::Done;
use super::acl::tell_my_rights;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::{DELIMITER, Forest, OTHERS, Tree};
use crate::needs;
use crate::out::Out;
use crate::pattern::Pattern;
use crate::session::Session;
use crate::{limits, respond};

/// Lists folders.
pub(crate) async fn list(session: &mut Session, out: &mut Out<'_>, list: &List) -> Result<Done, Failure> {
    let forest = session.forest().await?;
    if !list.extended && list.patterns.iter().all(|pattern| pattern.as_str().is_empty()) {
        respond::delimiter(&mut out.bytes);
        return Ok(Done::plain("LIST is done"));
    }
    let patterns: Vec<String> =
        list.patterns.iter().map(|pattern| format!("{}{}", list.reference, pattern.as_str())).collect();
    check_size(&patterns)?;
    let patterns: Vec<Pattern> = patterns.iter().map(|pattern| Pattern::new(pattern)).collect();
    note(session, &forest);
    above(session, out, &forest, &patterns, list);
    for tree in forest.trees() {
        if list.returns.my_rights {
            session.note_at(&tree.shelf, None, Deed::folder(MailboxAction::ReadPermissions));
        }
        let recursive = list.selection.recursive_match;
        let has_selected_below = tree.above(|folder| recursive && selected(tree, folder, list));
        for (path, folder) in tree.iter() {
            consume_budget().await;
            let matches = patterns.iter().any(|pattern| pattern.fits(path));
            let below = has_selected_below.contains(&folder.key);
            if !matches || !(selected(tree, folder, list) || below) {
                continue;
            }
            respond::list(&mut out.bytes, session.enabled, path, folder, tree, list, below);
            let Some(name) = postroom_imap_proto::MailboxName::new(path) else { continue };
            let rights = tree.shelf.access.rights_to(folder.key);
            if list.returns.my_rights && needs::MY_RIGHTS.are_met_by(rights) {
                tell_my_rights(session, out, &name, &tree.shelf, folder);
            }
            if !list.returns.status.is_empty() && needs::STATUS.are_met_by(rights) {
                let (items, mailbox) = (&list.returns.status, &tree.shelf.mailbox);
                let folder = (folder, session.deleted_bytes(&tree.shelf, folder, items).await?);
                respond::status(&mut out.bytes, session.enabled, &name, folder, mailbox, items);
            }
            out.relieve().await?;
        }
    }
    Ok(Done::plain("LIST is done"))
}

/// Lists what is above the folders of others and is no folder that the user sees, for clients that go down level by level.
/// All folders of others are subscribed, and none has a special use: RFC 5258 §3.5 has these told with RECURSIVEMATCH.
fn above(session: &Session, out: &mut Out<'_>, forest: &Forest, patterns: &[Pattern], list: &List) {
    let subscribed = list.selection.subscribed;
    if list.selection.special_use || (subscribed && !list.selection.recursive_match) {
        return;
    }
    let owners: Vec<&str> = forest.trees().iter().flat_map(Tree::unseen_above).collect();
    let first = (!owners.is_empty()).then_some(OTHERS);
    let all = first.into_iter().chain(owners);
    let fitting = |path: &str| patterns.iter().any(|pattern| !pattern.goes_deep() && pattern.fits(path));
    all.filter(|path| fitting(path))
        .for_each(|path| respond::above(&mut out.bytes, session.enabled, path, subscribed));
}

/// Notes that the names of folders were read.
fn note(session: &Session, forest: &Forest) {
    let deed = Deed::folder(MailboxAction::ReadHierarchy);
    let seen = forest.trees().iter().filter(|tree| tree.iter().next().is_some());
    seen.for_each(|tree| session.note_at(&tree.shelf, None, deed));
}

/// Whether the selection options of `list` let `folder` in.
fn selected(tree: &Tree, folder: &Folder, list: &List) -> bool {
    let is_own = tree.shelf.is_own();
    let subscribed = !list.selection.subscribed || folder.subscribed || !is_own;
    let special = !list.selection.special_use || tree.special_uses(folder).next().is_some();
    subscribed && special
}

/// Lists subscribed folders, as IMAP4rev1 does.
pub(crate) async fn lsub(session: &mut Session, out: &mut Out<'_>, lsub: &Lsub) -> Result<Done, Failure> {
    let forest = session.forest().await?;
    note(session, &forest);
    let pattern = format!("{}{}", lsub.reference, lsub.pattern.as_str());
    check_size(std::slice::from_ref(&pattern))?;
    let pattern = Pattern::new(&pattern);
    // What is above a subscribed folder and may be told although it is none itself.
    let (mut told, mut above) = (HashSet::new(), BTreeSet::new());
    for tree in forest.trees() {
        let subscribed = |folder: &Folder| folder.subscribed || !tree.shelf.is_own();
        for (path, _) in tree.iter().filter(|(_, folder)| subscribed(folder)) {
            if pattern.fits(path) {
                told.insert(path);
                respond::lsub(&mut out.bytes, session.enabled, path, false);
            } else {
                above.extend(path.match_indices(DELIMITER).map(|(end, _)| &path[..end]));
            }
            consume_budget().await;
        }
    }
    // RFC 3501 §6.3.9: for "%", a folder stands for what is subscribed below it.
    for path in above.into_iter().filter(|path| !told.contains(path) && pattern.fits(path)) {
        respond::lsub(&mut out.bytes, session.enabled, path, true);
    }
    Ok(Done::plain("LSUB is done"))
}

/// NO with LIMIT for patterns that take too long to be compared with every folder.
fn check_size(patterns: &[String]) -> Result<(), Failure> {
    if patterns.iter().map(String::len).sum::<usize>() > limits::PATTERNS_BYTES_MAX {
        return Err(Failure::no(Code::Limit, "These are longer patterns than one command may have"));
    }
    Ok(())
}
