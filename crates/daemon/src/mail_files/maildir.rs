//! Maildir++: a file a message in `cur` and `new`, flags and keywords behind `:2,` in its name, folders as `.Name.Inner` beside them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use postroom_mailbox::{Flags, limits};
use postroom_types::Timestamp;

use super::source::open_regular;
use super::{MailFile, dates, names, with_crlf, with_lf};

const LETTERS: [(char, Flags); 5] = [
    ('D', Flags::DRAFT),
    ('F', Flags::FLAGGED),
    ('R', Flags::ANSWERED),
    ('S', Flags::SEEN),
    ('T', Flags::DELETED),
];
/// The keyword that has a letter, `P`.
const PASSED: &str = "$Forwarded";

/// The file in a folder that says which keywords letters of file names stand for, as Dovecot keeps it: a number and a
/// name in each line, `a` is 0.
const KEYWORDS_FILE: &str = "dovecot-keywords";
/// Bytes of it that are read.
const KEYWORDS_BYTES_MAX: u64 = 64 * 1024;

/// The keywords of one folder and their letters, `a` to `z`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Letters(BTreeMap<char, String>);

impl Letters {
    /// What `folder` says of them.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let mut text = Vec::new();
        match open_regular(&folder.join(KEYWORDS_FILE)) {
            Ok(file) => file.take(KEYWORDS_BYTES_MAX).read_to_end(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter_map(|line| {
            let (number, name) = line.split_once(' ')?;
            Some((('a'..='z').nth(number.parse().ok()?)?, name.trim().to_owned()))
        });
        Ok(Self(lines.collect()))
    }

    /// The letter of `name`, a new one for a new name; `None` when there is none left.
    pub(crate) fn of(&mut self, name: &str) -> Option<char> {
        let known = self.0.iter().find(|(_, known)| *known == name).map(|(letter, _)| *letter);
        let letter = known.or_else(|| ('a'..='z').find(|letter| !self.0.contains_key(letter)))?;
        self.0.entry(letter).or_insert_with(|| name.to_owned());
        Some(letter)
    }

    /// Writes them into `folder`, if there are any.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut file = File::create(folder.join(KEYWORDS_FILE))?;
        for (letter, name) in &self.0 {
            writeln!(file, "{} {name}", u32::from(*letter) - u32::from('a'))?;
        }
        file.sync_all()
    }
}

/// What a Maildir consists of.
pub(crate) const PARTS: [&str; 3] = ["cur", "new", "tmp"];

/// Whether `folder` is a Maildir.
pub(crate) fn is_maildir(folder: &Path) -> bool {
    is_folder(&folder.join("cur"))
}

/// The folders in the parts of the Maildir `folder`, where no mail is.
pub(crate) fn stray_folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for part in PARTS.iter().map(|part| folder.join(part)).filter(|part| is_folder(part)) {
        for entry in fs::read_dir(part)? {
            let path = entry?.path();
            if is_folder(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether `path` is a folder and no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// The Maildirs `root` and, with a dot in front of their names, those in it, each with its path of names; parents before
/// what is in them. Two dots in a row count as one.
pub(crate) fn folders(root: &Path) -> io::Result<Vec<(Vec<String>, PathBuf)>> {
    let mut found = Vec::new();
    if is_maildir(root) {
        found.push((Vec::new(), root.to_owned()));
    }
    for entry in fs::read_dir(root)? {
        let (name, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        // Other programs may have written it in any encoding.
        let name = name.to_string_lossy();
        let Some(name) = name.strip_prefix('.') else { continue };
        let names: Vec<String> = name.split('.').filter(|name| !name.is_empty()).map(names::decode).collect();
        if !names.is_empty() && is_folder(&path) && is_maildir(&path) {
            found.push((names, path));
        }
    }
    found.sort();
    Ok(found)
}

/// The files of the messages in one folder, in the order of their names' numbers, which is that of their arrival.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found: Vec<(Vec<u64>, String, PathBuf)> = Vec::new();
    for part in ["cur", "new"] {
        let part = folder.join(part);
        if !is_folder(&part) {
            continue;
        }
        for entry in fs::read_dir(part)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.starts_with('.') && !is_folder(&path) {
                found.push((arrival(&name), name, path));
            }
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, _, path)| path).collect())
}

/// The numbers in a file's name: seconds, and what programs add to them without leading zeros (`M` microseconds, `P`,
/// `Q`). A name that does not begin with a number is the last.
fn arrival(name: &str) -> Vec<u64> {
    if !name.starts_with(|first: char| first.is_ascii_digit()) {
        return vec![u64::MAX];
    }
    let runs = name.split(|one: char| !one.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| run.parse().unwrap_or(u64::MAX)).collect()
}

/// Reads one file; flags and keywords are in its name, and when it came is the time of its last change.
pub(crate) fn read(path: &Path, keywords: &Letters) -> io::Result<MailFile> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let letters = name.rsplit_once(":2,").map_or("", |(_, letters)| letters);
    let known = LETTERS.iter().filter(|(letter, _)| letters.contains(*letter));
    let flags = known.fold(Flags::NONE, |flags, (_, flag)| flags.with(*flag));
    let passed = letters.contains('P').then(|| PASSED.to_owned());
    let named = letters.chars().filter_map(|letter| keywords.0.get(&letter).cloned());
    let keywords = passed.into_iter().chain(named).collect();
    Ok(MailFile { flags, keywords, received_at: changed_at(path)?, ..read_plain(path)? })
}

