//! The project's tracked files.

use std::path::{Path, PathBuf};

use crate::problem::{Context, Result, fail};
use crate::process;

/// A file in git with its text, as the checks see it.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The whole text; a file that is not UTF-8 is left out of the tree.
    pub text: String,
}

impl SourceFile {
    /// Whether the name ends in one of `endings` (without the dot).
    pub fn ends_in(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }
}

/// Everything in git below the root.
pub struct Tree {
    /// Folder of the workspace.
    pub root: PathBuf,
    /// Sorted by path.
    pub files: Vec<SourceFile>,
}

impl Tree {
    /// Reads what `git ls-files` names, and what is new and not ignored.
    pub fn read(root: &Path) -> Result<Tree> {
        let listing = process::output(root, &["git", "ls-files", "-co", "--exclude-standard", "-z"])?;
        let mut files = Vec::new();
        for path in listing.split('\0').filter(|path| !path.is_empty()) {
            let full = root.join(path);
            if !full.is_file() {
                continue;
            }
            let bytes = std::fs::read(&full).context(|| format!("read {path}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(SourceFile { path: path.to_owned(), text });
            }
        }
        files.sort_by(|left, right| left.path.cmp(&right.path));
        files.dedup_by(|left, right| left.path == right.path);
        Ok(Tree { root: root.to_owned(), files })
    }

    /// The text of one file, if it is there.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// A tree made of texts, for tests of checks.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let files =
            files.iter().map(|&(path, text)| SourceFile { path: path.into(), text: text.into() }).collect();
        Tree { root: PathBuf::from("/nowhere"), files }
    }
}

/// Walks up from the current folder to the workspace's `Cargo.toml`.
pub fn find_root() -> Result<PathBuf> {
    let start = std::env::current_dir().context(|| "tell where we are".into())?;
    for folder in start.ancestors() {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        if manifest.lines().any(|line| line.trim() == "[workspace]") {
            return Ok(folder.to_owned());
        }
    }
    fail(format!("no workspace at or above {}", start.display()))
}

/// Where build products and the gate's own tools go.
pub fn target_folder(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}
