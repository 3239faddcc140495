//! Keywords have numbers and names, items have those that there are, and each keyword counts its items.

use std::collections::BTreeMap;

use postroom_store::{Read, StoreError, parameters};
use postroom_types::fold;

use super::mending::Mending;
use super::{Check, FOUND_MAX, Of, Wrong};
use crate::mail_tx::What;
use crate::sql::items as sql;
use crate::uids::{Uid, UidSet};
use crate::{Flags, limits};

postroom_store::statements! {
    ROWS = "SELECT number, name, name_key FROM keywords WHERE organization = $1 AND mailbox = $2
        ORDER BY number LIMIT $3";
    COUNTS = "SELECT number, items_count FROM keywords WHERE organization = $1 AND mailbox = $2
        ORDER BY number LIMIT $3";
    DELETE = "DELETE FROM keywords WHERE organization = $1 AND mailbox = $2 AND number = $3";
    SET_NAME = "UPDATE keywords SET name = $4, name_key = $5 WHERE organization = $1 AND mailbox = $2 AND number = $3";
    SET_COUNT = "UPDATE keywords SET items_count = $4 WHERE organization = $1 AND mailbox = $2 AND number = $3";
    /// Every set of flags with keywords, and how many items have it.
    SETS = "SELECT flags, more_flags, COUNT(*) FROM items WHERE organization = $1 AND mailbox = $2
        AND (flags < 0 OR flags > 255 OR more_flags <> 0) GROUP BY flags, more_flags";
    /// Items with any of the bits $4 and $5.
    WITH_ANY = "SELECT folder, uid FROM items WHERE organization = $1 AND mailbox = $2
        AND ((flags & $4) <> 0 OR (more_flags & $5) <> 0) ORDER BY folder, uid LIMIT $3";
    /// Only the bits $5 and $6 are left.
    KEEP_ONLY = "UPDATE items SET flags = flags & $5, more_flags = more_flags & $6, flags_sequence = $7
        WHERE organization = $1 AND mailbox = $2 AND folder = $3 AND uid = $4";
    MOVE_FOLDER = "UPDATE folders SET content_sequence = $4 WHERE organization = $1 AND mailbox = $2 AND folder = $3";
}

pub(super) const CHECKS: &[Check] = &[
    Check { invariant: "a keyword has a number and a name", find: misnamed, mend: Some(name_rightly) },
    Check { invariant: "the flags of an item are ones that there are", find: unknown, mend: Some(take_away) },
    Check {
        invariant: "a keyword counts its items",
        find: miscounted,
        mend: Some(|mending, wrong| mending.execute(&SET_COUNT, parameters![wrong.at[0], wrong.at[1]])),
    },
];

fn misnamed(read: &mut dyn Read, of: Of) -> Result<Vec<Wrong>, StoreError> {
    let rows = read.query(&ROWS, parameters![of.organization.0, of.mailbox.0, FOUND_MAX])?;
    let wrong = rows.into_iter().filter_map(|mut row| {
        let (number, name, key): (i64, String, Vec<u8>) = (row.take(0), row.take(1), row.take(2));
        let is_number = (0..i64::from(limits::KEYWORDS_MAX)).contains(&number);
        let is_name = (1..=limits::KEYWORD_BYTES_MAX).contains(&name.len()) && key == fold(&name).as_bytes();
        let what = format!("keyword {number} has no name that is good, or no number");
        (!is_number || !is_name).then_some(Wrong { what, at: [number, 0, 0] })
    });
    Ok(wrong.collect())
}

