//! What is there after a crash, compared with what the writers know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use super::writer::{COPY_MARK, Known};
use super::{Connection, Counts, SHARED, Writer};
use crate::problem::{Result, fail};

/// Which message had which UID in which folder, ever.
pub type History = BTreeMap<(String, u32), String>;

/// Compares every folder with what the writers know; what was in doubt is settled.
pub fn check(
    connection: &mut Connection,
    writers: &mut [Writer],
    history: &mut History,
    counts: &Counts,
) -> Result<()> {
    let inner = inner_folders(connection)?;
    let mut found: BTreeMap<String, Known> = BTreeMap::new();
    let folders = writers.iter().map(Writer::folder).chain([SHARED.to_owned()]).chain(inner.clone());
    for folder in folders {
        for (token, message) in read(connection, &folder)? {
            if let Some(twice) = found.insert(token.clone(), message) {
                return fail(format!("{token} is there twice: {twice:?}"));
            }
        }
    }
    for writer in writers {
        let prefix = format!("{}/", writer.folder());
        let own: BTreeSet<String> = inner.iter().filter(|name| name.starts_with(&prefix)).cloned().collect();
        writer.settle(&|token| found.get(token).cloned(), &own, counts)?;
        if own != writer.folders {
            return fail(format!(
                "there are the folders {own:?}, and {:?} were acknowledged",
                writer.folders
            ));
        }
        for (token, known) in &writer.messages {
            counts.compared.fetch_add(1, Ordering::Relaxed);
            let there = found.remove(token);
            if there != known.folder.as_ref().map(|_| known.clone()) {
                return fail(format!("{token} is {there:?}, and {known:?} was acknowledged"));
            }
        }
        for (place, token) in std::mem::take(&mut writer.given) {
            let before = history.insert(place.clone(), token.clone());
            if before.as_ref().is_some_and(|before| *before != token) {
                return fail(format!("the UID {place:?} was {before:?} and is {token}"));
            }
        }
    }
    match found.first_key_value() {
        Some((token, found)) => fail(format!("{token} is there, and nobody put it there: {found:?}")),
        None => Ok(()),
    }
}

/// The folders that are in folders of writers.
fn inner_folders(connection: &mut Connection) -> Result<BTreeSet<String>> {
    let lines = connection.command("LIST \"\" W%/*").map_err(|failed| failed.into_problem("LIST"))?;
    let names =
        lines.iter().filter_map(|line| Some(line.strip_prefix("* LIST ")?.rsplit_once(' ')?.1.to_owned()));
    Ok(names.collect())
}

/// The messages of `folder` by their subject, copies marked as such.
fn read(connection: &mut Connection, folder: &str) -> Result<Vec<(String, Known)>> {
    connection.command(&format!("EXAMINE {folder}")).map_err(|failed| failed.into_problem("EXAMINE"))?;
    let lines = connection
        .command("UID FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        .map_err(|failed| failed.into_problem("FETCH"))?;
    let mut messages = Vec::new();
    for line in lines.iter().filter(|line| line.contains(" FETCH (")) {
        let uid = line.split("UID ").nth(1).and_then(|rest| rest.split([' ', ')']).next()?.parse().ok());
        let token = line.split("Subject: ").nth(1).and_then(|rest| rest.split_whitespace().next());
        let (Some(uid), Some(token)) = (uid, token) else { return fail(format!("FETCH answered {line:?}")) };
        let mark = if folder.contains('/') { COPY_MARK } else { "" };
        let found =
            Known { folder: Some(folder.to_owned()), uid: Some(uid), flagged: line.contains("\\Flagged") };
        messages.push((format!("{token}{mark}"), found));
    }
    Ok(messages)
}
