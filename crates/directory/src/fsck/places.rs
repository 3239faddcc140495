//! Places without rows of the directory.

use postroom_store::Store;
use postroom_store::backup::place_restores;
use postroom_types::OrganizationKey;

use super::{Finding, Ids, blocking};
use crate::DirectoryError;
use crate::organizations::{OrganizationState, organizations_after};

/// What lies in the store and belongs to no organization of the directory, or to a deleted one.
///
/// Never removed: after the directory was restored from an older backup, this is a newer organization's mail.
pub(super) async fn check(store: &Store) -> Result<Vec<Finding>, DirectoryError> {
    let first = strays(store).await?;
    if first.is_empty() {
        return Ok(Vec::new());
    }
    // Looked at twice: an organization that was just created has its place, but was not in the first list of rows.
    let mut second = strays(store).await?;
    second.retain(|key| first.contains(key));
    let finding = |key: OrganizationKey| Finding {
        organization: None,
        invariant: "what is stored belongs to an organization".to_owned(),
        what: format!("there is data under the short key {}, which no organization has", key.0),
        repaired: false,
    };
    Ok(second.into_iter().map(finding).collect())
}

async fn strays(store: &Store) -> Result<Vec<OrganizationKey>, DirectoryError> {
    let places = store.clone();
    let mut places = blocking(move || places.organizations()).await?;
    let notes = store.clone();
    let notes = blocking(move || place_restores(&notes)).await?;
    // What is being restored is known only at the end; what was cut off is removed at the next start.
    places.retain(|key| !notes.iter().any(|note| note.organization == *key));
    let rows = rows(store).await?;
    places.retain(|key| rows.get(key).is_none_or(|row| row.state == OrganizationState::Deleted));
    Ok(places)
}

async fn rows(store: &Store) -> Result<Ids, DirectoryError> {
    let mut rows = Ids::new();
    loop {
        let after = rows.last_key_value().map_or(0, |(key, _)| key.0);
        let slice = organizations_after(store, after).await?;
        if slice.is_empty() {
            return Ok(rows);
        }
        rows.extend(slice.into_iter().map(|organization| (organization.key, organization)));
    }
}
