//! Real messages: those that the packages of `tests/mail/requirements.txt` and the crate mail-parser carry for their
//! own tests. They are read from the packages and never committed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{folder, is_stamped, stamp};
use crate::problem::{Context, Result, fail};
use crate::process;

/// Where the messages are in what is fetched: `(folder, below the crate mail-parser and not below the packages)`.
const FOLDERS: &[(&str, bool)] =
    &[("resources/eml", true), ("flufl/bounce/tests/data", false), ("django_mailbox/tests/messages", false)];

/// Fetches the packages unless they are there. Returns the folders of messages, as a list like `PATH`.
pub fn install(root: &Path, python: &Path) -> Result<OsString> {
    let lock = "tests/mail/requirements.txt";
    let wanted = std::fs::read_to_string(root.join(lock)).context(|| format!("read {lock}"))?;
    let place = folder(root, "xtask-mail");
    if is_stamped(&place, &wanted) {
        println!("found: the packages of {lock}");
    } else {
        let python = python.join("bin/python").to_string_lossy().into_owned();
        let pip = [python.as_str(), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"];
        // No code of theirs runs: only built packages, and nothing is compiled.
        let safe = ["--only-binary", ":all:", "--no-compile", "--no-deps", "--require-hashes", "--upgrade"];
        let what = ["--target", &place.to_string_lossy(), "-r", lock];
        process::output(root, &[&pip[..], &safe, &what].concat())?;
        stamp(&place, &wanted)?;
        println!("installed: the packages of {lock}");
    }
    let parser = mail_parser(root)?;
    let mut folders: Vec<PathBuf> = Vec::new();
    for (name, of_the_crate) in FOLDERS {
        let folder = if *of_the_crate { parser.join(name) } else { place.join(name) };
        if !folder.is_dir() {
            return fail(format!("there are no messages in {}", folder.display()));
        }
        folders.push(folder);
    }
    std::env::join_paths(folders).context(|| "name the folders of messages".into())
}

/// The folder of the crate's source.
fn mail_parser(root: &Path) -> Result<PathBuf> {
    let said = process::output(root, &["cargo", "metadata", "--format-version", "1", "--locked"])?;
    let metadata: serde_json::Value =
        serde_json::from_str(&said).context(|| "read what cargo metadata says".into())?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut manifests = packages
        .filter(|each| each["name"] == "mail-parser")
        .filter_map(|each| Path::new(each["manifest_path"].as_str()?).parent().map(Path::to_owned));
    match manifests.next() {
        Some(folder) => Ok(folder),
        None => fail("cargo metadata names no crate mail-parser"),
    }
}
