//! TagResource, UntagResource, ListTagsForResource: tags of an organization (WB §1.5).

use std::collections::{BTreeMap, BTreeSet};

use postroom_store::{Read, parameters};
use postroom_types::OrganizationKey;

use crate::DirectoryError;
use crate::directory::DirectoryTx;
use crate::limits::TAGS_MAX;
use crate::organizations::OrganizationState;
use crate::sql::{organizations, tags as sql};

/// Adds tags, or overwrites those with the same key.
///
/// Nothing is written on error: `NotFound`; `OrganizationState` (it is deleted or being deleted); `TooManyTags` after
/// the change; `Invalid` (a key twice, or one that begins with `aws:`, which AWS keeps for itself).
pub fn tag_resource(
    tx: &mut DirectoryTx<'_, '_>,
    organization: OrganizationKey,
    tags: &[(String, String)],
) -> Result<(), DirectoryError> {
    let state = lock(tx, organization)?;
    if matches!(state, OrganizationState::Deleting | OrganizationState::Deleted) {
        let message = format!("The organization is in state {}.", state.as_str());
        return Err(DirectoryError::OrganizationState(message));
    }
    let mut keys = BTreeSet::new();
    for (key, value) in tags {
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(DirectoryError::Invalid("Keys of tags must not begin with aws:.".to_owned()));
        }
        if !keys.insert(key) {
            return Err(DirectoryError::Invalid(format!("The tag {key} is given twice.")));
        }
        tx.execute(&sql::UPSERT, parameters![organization.0, key, value])?;
    }
    let counted = tx.query_first(&sql::COUNT, parameters![organization.0])?;
    let count = counted.map_or(0, |mut row| row.take::<i64>(0));
    if usize::try_from(count).unwrap_or(usize::MAX) > TAGS_MAX {
        return Err(DirectoryError::TooManyTags);
    }
    Ok(())
}

/// Removes tags; keys that are not there are no error. `NotFound`: there is no such organization any more.
pub fn untag_resource(
    tx: &mut DirectoryTx<'_, '_>,
    organization: OrganizationKey,
    keys: &[String],
) -> Result<(), DirectoryError> {
    if lock(tx, organization)? == OrganizationState::Deleted {
        return Err(gone());
    }
    for key in keys {
        tx.execute(&sql::DELETE, parameters![organization.0, key])?;
    }
    Ok(())
}

/// The tags of the organization. `NotFound`: there is no such organization any more.
pub fn list_tags_for_resource(
    tx: &mut dyn Read,
    organization: OrganizationKey,
) -> Result<BTreeMap<String, String>, DirectoryError> {
    let found = crate::organizations::by_key(tx, organization)?;
    if found.is_none_or(|organization| organization.state == OrganizationState::Deleted) {
        return Err(gone());
    }
    let rows = tx.query(&organizations::LIST_TAGS, parameters![organization.0])?;
    Ok(rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect())
}

fn lock(
    tx: &mut DirectoryTx<'_, '_>,
    organization: OrganizationKey,
) -> Result<OrganizationState, DirectoryError> {
    let row = tx.query_first(&sql::LOCK, parameters![organization.0])?;
    row.map(|mut row| OrganizationState::stored(&row.take::<String>(0))).ok_or_else(gone)
}

fn gone() -> DirectoryError {
    DirectoryError::NotFound("There is no such organization.".to_owned())
}
