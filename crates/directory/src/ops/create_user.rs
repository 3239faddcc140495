//! CreateUser: a user in state DISABLED, without mailbox or address (WB §1.6).

use postroom_store::parameters;
use postroom_types::{EntityId, EntityType, Timestamp, UserRole, fold};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::ops::shared::{NewEntity, insert_entity};
use crate::sql::users as sql;

/// What a user is created from.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The id: minted, or kept on import.
    pub id: EntityId,
    /// The name; unique over all kinds of entity.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// Argon2id PHC string, hashed before the transaction; `None`: no password log-in.
    pub password_hash: Option<String>,
    /// USER or REMOTE_USER.
    pub role: UserRole,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Whether the address book leaves the user out.
    pub hidden: bool,
    /// The user's id at the identity provider.
    pub identity_provider_user_id: Option<String>,
    /// When the user was created, on import.
    pub created_at: Option<Timestamp>,
}

/// Creates a user.
///
/// Nothing is written on error: `NameTaken`, `NameReserved`, `Invalid` (role; identity provider id of another user).
pub fn create_user(tx: &mut AdminTx<'_, '_>, new: &NewUser) -> Result<(), DirectoryError> {
    if matches!(new.role, UserRole::Resource | UserRole::SystemUser) {
        // WorkMail model UserRole: "You cannot pass SYSTEM_USER or RESOURCE" (WB §1.4).
        return Err(DirectoryError::Invalid(format!(
            "A user cannot be given the role {}.",
            new.role.as_str()
        )));
    }
    insert_entity(
        tx,
        &NewEntity {
            id: &new.id,
            kind: EntityType::User,
            name: &new.name,
            display_name: &new.display_name,
            hidden: new.hidden,
            created_at: new.created_at,
        },
    )?;
    let provider_key = new.identity_provider_user_id.as_deref().map(fold);
    let inserted = tx.execute(
        &sql::INSERT,
        parameters![
            tx.organization.0,
            &new.id,
            new.role.as_str(),
            new.password_hash.as_deref(),
            new.first_name.as_deref(),
            new.last_name.as_deref(),
            new.identity_provider_user_id.as_deref(),
            provider_key.as_ref()
        ],
    )?;
    if inserted == 0 {
        return Err(DirectoryError::Invalid("Another user has this IdentityProviderUserId.".to_owned()));
    }
    Ok(())
}
