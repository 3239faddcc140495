//! What a power loss leaves of a disk.

use std::collections::BTreeMap;
use std::path::Path;

use super::disk::{Content, Disk, FileChange, FolderChange, Names, Node, NodeId, Step, write_at};
use crate::draw::Draw;

/// What survives of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survival {
    /// All: only the process died.
    Everything,
    /// Nothing.
    Nothing,
    /// A random part.
    Part {
        /// Repeats the choice.
        seed: u64,
    },
}

/// How a random part is chosen.
struct Fate {
    draw: Draw,
    /// Of a hundred changes, so many survive.
    percent: usize,
    /// Of a hundred surviving writes, so many are torn.
    torn_percent: usize,
    /// What the disk writes at once.
    sector_bytes: usize,
}

impl Fate {
    fn of(seed: u64) -> Self {
        let mut draw = Draw::of(seed, 0xfa7e);
        let percent = [5, 30, 50, 70, 95][draw.below(5)];
        let torn_percent = [0, 20, 100][draw.below(3)];
        let sector_bytes = [512, 4096][draw.below(2)];
        Self { draw, percent, torn_percent, sector_bytes }
    }
}

/// Files and folders by their names, as a process finds them after the loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// A file and its bytes.
    File(Vec<u8>),
    /// A folder.
    Folder(BTreeMap<String, Tree>),
}

impl Disk {
    /// What `survival` leaves.
    pub fn image(&self, survival: Survival) -> Tree {
        let mut fate = if let Survival::Part { seed } = survival { Some(Fate::of(seed)) } else { None };
        self.tree(Self::ROOT, survival, &mut fate)
    }

    fn tree(&self, node: NodeId, survival: Survival, fate: &mut Option<Fate>) -> Tree {
        match &self.nodes[node] {
            Node::File { scratch: true, content } => Tree::File(garbage(content, fate.as_mut())),
            Node::File { content, .. } => Tree::File(match (survival, fate.as_mut()) {
                (Survival::Everything, _) => content.cached.clone(),
                (_, Some(fate)) => file_part(content, fate),
                (_, None) => content.durable.clone(),
            }),
            Node::Folder { content } => {
                let names = match (survival, fate.as_mut()) {
                    (Survival::Everything, _) => content.cached.clone(),
                    (_, Some(fate)) => folder_part(content, fate),
                    (_, None) => content.durable.clone(),
                };
                let entries = names.into_iter().map(|(name, node)| (name, self.tree(node, survival, fate)));
                Tree::Folder(entries.collect())
            }
        }
    }
}

fn garbage(content: &Content<Vec<u8>, FileChange>, fate: Option<&mut Fate>) -> Vec<u8> {
    let mut bytes = vec![0; content.cached.len()];
    if let Some(fate) = fate {
        bytes.iter_mut().for_each(|byte| *byte = fate.draw.bits().to_le_bytes()[0]);
    }
    bytes
}

fn file_part(content: &Content<Vec<u8>, FileChange>, fate: &mut Fate) -> Vec<u8> {
    let mut file = content.durable.clone();
    for (_, change) in &content.pending {
        let survives = fate.draw.chance(fate.percent);
        match change {
            FileChange::Write { offset, data } if survives && fate.draw.chance(fate.torn_percent) => {
                torn(&mut file, *offset, data, fate);
            }
            // The file may have its new length already and not yet its new bytes.
            FileChange::Write { offset, data } if !survives => {
                let end = offset + data.len();
                if end > file.len() && fate.draw.chance(30) {
                    file.resize(end, 0);
                }
            }
            change if survives => change.apply(&mut file),
            FileChange::Write { .. } | FileChange::Truncate { .. } => {}
        }
    }
    file
}

/// Some sectors of a write.
fn torn(file: &mut Vec<u8>, offset: usize, data: &[u8], fate: &mut Fate) {
    let (mut at, end) = (offset, offset + data.len());
    while at < end {
        let next = ((at / fate.sector_bytes + 1) * fate.sector_bytes).min(end);
        if fate.draw.chance(50) {
            write_at(file, at, &data[at - offset..next - offset]);
        }
        at = next;
    }
}

