//! A disk as the records made it: what is on it for sure, and what only the machine's memory knows.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use super::log::Record;
use crate::draw::Draw;

/// A file or folder, whatever its names are.
pub(super) type NodeId = usize;

/// What was done to a file and not synced.
#[derive(Debug, Clone)]
pub(super) enum FileChange {
    Write { offset: usize, data: Arc<[u8]> },
    Truncate { size: usize },
}

/// What was done to a folder and not synced.
#[derive(Debug, Clone)]
pub(super) enum FolderChange {
    Add { name: String, node: NodeId },
    Remove { name: String },
    Rename { old: String, new: String, node: NodeId },
}

/// Content on the disk and in memory, and the way from the one to the other, each step with its time.
#[derive(Debug, Clone)]
pub(super) struct Content<C, S> {
    pub(super) durable: C,
    pub(super) cached: C,
    pub(super) pending: Vec<(u64, S)>,
}

pub(super) type Names = BTreeMap<String, NodeId>;

#[derive(Debug, Clone)]
pub(super) enum Node {
    /// `scratch`: SQLite's shared memory, whose bytes mean nothing after a crash.
    File {
        content: Content<Vec<u8>, FileChange>,
        scratch: bool,
    },
    Folder {
        content: Content<Names, FolderChange>,
    },
}

/// The disk at one point of the log.
#[derive(Debug, Clone)]
pub struct Disk {
    pub(super) nodes: Vec<Node>,
    by_inode: HashMap<u64, NodeId>,
    /// Syncs that have begun: when.
    syncs: HashMap<u64, u64>,
    time: u64,
    /// Decides what a failed sync loses.
    draw: Draw,
}

/// A step from one content to the next.
pub(super) trait Step<C> {
    fn apply(&self, content: &mut C);
}

impl Step<Vec<u8>> for FileChange {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { offset, data } => write_at(content, *offset, data),
            Self::Truncate { size } => content.resize(*size, 0),
        }
    }
}

impl Step<Names> for FolderChange {
    fn apply(&self, content: &mut Names) {
        match self {
            Self::Add { name, node } => drop(content.insert(name.clone(), *node)),
            Self::Remove { name } => drop(content.remove(name)),
            Self::Rename { old, new, node } => {
                content.remove(old);
                content.insert(new.clone(), *node);
            }
        }
    }
}

/// Writes `data` at `offset`; what lies between the end and `offset` becomes zeros.
pub(super) fn write_at(content: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(data);
}

impl<C: Default, S> Default for Content<C, S> {
    fn default() -> Self {
        Self { durable: C::default(), cached: C::default(), pending: Vec::new() }
    }
}

impl<C, S: Step<C>> Content<C, S> {
    fn change(&mut self, time: u64, step: S) {
        step.apply(&mut self.cached);
        self.pending.push((time, step));
    }

    /// What was done before `time` is on the disk.
    fn sync(&mut self, time: u64) {
        let split = self.pending.partition_point(|(at, _)| *at < time);
        self.pending.drain(..split).for_each(|(_, step)| step.apply(&mut self.durable));
    }

    /// What was done before `time` has been given up by the machine: no later sync brings it to the disk.
    fn lose(&mut self, time: u64, draw: &mut Draw) {
        let split = self.pending.partition_point(|(at, _)| *at < time);
        let percent = [0, 0, 50, 90][draw.below(4)];
        for (_, step) in self.pending.drain(..split) {
            if draw.chance(percent) {
                step.apply(&mut self.durable);
            }
        }
    }
}

impl Disk {
    /// The root, which is always there.
    pub(super) const ROOT: NodeId = 0;

    /// A disk with an empty folder of inode number `root`, and the empty folders in it.
    pub fn new(root: u64, folders: &[(u64, &str)], seed: u64) -> Self {
        let mut names = Names::new();
        let mut by_inode = HashMap::from([(root, Self::ROOT)]);
        for (id, (inode, name)) in (1..).zip(folders) {
            names.insert((*name).to_owned(), id);
            by_inode.insert(*inode, id);
        }
        let empty = Node::Folder { content: Content::default() };
        let content = Content { durable: names.clone(), cached: names, pending: Vec::new() };
        let mut nodes = vec![Node::Folder { content }];
        nodes.extend(folders.iter().map(|_| empty.clone()));
        Self { nodes, by_inode, syncs: HashMap::new(), time: 0, draw: Draw::of(seed, 0x5ec7) }
    }

