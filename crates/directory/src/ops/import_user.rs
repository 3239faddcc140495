//! ImportUser, the directory's part: CreateUser with everything that an importer keeps, system users and Exchange
//! resources included.

use postroom_store::Read;
use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Entity, not_found};
use crate::ops::create_user::{NewUser, insert_user};
use crate::ops::import_entity::{checked_dates, known, unchanged};
use crate::user::{User, UserAttributes};

/// Creates a user of any role (WB §1.4), with given id, attributes and dates, in state DISABLED. Answers the user that
/// is there already and is the same; a password is not compared, since people change theirs.
///
/// Nothing is written on error: `Differs`, `EntityState` (the id was a deleted user's), `Invalid` (dates), and what
/// `create_user` refuses.
pub fn import_user(tx: &mut AdminTx<'_, '_>, new: &NewUser) -> Result<Option<Entity>, DirectoryError> {
    let dates = checked_dates(tx.now(), new.dates)?;
    let Some(entity) = known(tx, &new.id, EntityType::User)? else {
        insert_user(tx, &NewUser { dates, ..new.clone() })?;
        return Ok(None);
    };
    let organization = tx.organization;
    let user = User::of(tx, organization, entity)?.ok_or_else(|| not_found(new.id.as_str()))?;
    let store_id = &new.identity_provider_identity_store_id;
    let members = [
        ("DisplayName", user.entity.display_name == new.display_name.as_str()),
        ("Role", user.role == new.role),
        ("attribute", user.attributes == without_empty(&new.attributes)),
        ("IdentityProviderUserId", user.identity_provider_user_id == new.identity_provider_user_id),
        ("IdentityProviderIdentityStoreId", user.identity_provider_identity_store_id == *store_id),
    ];
    unchanged(&user.entity, &new.name, new.hidden, new.dates, &members)?;
    Ok(Some(user.entity))
}

/// The attributes as they are stored: an empty text is none.
fn without_empty(attributes: &UserAttributes) -> UserAttributes {
    let mut stored = UserAttributes::default();
    stored.apply(attributes);
    stored
}
