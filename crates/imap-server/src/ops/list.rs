//! LIST and LSUB (RFC 9051 §6.3.9, RFC 3501 §6.3.9, RFC 5258, RFC 6154, RFC 5819).

use postroom_imap_proto::command::{List, Lsub};
use postroom_mailbox::Folder;

use super::Done;
use crate::failure::Failure;
use crate::names::{DELIMITER, Tree, fits};
use crate::out::Out;
use crate::respond;
use crate::session::Session;

/// Lists folders.
pub(crate) async fn list(session: &mut Session, out: &mut Out<'_>, list: &List) -> Result<Done, Failure> {
    let tree = session.tree().await?;
    if !list.extended && list.patterns.iter().all(|pattern| pattern.as_str().is_empty()) {
        respond::delimiter(&mut out.bytes);
        return Ok(Done::plain("LIST is done"));
    }
    let patterns: Vec<String> = list
        .patterns
        .iter()
        .map(|pattern| format!("{}{}", list.reference, normal(pattern.as_str())))
        .collect();
    for (path, folder) in tree.iter() {
        let matches = patterns.iter().any(|pattern| fits(pattern, path));
        let below = list.selection.recursive_match && has_selected_below(&tree, path, list);
        if !matches || !(selected(folder, list) || below) {
            continue;
        }
        respond::list(&mut out.bytes, session.enabled, path, folder, &tree, list, below);
        if !list.returns.status.is_empty() {
            let user = session.user()?;
            let name = postroom_imap_proto::MailboxName::new(path);
            if let Some(name) = name {
                let items = &list.returns.status;
                respond::status(&mut out.bytes, session.enabled, &name, folder, &user.mailbox, items);
            }
        }
        out.relieve().await?;
    }
    Ok(Done::plain("LIST is done"))
}

/// Whether the selection options of `list` let `folder` in.
fn selected(folder: &Folder, list: &List) -> bool {
    let subscribed = !list.selection.subscribed || folder.subscribed;
    let special = !list.selection.special_use || respond::special_use(folder).is_some();
    subscribed && special
}

/// Whether a folder below `path` is let in by the selection options.
fn has_selected_below(tree: &Tree, path: &str, list: &List) -> bool {
    let prefix = format!("{path}{DELIMITER}");
    tree.iter().any(|(below, folder)| below.starts_with(&prefix) && selected(folder, list))
}

/// INBOX is written in any case.
fn normal(pattern: &str) -> String {
    let (first, rest) =
        pattern.split_once(DELIMITER).map_or((pattern, None), |(first, rest)| (first, Some(rest)));
    let first = if first.eq_ignore_ascii_case("INBOX") { "INBOX" } else { first };
    rest.map_or_else(|| first.to_owned(), |rest| format!("{first}{DELIMITER}{rest}"))
}

/// Lists subscribed folders, as IMAP4rev1 does.
pub(crate) async fn lsub(session: &mut Session, out: &mut Out<'_>, lsub: &Lsub) -> Result<Done, Failure> {
    let tree = session.tree().await?;
    let pattern = format!("{}{}", lsub.reference, normal(lsub.pattern.as_str()));
    for (path, _) in tree.iter().filter(|(path, folder)| folder.subscribed && fits(&pattern, path)) {
        respond::lsub(&mut out.bytes, session.enabled, path);
    }
    Ok(Done::plain("LSUB is done"))
}