    /// Does what `record` says.
    pub fn apply(&mut self, record: &Record) -> Result<(), String> {
        self.time += 1;
        let time = self.time;
        match record {
            Record::Mark(_) => {}
            Record::Start => self.syncs.clear(),
            Record::Create { inode, folder, name, is_folder } => {
                let node = if *is_folder {
                    Node::Folder { content: Content::default() }
                } else {
                    Node::File { content: Content::default(), scratch: name.ends_with("-shm") }
                };
                self.nodes.push(node);
                let node = self.nodes.len() - 1;
                self.by_inode.insert(*inode, node);
                self.folder(*folder)?.change(time, FolderChange::Add { name: name.clone(), node });
            }
            Record::Link { inode, folder, name } => {
                let node = self.node(*inode)?;
                self.folder(*folder)?.change(time, FolderChange::Add { name: name.clone(), node });
            }
            Record::Unlink { folder, name } => {
                self.folder(*folder)?.change(time, FolderChange::Remove { name: name.clone() });
            }
            Record::Rename { inode, from, old, to, new } => {
                let (node, old, new) = (self.node(*inode)?, old.clone(), new.clone());
                if from == to {
                    self.folder(*from)?.change(time, FolderChange::Rename { old, new, node });
                } else {
                    self.folder(*to)?.change(time, FolderChange::Add { name: new, node });
                    self.folder(*from)?.change(time, FolderChange::Remove { name: old });
                }
            }
            Record::Write { inode, offset, data } => {
                let change = FileChange::Write { offset: size(*offset)?, data: Arc::from(data.as_slice()) };
                self.file(*inode)?.change(time, change);
            }
            Record::Truncate { inode, size: bytes } => {
                self.file(*inode)?.change(time, FileChange::Truncate { size: size(*bytes)? });
            }
            Record::SyncBegin { ticket, .. } => drop(self.syncs.insert(*ticket, time)),
            Record::SyncEnd { inode, ticket } => self.end_sync(*inode, *ticket, false)?,
            Record::SyncFailed { inode, ticket } => self.end_sync(*inode, *ticket, true)?,
        }
        Ok(())
    }

    fn end_sync(&mut self, inode: u64, ticket: u64, failed: bool) -> Result<(), String> {
        let began = self.syncs.remove(&ticket).ok_or("a sync ends that never began")?;
        let node = self.node(inode)?;
        let Self { nodes, draw, .. } = self;
        match (&mut nodes[node], failed) {
            (Node::File { content, .. }, false) => content.sync(began),
            (Node::File { content, .. }, true) => content.lose(began, draw),
            (Node::Folder { content }, false) => content.sync(began),
            // A file system that cannot write its journal stops; one that goes on still has the names to write.
            (Node::Folder { .. }, true) => {}
        }
        Ok(())
    }

    fn node(&self, inode: u64) -> Result<NodeId, String> {
        self.by_inode.get(&inode).copied().ok_or_else(|| format!("inode {inode} was never created"))
    }

    fn file(&mut self, inode: u64) -> Result<&mut Content<Vec<u8>, FileChange>, String> {
        let node = self.node(inode)?;
        match &mut self.nodes[node] {
            Node::File { content, .. } => Ok(content),
            Node::Folder { .. } => Err(format!("inode {inode} is a folder")),
        }
    }

    fn folder(&mut self, inode: u64) -> Result<&mut Content<Names, FolderChange>, String> {
        let node = self.node(inode)?;
        match &mut self.nodes[node] {
            Node::Folder { content } => Ok(content),
            Node::File { .. } => Err(format!("inode {inode} is a file")),
        }
    }

    /// Whether the real files below `root` are what the records made of them: the recorder has seen everything.
    pub fn equals(&self, root: &Path) -> Result<(), String> {
        self.folder_equals(Self::ROOT, root)
    }

    fn folder_equals(&self, node: NodeId, path: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        match &self.nodes[node] {
            Node::Folder { content } => {
                let mut real = Vec::new();
                for entry in std::fs::read_dir(path).map_err(failed)? {
                    real.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
                }
                real.sort_unstable();
                let recorded: Vec<&String> = content.cached.keys().collect();
                if real.iter().collect::<Vec<_>>() != recorded {
                    return Err(format!("{}: has {real:?}, recorded were {recorded:?}", path.display()));
                }
                let mut entries = content.cached.iter();
                entries.try_for_each(|(name, node)| self.folder_equals(*node, &path.join(name)))
            }
            Node::File { scratch: true, .. } => Ok(()),
            Node::File { content, .. } => {
                let real = std::fs::read(path).map_err(failed)?;
                let same = real == content.cached;
                same.then_some(())
                    .ok_or_else(|| format!("{}: has other bytes than were recorded", path.display()))
            }
        }
    }
}

fn size(number: u64) -> Result<usize, String> {
    usize::try_from(number).map_err(|_| format!("{number} is no size here"))
}