/// Reads one file that is only a message; when it came stands in its header, or is the time of its last change.
pub(crate) fn read_plain(path: &Path) -> io::Result<MailFile> {
    let mut message = Vec::new();
    open_regular(path)?.take(limits::MESSAGE_BYTES_MAX as u64 + 1).read_to_end(&mut message)?;
    let message = (message.len() <= limits::MESSAGE_BYTES_MAX).then(|| with_crlf(message));
    let message = message.filter(|message| message.len() <= limits::MESSAGE_BYTES_MAX);
    let written = message.as_deref().and_then(dates::of_headers);
    Ok(MailFile {
        received_at: written.or(changed_at(path)?),
        message,
        flags: Flags::NONE,
        keywords: Vec::new(),
        name: path.display().to_string(),
    })
}

fn changed_at(path: &Path) -> io::Result<Option<Timestamp>> {
    let since = fs::metadata(path)?.modified()?.duration_since(SystemTime::UNIX_EPOCH).ok();
    Ok(since.and_then(|since| i64::try_from(since.as_secs()).ok()).map(Timestamp::from_seconds))
}

/// What the folder of `path` is called in a Maildir.
pub(crate) fn name(path: &[String]) -> String {
    path.iter().map(|name| format!(".{}", names::encode(name))).collect()
}

/// Makes the folder of `path` in the Maildir `root`.
pub(crate) fn create(root: &Path, path: &[String]) -> io::Result<PathBuf> {
    let folder = if path.is_empty() { root.to_owned() } else { root.join(name(path)) };
    for part in PARTS {
        fs::create_dir_all(folder.join(part))?;
    }
    if !path.is_empty() {
        File::create(folder.join("maildirfolder"))?;
    }
    Ok(folder)
}

/// Writes one message into `folder`, with the `letters` of its flags ([`letters`]); names sort as `number` does.
pub(crate) fn write(
    folder: &Path,
    number: u32,
    message: &[u8],
    letters: &str,
    received_at: Timestamp,
) -> io::Result<()> {
    let unique = format!("{number:010}.postroom");
    let tmp = folder.join("tmp").join(&unique);
    let mut file = File::create(&tmp)?;
    file.write_all(&with_lf(message))?;
    let seconds = u64::try_from(received_at.seconds()).unwrap_or(0);
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))?;
    drop(file);
    fs::rename(tmp, folder.join("cur").join(format!("{unique}:2,{letters}")))
}

/// The letters of `flags` and `keywords`, in the order in which they stand in a name; keywords for which there is none are
/// left out, and answered.
pub(crate) fn letters<'k>(flags: Flags, keywords: &[&'k str], named: &mut Letters) -> (String, Vec<&'k str>) {
    let mut letters: Vec<char> =
        LETTERS.iter().filter(|(_, flag)| flags.contains(*flag)).map(|(letter, _)| *letter).collect();
    let mut left_out = Vec::new();
    for name in keywords {
        let letter = if *name == PASSED { Some('P') } else { named.of(name) };
        match letter {
            Some(letter) => letters.push(letter),
            None => left_out.push(*name),
        }
    }
    letters.sort_unstable();
    (letters.into_iter().collect(), left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_have_letters_as_long_as_there_are_some() {
        let root = tempfile::tempdir().expect("a folder");
        assert_eq!(Letters::read(root.path()).expect("none"), Letters::default());
        let names: Vec<String> = (0..28).map(|number| format!("k{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut named = Letters::default();
        let flags = Flags::SEEN.with(Flags::DRAFT);
        assert_eq!(letters(flags, &["k0", PASSED, "k1"], &mut named), ("DPSab".to_owned(), vec![]));
        let (all, left_out) = letters(Flags::NONE, &names, &mut named);
        assert_eq!((all.as_str(), left_out), ("abcdefghijklmnopqrstuvwxyz", vec!["k26", "k27"]));
        named.write(root.path()).expect("written");
        assert_eq!(Letters::read(root.path()).expect("read"), named);
        let path = root.path().join("1.a:2,Sbz");
        fs::write(&path, "Subject: s\n\n").expect("a file");
        let found = read(&path, &named).expect("read");
        assert_eq!((found.flags, found.keywords), (Flags::SEEN, vec!["k1".to_owned(), "k25".to_owned()]));
        // What another program has written there need not be right.
        fs::write(root.path().join(KEYWORDS_FILE), b"0 Work\nx\n99 far\n2 \xff two\n-1 y\n")
            .expect("written");
        let read = Letters::read(root.path()).expect("read");
        assert_eq!(read.0.keys().collect::<String>(), "ac");
    }

    #[test]
    fn files_come_in_the_order_of_their_arrival() {
        let names = [
            "999.M5P1Q1.host",
            "1000.M9999P1Q1.host:2,S",
            "1000.M10000P1Q2.host",
            "1000.M10000P1Q10.host",
            "word",
        ];
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir(root.path().join("cur")).expect("cur");
        for name in names.iter().rev() {
            fs::write(root.path().join("cur").join(name), "").expect("a file");
        }
        let found = files(root.path()).expect("files");
        let found: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(found, names);
    }
}
