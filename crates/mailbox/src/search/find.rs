//! What a query finds.

use postroom_store::{Parameter, Read, parameters};
use postroom_types::OrganizationKey;

use super::query::TextQuery;
use super::terms::prefix;
use super::{CONTENT_MAX, row_number, sql};
use crate::folder::FolderKey;
use crate::item::{COLUMNS, Item, Place};
use crate::sql::items;
use crate::uids::{Uid, UidSet};
use crate::{MailError, MailboxKey, limits};

/// Contents of `mailbox` above `after` that `query` finds, rising: at most `limit`, and `limits::SEARCH_ROWS_MAX`. Who
/// wants more asks again for what is above the last one. Contents of recoverable items are among them.
///
/// `Limit` when the query is too large or too deep.
pub fn matching(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    query: &TextQuery,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>, MailError> {
    let expression = query.expression(organization, mailbox)?;
    let (row, limit) = (row_number(mailbox, after.max(0))?, limit.min(limits::SEARCH_ROWS_MAX));
    let rows = read.query(&sql::MATCHING, parameters![organization.0, mailbox.0, &expression, row, limit])?;
    let mut found: Vec<i64> = rows.into_iter().map(|mut row| row.take(0)).collect();
    let pending = pending(read, organization, mailbox, query)?;
    found.extend(pending.into_iter().filter(|content| *content > after));
    found.sort_unstable();
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// Contents of `mailbox` that `query` finds and SQLite's index does not have yet: there are few of them.
fn pending(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    query: &TextQuery,
) -> Result<Vec<i64>, MailError> {
    let (first, last) = (row_number(mailbox, 0)?, row_number(mailbox, CONTENT_MAX)?);
    let (rows, prefix) =
        (read.query(&sql::PENDING, parameters![first, last])?, prefix(organization, mailbox));
    let rows = rows.into_iter().map(|mut row| (row.take(0), row.take::<String>(1)));
    Ok(rows.filter(|(_, terms)| query.finds(&prefix, terms)).map(|(content, _)| content).collect())
}

/// UIDs of the items of `place` that `query` finds: all of them.
///
/// `Limit` when the query is too large or too deep.
pub fn matching_uids(read: &mut dyn Read, place: Place, query: &TextQuery) -> Result<UidSet, MailError> {
    let Place { organization, mailbox, folder: FolderKey(folder) } = place;
    let expression = query.expression(organization, mailbox)?;
    let (mut uids, mut last): (Vec<Uid>, (i64, i64)) = (Vec::new(), (0, 0));
    loop {
        let (row, limit) = (row_number(mailbox, last.0)?, limits::SEARCH_ROWS_MAX);
        let rows = read.query(
            &sql::MATCHING_UIDS,
            parameters![organization.0, mailbox.0, &expression, row, limit, folder, last.1],
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
    let pending = pending(read, place.organization, mailbox, query)?;
    let items = items_with_contents(read, place.organization, mailbox, &pending)?;
    uids.extend(items.iter().filter(|(at, _)| *at == place.folder).map(|(_, item)| item.uid));
    uids.sort_unstable();
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
