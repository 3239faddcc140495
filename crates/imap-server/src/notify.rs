//! NOTIFY (RFC 5465): what a client wants to hear of without asking, and what it was told last.

use std::collections::HashMap;

use postroom_imap_proto::command::{EventGroup, FetchItem, MailboxFilter, NotifyEvent};
use postroom_imap_proto::{MailboxName, StatusItem};
use postroom_mailbox::{Folder, FolderKey, Role, Watch};

use crate::names::{DELIMITER, Tree, fold_path};
use crate::selected::Expunges;

/// What is told of, and what of it the client knows.
pub(crate) struct Notify {
    pub(crate) groups: Vec<EventGroup>,
    known: HashMap<FolderKey, (String, Folder)>,
    /// Tells when anything in the mailbox may be new.
    pub(crate) watch: Watch,
}

/// What a client wants to hear of the selected folder.
pub(crate) struct OfSelected {
    /// When it hears that messages are gone.
    pub(crate) expunges: Expunges,
    /// What is fetched of a new message.
    pub(crate) fetch: Vec<FetchItem>,
}

/// Something to tell.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The folder is new, has another name than this one, or its subscription changed.
    Listed {
        /// Which.
        folder: FolderKey,
        /// Its name until now.
        old_name: Option<String>,
    },
    /// No folder has this name any more.
    Gone(String),
    /// This is now so of the folder.
    Status(FolderKey, Vec<StatusItem>),
}

impl Notify {
    pub(crate) fn new(groups: Vec<EventGroup>, tree: &Tree, watch: Watch) -> Self {
        Self { groups, known: known(tree), watch }
    }

    /// What the client wants to hear of the selected folder; `None` when nothing but at the end of commands.
    pub(crate) fn of_selected(&self) -> Option<OfSelected> {
        let group = self.groups.iter().find(|group| is_selected(group))?;
        let fetch = group.events.iter().find_map(|event| match event {
            NotifyEvent::MessageNew { fetch } => Some(fetch.clone()),
            _ => None,
        })?;
        let expunges = match group.mailboxes {
            MailboxFilter::SelectedDelayed => Expunges::Held,
            _ => Expunges::Told,
        };
        Some(OfSelected { expunges, fetch })
    }

    /// What a STATUS of every watched folder tells at the beginning. RFC 5465 §4.
    pub(crate) fn status(&self, tree: &Tree, selected: Option<FolderKey>, condstore: bool) -> Vec<News> {
        let watched = tree
            .iter()
            .filter(|(path, folder)| Some(folder.key) != selected && has(self.events(path, folder), &is_new));
        let items = |path: &str, folder: &Folder| {
            let mut items = vec![StatusItem::Messages, StatusItem::UidNext, StatusItem::UidValidity];
            items.extend(of_flags(self.events(path, folder), condstore));
            items
        };
        watched.map(|(path, folder)| News::Status(folder.key, items(path, folder))).collect()
    }

    /// What is new in `tree`, which is what the client knows from now on.
    pub(crate) fn news(&mut self, tree: &Tree, selected: Option<FolderKey>, condstore: bool) -> Vec<News> {
        let mut news = Vec::new();
        for (path, folder) in tree.iter() {
            let events = self.events(path, folder);
            let before = self.known.get(&folder.key);
            let renamed = before.is_none_or(|(known, _)| known != path);
            let subscribed = before.is_some_and(|(_, known)| known.subscribed != folder.subscribed);
            if (renamed && events.contains(&NotifyEvent::MailboxName))
                || (subscribed && events.contains(&NotifyEvent::SubscriptionChange))
            {
                let old_name = before.map(|(known, _)| known.clone()).filter(|_| renamed);
                news.push(News::Listed { folder: folder.key, old_name });
            }
            if Some(folder.key) == selected || !has(events, &is_new) {
                continue;
            }
            let counts = |folder: &Folder| (folder.uid_next, folder.items_count);
            let before = before.map(|(_, known)| (counts(known), known.content_sequence));
            if before.map_or((1, 0), |(counts, _)| counts) != counts(folder) {
                let mut items = vec![StatusItem::Messages, StatusItem::UidNext];
                items.extend(of_flags(events, condstore));
                news.push(News::Status(folder.key, items));
            } else if before.is_some_and(|(_, sequence)| sequence != folder.content_sequence)
                && events.contains(&NotifyEvent::FlagChange)
                && !renamed
                && !subscribed
            {
                let mut items = vec![StatusItem::UidValidity];
                items.extend(of_flags(events, condstore));
                news.push(News::Status(folder.key, items));
            }
        }
        let now = known(tree);
        let gone = self.known.iter().filter(|(key, (path, folder))| {
            !now.contains_key(*key) && self.events(path, folder).contains(&NotifyEvent::MailboxName)
        });
        let mut gone: Vec<String> = gone.map(|(_, (path, _))| path.clone()).collect();
        gone.sort_unstable();
        news.extend(gone.into_iter().map(News::Gone));
        self.known = now;
        news
    }

    /// What is told of a folder: the first group that it is in decides. RFC 5465 §3.
    fn events(&self, path: &str, folder: &Folder) -> &[NotifyEvent] {
        let group = self.groups.iter().find(|group| match &group.mailboxes {
            MailboxFilter::Selected | MailboxFilter::SelectedDelayed => false,
            MailboxFilter::Inboxes => folder.role == Some(Role::Inbox),
            MailboxFilter::Personal => true,
            MailboxFilter::Subscribed => folder.subscribed,
            MailboxFilter::Subtree(names) => names.iter().any(|name| is_in(path, name)),
            MailboxFilter::Mailboxes(names) => {
                names.iter().any(|name| fold_path(path) == fold_path(name.as_str()))
            }
        });
        group.map_or(&[], |group| &group.events)
    }
}

fn known(tree: &Tree) -> HashMap<FolderKey, (String, Folder)> {
    tree.iter().map(|(path, folder)| (folder.key, (path.to_owned(), folder.clone()))).collect()
}

fn is_selected(group: &EventGroup) -> bool {
    matches!(group.mailboxes, MailboxFilter::Selected | MailboxFilter::SelectedDelayed)
}

fn is_new(event: &NotifyEvent) -> bool {
    matches!(event, NotifyEvent::MessageNew { .. })
}

fn has(events: &[NotifyEvent], test: &dyn Fn(&NotifyEvent) -> bool) -> bool {
    events.iter().any(test)
}

/// What tells of changed flags.
fn of_flags(events: &[NotifyEvent], condstore: bool) -> impl Iterator<Item = StatusItem> {
    let wanted = events.contains(&NotifyEvent::FlagChange);
    let items = [(StatusItem::Unseen, wanted), (StatusItem::HighestModSeq, wanted && condstore)];
    items.into_iter().filter(|(_, told)| *told).map(|(item, _)| item)
}

/// Whether `path` is `name` or below it.
fn is_in(path: &str, name: &MailboxName) -> bool {
    let within = |path: &str| fold_path(&format!("{path}{DELIMITER}"));
    within(path).starts_with(&within(name.as_str()))
}
