//! CreateUser: a user in state DISABLED, without mailbox or address (WB §1.6).

use postroom_store::parameters;
use postroom_types::{
    EntityId, EntityType, IdentityProviderIdentityStoreId, IdentityProviderUserId, UserAttribute, UserName,
    UserRole,
};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::ops::shared::{EntityDates, NewEntity, Own, check_text, insert_entity};
use crate::password::PasswordHash;
use crate::sql::users as sql;
use crate::user::UserAttributes;

/// What a user is created from.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The id: minted, or kept on import.
    pub id: EntityId,
    /// The name; unique over all kinds of entity.
    pub name: UserName,
    /// The display name; may be empty.
    pub display_name: UserAttribute,
    /// Hashed before the transaction; `None`: no password log-in.
    pub password_hash: Option<PasswordHash>,
    /// USER or REMOTE_USER; an import may have others.
    pub role: UserRole,
    /// CreateUser sets first and last name; an import all.
    pub attributes: UserAttributes,
    /// Whether the address book leaves the user out.
    pub hidden: bool,
    /// The user's id at the identity provider.
    pub identity_provider_user_id: Option<IdentityProviderUserId>,
    /// The identity store of that id.
    pub identity_provider_identity_store_id: Option<IdentityProviderIdentityStoreId>,
    /// Kept on import.
    pub dates: EntityDates,
}

/// Creates a user.
///
/// Nothing is written on error: `NameTaken`, `NameReserved`, `Invalid` (role; identity provider id of another user).
pub fn create_user(tx: &mut AdminTx<'_, '_>, new: &NewUser) -> Result<(), DirectoryError> {
    check_settable(new.role)?;
    insert_user(tx, new)
}

/// Refuses the roles that Create and Update may not give (WB §1.4).
pub(crate) fn check_settable(role: UserRole) -> Result<(), DirectoryError> {
    match role {
        UserRole::User | UserRole::RemoteUser => Ok(()),
        UserRole::Resource | UserRole::SystemUser => {
            Err(DirectoryError::Invalid(format!("A user cannot be given the role {}.", role.as_str())))
        }
    }
}

/// Creates a user of any role.
pub(crate) fn insert_user(tx: &mut AdminTx<'_, '_>, new: &NewUser) -> Result<(), DirectoryError> {
    check_attributes(&new.attributes)?;
    insert_entity(
        tx,
        &NewEntity {
            id: &new.id,
            kind: EntityType::User,
            name: &new.name,
            display_name: &new.display_name,
            hidden: new.hidden,
            dates: new.dates,
            own: Own {
                role: Some(new.role),
                identity_provider_user_id: new.identity_provider_user_id.as_deref(),
                identity_provider_identity_store_id: new.identity_provider_identity_store_id.as_deref(),
                ..Own::default()
            },
        },
    )?;
    let password_hash = new.password_hash.as_ref().map(PasswordHash::as_str);
    let mut row = parameters![tx.organization.0, &new.id, password_hash].to_vec();
    let attributes = new.attributes.list().map(|text| text.filter(|text| !text.is_empty()));
    row.extend(attributes.map(postroom_store::Parameter::from));
    if tx.execute(&sql::INSERT, &row)? == 0 {
        return Err(DirectoryError::Invalid(format!("The id {} is taken.", new.id)));
    }
    Ok(())
}

/// Refuses attributes that cannot be stored.
pub(crate) fn check_attributes(attributes: &UserAttributes) -> Result<(), DirectoryError> {
    attributes.list().into_iter().flatten().try_for_each(|text| check_text("An attribute", text))
}
