//! Whether what an organization has stored can be used.

use postroom_store::seal::Keyring;
use postroom_store::{Place, Read, Store, StoreError};
use postroom_types::OrganizationKey;

use crate::DirectoryError;

/// Opens the organization's own store and its data key. `Impaired` when a person has to look at it; no other error says
/// anything of the organization.
pub async fn opens(
    store: &Store,
    keyring: &Keyring,
    organization: OrganizationKey,
) -> Result<(), DirectoryError> {
    let place = Place::Organization(organization);
    store.read(place, |_: &mut dyn Read| Ok::<_, StoreError>(())).await?;
    keyring.data_key(place).await?;
    Ok(())
}
