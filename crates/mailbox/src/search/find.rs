//! What a query finds.

use postroom_store::seal::DataKey;
use postroom_store::{Outcome, Parameter, Read, StoreError, parameters};
use postroom_types::OrganizationKey;

use super::join::fits;
use super::query::TextQuery;
use super::waiting::Waiting;
use super::{CONTENT_MAX, row_number, sql};
use crate::folder::FolderKey;
use crate::item::{COLUMNS, Item, Place};
use crate::sql::items;
use crate::uids::{Uid, UidSet};
use crate::{MailError, MailboxKey, limits};

/// Contents of `mailbox` above `after` that `query` finds, rising: at most `limit`, and `limits::SEARCH_ROWS_MAX`. Who
/// wants more asks again for what is above the last one. Contents of recoverable items are among them.
///
/// `key` opens what is not in the index yet. `Limit` when the query is too large or too deep; `Unavailable` while the index
/// is being made again.
pub fn matching(
    read: &mut dyn Read,
    key: &DataKey,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    query: &TextQuery,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>, MailError> {
    let expression = query.expression(organization, mailbox)?;
    let (row, limit) = (row_number(mailbox, after.max(0))?, limit.min(limits::SEARCH_ROWS_MAX));
    // First: what joins the index between the two is found twice, and not missed.
    let pending = pending(read, key, organization, mailbox, std::slice::from_ref(query))?.remove(0);
    let rows = read.query(&sql::MATCHING, parameters![organization.0, mailbox.0, &expression, row, limit])?;
    let mut found: Vec<i64> = rows.into_iter().map(|mut row| row.take(0)).collect();
    found.extend(pending.into_iter().filter(|content| *content > after));
    found.sort_unstable();
    found.dedup();
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// Contents of `mailbox` that each of `queries` finds and SQLite's index does not have yet: there are few of them, unless
/// the index is being made again. Then nobody is told less than there is: `Unavailable`, when the index is lost or of another
/// time, or there are more than `limits::SEARCH_LOOKED_AT_MAX`, or one whose words are in a blob.
fn pending(
    read: &mut dyn Read,
    key: &DataKey,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    queries: &[TextQuery],
) -> Result<Vec<Vec<i64>>, MailError> {
    let rounds = read.query_first(&sql::ROUNDS, &[])?;
    if !rounds.is_some_and(|mut row| fits(row.take(0), row.take(1))) {
        return Err(being_made().into());
    }
    let (first, mut last) = (row_number(mailbox, 0)?, row_number(mailbox, CONTENT_MAX)?);
    let count = read.query_first(&sql::COUNT_PENDING, parameters![first, last, LOOKED_AT_MAX + 1])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) > LOOKED_AT_MAX) {
        return Err(being_made().into());
    }
    let mut found = vec![Vec::new(); queries.len()];
    loop {
        let slice = parameters![organization.0, first, last, PENDING_AT_ONCE];
        let rows = read.query(&sql::PENDING, slice)?;
        let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < PENDING_AT_ONCE);
        for mut row in rows {
            let waiting = Waiting::from_row(organization, &mut row);
            last = waiting.row - 1;
            if waiting.needs_blob() {
                return Err(being_made().into());
            }
            let Some(terms) = waiting.terms(key) else { continue };
            for (query, found) in queries.iter().zip(&mut found) {
                if query.finds(&terms) {
                    found.push(waiting.content());
                }
            }
        }
        if is_last {
            return Ok(found);
        }
    }
}

fn being_made() -> StoreError {
    let cause = "the index of full-text search is being made again".to_owned();
    StoreError::Unavailable { outcome: Outcome::NotWritten, cause }
}

/// Contents whose bodies are in memory together.
const PENDING_AT_ONCE: i64 = 64;

const LOOKED_AT_MAX: i64 = limits::SEARCH_LOOKED_AT_MAX;

/// UIDs of the items of `place` that `query` finds: all of them.
///
/// `key` opens what is not in the index yet. `Limit` when the query is too large or too deep; `Unavailable` while the index
/// is being made again.
pub fn matching_uids(
    read: &mut dyn Read,
    key: &DataKey,
    place: Place,
    query: &TextQuery,
) -> Result<UidSet, MailError> {
    Ok(matching_uids_of_each(read, key, place, std::slice::from_ref(query))?.remove(0))
}

/// The same for each of `queries`; what is not in the index yet is read once for all of them.
pub fn matching_uids_of_each(
    read: &mut dyn Read,
    key: &DataKey,
    place: Place,
    queries: &[TextQuery],
) -> Result<Vec<UidSet>, MailError> {
    let Place { organization, mailbox, .. } = place;
    let expressions: Vec<String> =
        queries.iter().map(|query| query.expression(organization, mailbox)).collect::<Result<_, _>>()?;
    // First, as in `matching`.
    let pending = pending(read, key, organization, mailbox, queries)?;
    let each = expressions.iter().zip(&pending);
    each.map(|(expression, pending)| uids(read, place, expression, pending)).collect()
}

/// UIDs of the items of `place` that `expression` finds in the index, and those that have one of `pending`.
fn uids(read: &mut dyn Read, place: Place, expression: &str, pending: &[i64]) -> Result<UidSet, MailError> {
    let Place { organization, mailbox, folder: FolderKey(folder) } = place;
    let (mut uids, mut last): (Vec<Uid>, (i64, i64)) = (Vec::new(), (0, 0));
    loop {
        let (row, limit) = (row_number(mailbox, last.0)?, limits::SEARCH_ROWS_MAX);
        let rows = read.query(
            &sql::MATCHING_UIDS,
            parameters![organization.0, mailbox.0, expression, row, limit, folder, last.1],
        )?;
        let more = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
        for mut row in rows {
            last = (row.take(0), row.take(1));
            uids.extend(Uid::try_from(last.1).ok());
        }
        if !more {
            break;
        }
    }
    let items = items_with_contents(read, organization, mailbox, pending)?;
    uids.extend(items.iter().filter(|(at, _)| *at == place.folder).map(|(_, item)| item.uid));
    uids.sort_unstable();
    uids.dedup();
    Ok(uids.into_iter().collect())
}

/// Contents that one statement looks for.
const CONTENTS_AT_ONCE: usize = 32;

/// The items of `mailbox` that have one of `contents`, with their folders, those of a content together: at most one
/// answer of [`matching`] should be asked for at once.
pub fn items_with_contents(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    contents: &[i64],
) -> Result<Vec<(FolderKey, Item)>, MailError> {
    let mut found = Vec::with_capacity(contents.len());
    for slice in contents.chunks(CONTENTS_AT_ONCE) {
        let mut values = vec![Parameter::from(organization.0), Parameter::from(mailbox.0)];
        values.extend(slice.iter().map(|content| Parameter::from(*content)));
        // No content has the number 0.
        values.resize(2 + CONTENTS_AT_ONCE, Parameter::from(0));
        let rows = read.query(&items::WITH_CONTENTS, &values)?;
        found
            .extend(rows.into_iter().map(|mut row| (FolderKey(row.take(COLUMNS)), Item::from_row(&mut row))));
    }
    Ok(found)
}
