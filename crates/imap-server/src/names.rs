//! Names of folders as IMAP says them: paths with "/", and INBOX for the Inbox.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Deref;
use std::sync::Arc;

use postroom_imap_proto::SpecialUse;
use postroom_mailbox::{
    Access, Folder, FolderKey, FolderRights, Mailbox, MailboxKey, Role, SharedMailbox, limits,
};
use postroom_types::fold;

use crate::special_uses::{self, GivenUses};

/// Between the names of folders in folders.
pub(crate) const DELIMITER: char = '/';
const INBOX: &str = "INBOX";

/// What the paths of others' folders begin with, before the owner's address.
pub(crate) const OTHERS: &str = "Other Users";

/// A mailbox that a user sees.
pub(crate) struct Shelf {
    /// What the paths of its folders begin with: nothing, or `Other Users/<address>/`.
    pub(crate) prefix: String,
    /// The owner's address.
    pub(crate) address: String,
    /// The mailbox.
    pub(crate) mailbox: Mailbox,
    /// What the user may do with its folders.
    pub(crate) access: Access,
}

impl Shelf {
    /// The user's own.
    pub(crate) fn own(address: &str, mailbox: Mailbox) -> Self {
        Self { prefix: String::new(), address: address.to_owned(), mailbox, access: Access::Whole }
    }

    /// Somebody else's.
    pub(crate) fn of_other(SharedMailbox { address, mailbox, access }: SharedMailbox) -> Self {
        Self { prefix: format!("{OTHERS}{DELIMITER}{address}{DELIMITER}"), address, mailbox, access }
    }

    /// Whether the user sees that `folder` is there.
    pub(crate) fn shows(&self, folder: &Folder) -> bool {
        self.access.rights(folder).contains(FolderRights::LOOK_UP)
    }

    /// Whether it is the user's own.
    pub(crate) fn is_own(&self) -> bool {
        self.prefix.is_empty()
    }

    /// What `folder` is for because of its role. Others' folders have roles for their owners alone.
    pub(crate) fn use_of_role(&self, folder: &Folder) -> Option<SpecialUse> {
        special_uses::of_role(folder).filter(|_| self.is_own())
    }

    /// Its key.
    pub(crate) fn key(&self) -> MailboxKey {
        self.mailbox.key
    }
}

/// A folder and the mailbox that it is in.
pub(crate) struct Found {
    /// The folder.
    pub(crate) folder: Folder,
    /// The mailbox.
    pub(crate) shelf: Arc<Shelf>,
    /// Its path as its owner sees it.
    pub(crate) path: Box<str>,
}

impl Found {
    /// The last folder of `way`, which leads to it from the top of the mailbox; `None` when it leads nowhere.
    pub(crate) fn at(mut way: Vec<Folder>, shelf: Arc<Shelf>) -> Option<Self> {
        let path = own_path(&way);
        way.pop().map(|folder| Self { folder, shelf, path })
    }

    /// The path by which the user knows it, however it was asked for.
    pub(crate) fn seen_path(&self) -> String {
        format!("{}{}", self.shelf.prefix, self.path)
    }

    /// What the user was given. Of a folder that every mailbox has, this may be the right to delete it, too, which is
    /// refused for another reason.
    pub(crate) fn given(&self) -> FolderRights {
        self.shelf.access.rights_to(self.key)
    }
}

impl Deref for Found {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.folder
    }
}

/// The mailboxes that a user sees, the own one first.
pub(crate) struct Forest {
    trees: Vec<Tree>,
}

impl Forest {
    pub(crate) fn new(trees: Vec<Tree>) -> Self {
        Self { trees }
    }

    /// Every mailbox.
    pub(crate) fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// The mailbox that a new folder at `path` would be in; `None` for a name among others' where there is none.
    pub(crate) fn of(&self, path: &str) -> Option<&Tree> {
        let other =
            self.trees.iter().find(|tree| !tree.shelf.is_own() && below(path, &tree.shelf.prefix).is_some());
        other.or_else(|| self.trees.iter().find(|tree| tree.shelf.is_own() && !is_among_others(path)))
    }
}

/// Whether `path`, names with slashes between them, is where a user sees the folders of others.
pub fn is_among_others(path: &str) -> bool {
    below(path, &format!("{OTHERS}{DELIMITER}")).is_some() || fold_path(path) == fold_path(OTHERS)
}

/// What of `path` is below `prefix`, which is empty or ends with a delimiter, whatever the case and form; `None` for a path
/// that is elsewhere.
pub(crate) fn below<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    let Some(levels) = prefix.matches(DELIMITER).count().checked_sub(1) else { return Some(path) };
    let (end, _) = path.match_indices(DELIMITER).nth(levels)?;
    let (above, rest) = path.split_at(end + DELIMITER.len_utf8());
    (fold_path(above) == fold_path(prefix)).then_some(rest)
}

/// The folders of a mailbox that its owner's clients see, with their paths; [`Tree::iter`] has those that the user sees.
pub(crate) struct Tree {
    /// The mailbox.
    pub(crate) shelf: Arc<Shelf>,
    folders: Vec<(String, Folder)>,
    /// The folder that each of them is in.
    parents: HashMap<FolderKey, FolderKey>,
    /// Those that have others in them.
    with_children: HashSet<FolderKey>,
    /// What the owner says folders are for.
    uses: GivenUses,
}

