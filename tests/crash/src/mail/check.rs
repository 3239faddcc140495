//! What is there after a crash, compared with what the writers know.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::writer::Place;
use super::{Connection, Counts, SHARED, Writer};
use crate::problem::{Result, fail};

/// A message as it is there.
#[derive(Debug, Clone)]
struct Found {
    folder: String,
    uid: u32,
    flagged: bool,
}

/// Which message had which UID in which folder, ever.
pub type History = BTreeMap<(String, u32), String>;

/// Compares every folder with what the writers know; what was in doubt is settled.
pub fn check(
    connection: &mut Connection,
    writers: &mut [Writer],
    history: &mut History,
    counts: &Counts,
) -> Result<()> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let folders = writers.iter().map(Writer::folder).chain([SHARED.to_owned()]);
    for folder in folders {
        for (token, message) in read(connection, &folder)? {
            let before = history.insert((folder.clone(), message.uid), token.clone());
            if before.as_ref().is_some_and(|before| *before != token) {
                return fail(format!("UID {} of {folder} was {before:?} and is {token}", message.uid));
            }
            if let Some(twice) = found.insert(token.clone(), message) {
                return fail(format!("{token} is there twice: {twice:?}"));
            }
        }
    }
    for writer in writers {
        let own = writer.folder();
        let place = |found: &Found| if found.folder == own { Place::Own } else { Place::Shared };
        if let Some(doubt) = &writer.doubt {
            let there = found.get(&doubt.token);
            writer.settle(there.map(|found| (place(found), found.uid, found.flagged)), counts)?;
        }
        for (token, known) in &writer.messages {
            counts.compared.fetch_add(1, Ordering::Relaxed);
            let there = found.remove(token);
            let agrees = match &there {
                None => known.place == Place::Gone,
                Some(there) => {
                    place(there) == known.place
                        && known.uid == Some(there.uid)
                        && known.flagged == there.flagged
                }
            };
            if !agrees {
                return fail(format!("{token} is {there:?}, and {known:?} was acknowledged"));
            }
        }
    }
    match found.first_key_value() {
        Some((token, found)) => fail(format!("{token} is there, and nobody put it there: {found:?}")),
        None => Ok(()),
    }
}

/// The messages of `folder` by their subject.
fn read(connection: &mut Connection, folder: &str) -> Result<Vec<(String, Found)>> {
    connection.command(&format!("EXAMINE {folder}")).map_err(|failed| failed.into_problem("EXAMINE"))?;
    let lines = connection
        .command("UID FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        .map_err(|failed| failed.into_problem("FETCH"))?;
    let mut messages = Vec::new();
    for line in lines.iter().filter(|line| line.contains(" FETCH (")) {
        let uid = line.split("UID ").nth(1).and_then(|rest| rest.split([' ', ')']).next()?.parse().ok());
        let token = line.split("Subject: ").nth(1).and_then(|rest| rest.split_whitespace().next());
        let (Some(uid), Some(token)) = (uid, token) else { return fail(format!("FETCH answered {line:?}")) };
        let found = Found { folder: folder.to_owned(), uid, flagged: line.contains("\\Flagged") };
        messages.push((token.to_owned(), found));
    }
    Ok(messages)
}