fn folder_part(content: &Content<Names, FolderChange>, fate: &mut Fate) -> Names {
    let mut names = content.durable.clone();
    for (_, change) in &content.pending {
        if fate.draw.chance(fate.percent) {
            change.apply(&mut names);
        }
    }
    names
}

impl Tree {
    /// Makes the files and folders below `path`, which is an empty folder or will be one.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        match self {
            Self::File(bytes) => std::fs::write(path, bytes),
            Self::Folder(entries) => {
                std::fs::create_dir_all(path)?;
                entries.iter().try_for_each(|(name, tree)| tree.write(&path.join(name)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::power_loss::log::Record;

    const FILE: u64 = 10;

    fn disk(records: &[Record]) -> Disk {
        let mut disk = Disk::new(1, &[], 7);
        let create = Record::Create { inode: FILE, folder: 1, name: "f".to_owned(), is_folder: false };
        std::iter::once(&create).chain(records).for_each(|record| disk.apply(record).unwrap());
        disk
    }

    fn write(offset: u64, byte: u8, count: usize) -> Record {
        Record::Write { inode: FILE, offset, data: vec![byte; count] }
    }

    fn sync(inode: u64) -> [Record; 2] {
        [
            Record::SyncBegin { inode, ticket: inode, data_only: false },
            Record::SyncEnd { inode, ticket: inode },
        ]
    }

    fn file(tree: &Tree) -> Option<&[u8]> {
        let Tree::Folder(entries) = tree else { return None };
        entries.get("f").map(|tree| if let Tree::File(bytes) = tree { bytes.as_slice() } else { &[] })
    }

    #[test]
    fn a_name_needs_its_folders_sync_and_bytes_their_files() {
        let mut records = vec![write(0, 1, 4)];
        assert_eq!(file(&disk(&records).image(Survival::Everything)), Some([1; 4].as_slice()));
        assert_eq!(file(&disk(&records).image(Survival::Nothing)), None);
        records.extend(sync(FILE));
        assert_eq!(file(&disk(&records).image(Survival::Nothing)), None);
        records.extend(sync(1));
        records.push(write(2, 2, 4));
        assert_eq!(file(&disk(&records).image(Survival::Nothing)), Some([1; 4].as_slice()));
        assert_eq!(file(&disk(&records).image(Survival::Everything)), Some([1, 1, 2, 2, 2, 2].as_slice()));
    }

    #[test]
    fn a_write_after_the_beginning_of_a_sync_is_not_covered_by_it() {
        let [begin, end] = sync(FILE);
        let [folder_begin, folder_end] = sync(1);
        let disk = disk(&[write(0, 1, 1), begin, write(1, 2, 1), end, folder_begin, folder_end]);
        assert_eq!(file(&disk.image(Survival::Nothing)), Some([1].as_slice()));
    }

    #[test]
    fn a_failed_sync_may_lose_what_a_later_one_does_not_bring_back() {
        let lost = (0..50_u64).any(|seed| {
            let mut disk = Disk::new(1, &[], seed);
            let create = Record::Create { inode: FILE, folder: 1, name: "f".to_owned(), is_folder: false };
            let failed = Record::SyncFailed { inode: FILE, ticket: FILE };
            let [begin, _] = sync(FILE);
            let first = [create, write(0, 1, 1), begin, failed];
            first.iter().chain(&sync(1)).chain(&sync(FILE)).for_each(|record| disk.apply(record).unwrap());
            file(&disk.image(Survival::Nothing)) == Some([].as_slice())
        });
        assert!(lost);
    }

    #[test]
    fn random_parts_hold_whole_and_torn_and_lost_writes_and_a_seed_repeats_them() {
        let mut records: Vec<Record> = sync(1).to_vec();
        records.push(write(0, 1, 8192));
        let disk = disk(&records);
        let images: Vec<Tree> = (0..200).map(|seed| disk.image(Survival::Part { seed })).collect();
        let count =
            |image: &Tree| file(image).map_or(0, |bytes| bytes.iter().filter(|byte| **byte == 1).count());
        assert!(images.iter().any(|image| count(image) == 8192));
        assert!(images.iter().any(|image| count(image) == 0));
        assert!(images.iter().any(|image| count(image) % 4096 != 0));
        assert!(images.iter().any(|image| count(image) == 4096));
        assert_eq!(images[17], disk.image(Survival::Part { seed: 17 }));
    }
}
