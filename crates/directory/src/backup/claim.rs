//! What a restored organization needs of the directory: whether it can have it, and taking it.

use postroom_store::backup::{advance_place, begin_place};
use postroom_store::{Place, Read, Store, StoreError, jobs, parameters};
use postroom_types::{OrganizationKey, fold};

use super::about::About;
use super::left::finish_later;
use super::{Failed, whole};
use crate::DirectoryError;
use crate::directory::DirectoryTx;
use crate::organizations::{Organization, OrganizationState, by_id};
use crate::sql::{accounts, organization as place_sql, organizations, restores as sql, tags};

/// What of the organization is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// The row of a deleted organization.
    Deleted(OrganizationKey),
    /// The row of an organization whose own store is gone.
    Lost(OrganizationKey),
}

/// Looks whether `about` may be restored.
pub(super) async fn before(store: &Store, about: &About) -> Result<Before, Failed> {
    let id = about.id();
    let found = store.read::<_, StoreError, _>(Place::Directory, move |read| by_id(read, &id)).await?;
    let Some(found) = found else { return Ok(Before::Nothing) };
    match found.state {
        OrganizationState::Deleted => Ok(Before::Deleted(found.key)),
        _ if found.pending.is_some() => Err(Failed::refused(
            format!("organization {} is being created or deleted", about.organization_id),
            "wait until that is done, and look again",
        )),
        _ if is_lost(store, &found).await? => Ok(Before::Lost(found.key)),
        _ => Err(Failed::refused(
            format!("organization {} ({}) is there", about.organization_id, found.alias),
            "restore it beside the original with --as-new ALIAS, or delete the original first",
        )),
    }
}

/// Whether nothing of the organization's own store is there. One that does not open is no lost one.
async fn is_lost(store: &Store, organization: &Organization) -> Result<bool, Failed> {
    let key = organization.key;
    if !whole::places(store).await?.contains(&key) {
        return Ok(true);
    }
    let read = move |read: &mut dyn Read| {
        let state = read.query_first(&place_sql::SELECT_CLOSED, parameters![key.0])?;
        let entity = read.query_first(&sql::HAS_ENTITIES, parameters![key.0])?;
        Ok::<_, StoreError>(state.is_none() && entity.is_none())
    };
    match store.read(Place::Organization(key), read).await {
        Err(StoreError::Impaired(why)) => Err(Failed::refused(
            format!(
                "the store of organization {} is there and does not open: {why}",
                organization.id.as_str()
            ),
            format!("move the folder organizations/{} out of the data directory and try again", key.0),
        )),
        read => Ok(read?),
    }
}

/// Gives out a short key and notes that it is being filled.
pub(super) fn begin(
    tx: &mut DirectoryTx<'_, '_>,
    about: &About,
    before: Before,
) -> Result<Result<OrganizationKey, String>, DirectoryError> {
    if let Err(taken) = alias_is_free(tx, about, before)? {
        return Ok(Err(taken));
    }
    let mut key = tx.query(&organizations::NEXT_KEY, parameters![])?;
    let key = key.first_mut().map(|row| OrganizationKey(row.take(0)));
    let key = key.ok_or_else(|| DirectoryError::bug("organization_keys has no row"))?;
    begin_place(tx.tx(), key, &format!("organization {} ({})", about.organization_id, about.alias))?;
    Ok(Ok(key))
}

fn alias_is_free(
    tx: &mut DirectoryTx<'_, '_>,
    about: &About,
    before: Before,
) -> Result<Result<(), String>, DirectoryError> {
    let Some(mut row) = tx.query_first(&sql::ALIAS_HOLDER, parameters![&fold(&about.alias)])? else {
        return Ok(Ok(()));
    };
    let (account, region, directory): (String, String, String) = (row.take(0), row.take(1), row.take(2));
    let same = (account, region, directory.as_str())
        == (about.aws_account.clone(), about.region.clone(), about.directory_id.as_str());
    let holder = row.take::<Option<i64>>(3).map(OrganizationKey);
    let free = same && (holder.is_none() || matches!(before, Before::Lost(key) if holder == Some(key)));
    Ok(if free { Ok(()) } else { Err(format!("the alias {} is taken by another organization", about.alias)) })
}

/// Makes the organization known under `key`. `Err` in it: somebody else was faster; nothing is written then.
pub(super) fn finish(
    tx: &mut DirectoryTx<'_, '_>,
    about: &About,
    before: Before,
    key: OrganizationKey,
) -> Result<(), DirectoryError> {
    if !advance_place(tx.tx(), key)? {
        return Err(gone("the restore took too long without a sign and was given up"));
    }
    finish_later(tx.tx(), key)?;
    match before {
        Before::Lost(old) => return go_on(tx, old, key),
        Before::Deleted(old) => {
            if tx.execute(&sql::DELETE_DELETED, parameters![old.0])? == 0 {
                return Err(gone("the organization has changed in the meantime"));
            }
        }
        Before::Nothing => {}
    }
    let (account, region) = (about.aws_account.as_str(), about.region.as_str());
    let now = tx.now();
    tx.execute(&accounts::INSERT_ACCOUNT, parameters![account, &about.account_name, now])?;
    let directory = &about.directory_id;
    let claimed =
        tx.execute(&organizations::CLAIM_DIRECTORY, parameters![account, region, directory, key.0])?;
    if claimed == 0 {
        let (alias, alias_key) = (about.alias.as_str(), fold(&about.alias));
        let row = parameters![account, region, directory, alias, &alias_key, key.0];
        if tx.execute(&organizations::INSERT_DIRECTORY, row)? == 0 {
            return Err(gone("the alias or the directory has been taken in the meantime"));
        }
    }
    let inserted = tx.execute(
        &sql::INSERT,
        parameters![
            key.0,
            about.organization_id.as_str(),
            account,
            region,
            about.alias.as_str(),
            directory.as_str(),
            about.directory_type.as_str(),
            about.kms_key_arn.as_deref(),
            about.default_mail_domain.as_deref(),
            about.created_at,
            about.completed_at
        ],
    )?;
    if inserted == 0 {
        return Err(gone("the organization has been made in the meantime"));
    }
    tx.query(&organizations::COUNT, parameters![account, region, 1])?;
    for (name, value) in &about.tags {
        tx.execute(&tags::UPSERT, parameters![key.0, name.as_str(), value.as_str()])?;
    }
    Ok(())
}

/// A lost organization goes on under a new short key, with what the directory has about it.
fn go_on(
    tx: &mut DirectoryTx<'_, '_>,
    old: OrganizationKey,
    key: OrganizationKey,
) -> Result<(), DirectoryError> {
    if tx.execute(&sql::MOVE, parameters![old.0, key.0])? == 0 {
        return Err(gone("the organization has changed in the meantime"));
    }
    for statement in [&sql::MOVE_TAGS, &sql::MOVE_REGISTRATIONS, &sql::MOVE_OWNERS, &sql::MOVE_DIRECTORY] {
        tx.execute(statement, parameters![old.0, key.0])?;
    }
    jobs::forget(tx.tx(), old)?;
    Ok(())
}

fn gone(what: &str) -> DirectoryError {
    DirectoryError::Invalid(what.to_owned())
}