/// A name that cannot be found, or is another one's, too, becomes one of its own; a number that no bit stands for goes.
fn name_rightly(mending: &mut Mending<'_, '_>, wrong: &Wrong) -> Result<(), StoreError> {
    let number = wrong.at[0];
    if !(0..i64::from(limits::KEYWORDS_MAX)).contains(&number) {
        return mending.execute(&DELETE, parameters![number]);
    }
    let all = parameters![mending.of.organization.0, mending.of.mailbox.0, FOUND_MAX];
    let (mut names, mut name) = (Vec::new(), String::new());
    for mut row in mending.tx.query(&ROWS, all)? {
        match row.take::<i64>(0) == number {
            true => name = row.take(1),
            false => names.push(row.take::<Vec<u8>>(2)),
        }
    }
    let is_good = |name: &str| {
        (1..=limits::KEYWORD_BYTES_MAX).contains(&name.len())
            && !names.iter().any(|known| known == fold(name).as_bytes())
    };
    if !is_good(&name) {
        let others = (0..).map(|more| format!("keyword-{number}{}", "-".repeat(more)));
        name = others.take(names.len() + 1).find(|other| is_good(other)).unwrap_or(name);
    }
    mending.execute(&SET_NAME, parameters![number, &name, &fold(&name)])
}

/// The flags that an item may have.
fn known(read: &mut dyn Read, of: Of) -> Result<Flags, StoreError> {
    let rows = read.query(&sql::KEYWORDS, parameters![of.organization.0, of.mailbox.0])?;
    let numbers = rows.into_iter().filter_map(|mut row| u8::try_from(row.take::<i64>(0)).ok());
    Ok(numbers.map(Flags::keyword).fold(Flags::SYSTEM, Flags::with))
}

fn unknown(read: &mut dyn Read, of: Of) -> Result<Vec<Wrong>, StoreError> {
    let (low, high) = known(read, of)?.columns();
    let key = parameters![of.organization.0, of.mailbox.0, FOUND_MAX, !low, !high];
    let rows = read.query(&WITH_ANY, key)?;
    let wrong = rows.into_iter().map(|mut row| {
        let (folder, uid): (i64, i64) = (row.take(0), row.take(1));
        let what = format!("item {uid} of folder {folder} has flags that stand for nothing");
        Wrong { what, at: [folder, uid, 0] }
    });
    Ok(wrong.collect())
}

/// The bits would be another keyword's as soon as one gets their number. Who holds flags in memory hears of it.
fn take_away(mending: &mut Mending<'_, '_>, wrong: &Wrong) -> Result<(), StoreError> {
    let ([folder, uid, _], sequence) = (wrong.at, mending.sequence);
    let (low, high) = known(mending.tx, mending.of)?.columns();
    mending.touch(folder);
    mending.execute(&KEEP_ONLY, parameters![folder, uid, low, high, sequence])?;
    mending.execute(&MOVE_FOLDER, parameters![folder, sequence])?;
    let one = Uid::try_from(uid).unwrap_or(Uid::MAX);
    let (what, uids) = (What::Flags.word(), UidSet::range(one, one).to_bytes());
    mending.execute(&sql::INSERT_LOG, parameters![folder, sequence, uid, what, "fsck", &uids])
}

fn miscounted(read: &mut dyn Read, of: Of) -> Result<Vec<Wrong>, StoreError> {
    let mut counts: BTreeMap<u8, i64> = BTreeMap::new();
    for mut row in read.query(&SETS, parameters![of.organization.0, of.mailbox.0])? {
        let (flags, count) = (Flags::from_columns(row.take(0), row.take(1)), row.take::<i64>(2));
        flags.keywords().for_each(|number| *counts.entry(number).or_default() += count);
    }
    let rows = read.query(&COUNTS, parameters![of.organization.0, of.mailbox.0, FOUND_MAX])?;
    let wrong = rows.into_iter().filter_map(|mut row| {
        let (number, counted): (i64, i64) = (row.take(0), row.take(1));
        let count = u8::try_from(number).ok().and_then(|number| counts.get(&number)).copied().unwrap_or(0);
        let what = format!("keyword {number} does not count its items rightly");
        (count != counted).then_some(Wrong { what, at: [number, count, 0] })
    });
    Ok(wrong.collect())
}