impl Tree {
    /// The tree of `all`, in the order of paths, the Inbox first. `uses` are what the owner says folders are for.
    pub(crate) fn new(shelf: Arc<Shelf>, all: Vec<Folder>, uses: GivenUses) -> Self {
        let by_key: HashMap<FolderKey, &Folder> = all.iter().map(|folder| (folder.key, folder)).collect();
        let mut folders: Vec<(String, Folder)> = all
            .iter()
            .filter(|folder| !folder.hidden)
            .map(|folder| (format!("{}{}", shelf.prefix, path(folder, &by_key)), folder.clone()))
            .collect();
        folders.sort_by_cached_key(|(path, folder)| (folder.role != Some(Role::Inbox), fold_path(path)));
        let parents: HashMap<FolderKey, FolderKey> =
            folders.iter().map(|(_, folder)| (folder.key, folder.parent)).collect();
        let mut tree = Self { shelf, folders, parents, with_children: HashSet::new(), uses };
        tree.with_children = tree.above(|_| true);
        tree
    }

    /// Every folder that the user sees, with its path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Folder)> {
        let seen = self.folders.iter().filter(|(_, folder)| self.shelf.shows(folder));
        seen.map(|(path, folder)| (path.as_str(), folder))
    }

    /// The paths of what is above the folders that the user sees, from the owner's address down, and is not seen itself.
    pub(crate) fn unseen_above(&self) -> BTreeSet<&str> {
        if self.shelf.is_own() {
            return BTreeSet::new();
        }
        let seen: HashSet<&str> = self.iter().map(|(path, _)| path).collect();
        let owner = self.shelf.prefix.len() - DELIMITER.len_utf8();
        let above = seen.iter().flat_map(|path| {
            let ends = path.match_indices(DELIMITER).map(|(end, _)| end).filter(|end| *end >= owner);
            ends.map(|end| &path[..end])
        });
        above.filter(|path| !seen.contains(path)).collect()
    }

    /// The folder `name` in `parent`, seen or not.
    fn child(&self, parent: FolderKey, name: &str) -> Option<FolderKey> {
        let wanted = fold(name);
        let mut inside = self.folders.iter().map(|(_, folder)| folder).filter(|each| each.parent == parent);
        inside.find(|folder| fold(&folder.name) == wanted).map(|folder| folder.key)
    }

    /// What `folder` is for; of another's folders nothing, since they are not where the user's mail is.
    pub(crate) fn special_uses(&self, folder: &Folder) -> impl Iterator<Item = SpecialUse> {
        let of_role = self.shelf.use_of_role(folder);
        of_role.into_iter().chain(self.uses.get(&folder.key).into_iter().flatten().copied())
    }

    /// Whether the user sees something below `folder`.
    pub(crate) fn has_children(&self, folder: FolderKey) -> bool {
        self.with_children.contains(&folder)
    }

    /// The folders that have one below them, at any depth, which the user sees and which is `wanted`.
    pub(crate) fn above(&self, wanted: impl Fn(&Folder) -> bool) -> HashSet<FolderKey> {
        let mut above = HashSet::new();
        for (_, folder) in self.iter().filter(|(_, folder)| wanted(folder)) {
            let mut at = folder.parent;
            // What is above one that is known is known, too.
            while let Some(parent) = self.parents.get(&at)
                && above.insert(at)
            {
                at = *parent;
            }
        }
        above
    }

    /// The deepest folder that is on the way to `path`, seen or not, and the names that are missing below it.
    pub(crate) fn way_to<'p>(&self, path: &'p str) -> (FolderKey, Vec<&'p str>) {
        let path = path.strip_suffix(DELIMITER).unwrap_or(path);
        let path = below(path, &self.shelf.prefix).unwrap_or_default();
        let (mut names, mut at) = (path.split(DELIMITER).peekable(), FolderKey::ROOT);
        // Name by name: what a name is compared by may have a delimiter that it has not.
        while let Some(folder) = names.peek().and_then(|name| self.child(at, name)) {
            at = folder;
            names.next();
        }
        (at, names.collect())
    }
}

fn path(folder: &Folder, by_key: &HashMap<FolderKey, &Folder>) -> String {
    let mut path = own_name(folder).to_owned();
    let mut at = folder;
    // A cycle would be damage; fsck finds it.
    for _ in 0..limits::FOLDER_DEPTH_MAX {
        let Some(parent) = by_key.get(&at.parent) else { break };
        path = format!("{}{DELIMITER}{path}", own_name(parent));
        at = parent;
    }
    path
}

/// What paths are compared by: each name as names are, without regard to case and form. A delimiter that only comes of
/// that (of a wide slash) becomes a byte that is in no text.
pub(crate) fn fold_path(path: &str) -> Vec<u8> {
    let name = |name: &str| -> Vec<u8> {
        fold(name).as_bytes().iter().map(|byte| if *byte == DELIMITER as u8 { 0xff } else { *byte }).collect()
    };
    path.split(DELIMITER).map(name).collect::<Vec<_>>().join(&(DELIMITER as u8))
}

/// What the owner calls the last folder of `way`, which leads to it from the top.
fn own_path(way: &[Folder]) -> Box<str> {
    let names: Vec<&str> = way.iter().map(own_name).collect();
    names.join(&DELIMITER.to_string()).into()
}

fn own_name(folder: &Folder) -> &str {
    if folder.role == Some(Role::Inbox) { INBOX } else { &folder.name }
}
