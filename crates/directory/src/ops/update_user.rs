//! UpdateUser: changes what is sent and leaves the rest (WB §1.6). Name and address do not change here.

use postroom_store::{Parameter, parameters};
use postroom_types::{EntityState, EntityType, IdentityProviderUserIdForUpdate, UserAttribute, UserRole};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, not_found, order_key, require_kind};
use crate::ops::create_user::{check_attributes, check_settable};
use crate::ops::shared::{check_text, claimable_provider_key};
use crate::sql::{entities, users as sql};
use crate::user::{User, UserAttributes};

/// What changes; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UserChanges {
    /// USER or REMOTE_USER. Only a disabled user changes between them: one has a mailbox, the other none.
    pub role: Option<UserRole>,
    /// The display name.
    pub display_name: Option<UserAttribute>,
    /// Whether the address book leaves the user out.
    pub hidden: Option<bool>,
    /// Attributes; an empty text clears one.
    pub attributes: UserAttributes,
    /// Link with the identity provider; an empty text ends it.
    pub identity_provider_user_id: Option<IdentityProviderUserIdForUpdate>,
}

/// Changes the user that `identifier` (id, name or e-mail) names.
///
/// `EntityNotFound`, `EntityState` (deleted; another role while enabled), `Invalid` (role; identity provider id of
/// another user).
pub fn update_user(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    changes: &UserChanges,
) -> Result<(), DirectoryError> {
    check_attributes(&changes.attributes)?;
    let organization = tx.organization;
    let entity = require_kind(tx, organization, identifier, Accepts::Any, EntityType::User)?;
    let mut user = User::of(tx, organization, entity)?.ok_or_else(|| not_found(identifier))?;
    update_entity(tx, &user, changes)?;
    update_link(tx, &user, changes)?;
    if let Some(role) = new_role(&user, changes.role)? {
        tx.execute(&entities::SET_ROLE, parameters![organization.0, &user.entity.id, role.as_str()])?;
    }
    if changes.attributes.is_empty() {
        return Ok(());
    }
    user.attributes.apply(&changes.attributes);
    let mut row = parameters![organization.0, &user.entity.id].to_vec();
    row.extend(user.attributes.list().map(Parameter::from));
    tx.execute(&sql::UPDATE, &row)?;
    Ok(())
}

/// The role to set, when it is another one.
fn new_role(user: &User, role: Option<UserRole>) -> Result<Option<UserRole>, DirectoryError> {
    let Some(role) = role.filter(|&role| role != user.role) else { return Ok(None) };
    check_settable(role)?;
    check_settable(user.role)?;
    if user.entity.state == EntityState::Enabled {
        return Err(DirectoryError::EntityState(format!(
            "User {} is enabled; deregister it before changing its role.",
            user.entity.id
        )));
    }
    Ok(Some(role))
}

fn update_entity(tx: &mut AdminTx<'_, '_>, user: &User, changes: &UserChanges) -> Result<(), DirectoryError> {
    let (organization, id) = (tx.organization.0, &user.entity.id);
    if let Some(name) = changes.display_name.as_deref() {
        check_text("DisplayName", name)?;
        tx.execute(&entities::SET_DISPLAY_NAME, parameters![organization, id, name, &order_key(name)])?;
    }
    if let Some(hidden) = changes.hidden {
        tx.execute(&entities::SET_HIDDEN, parameters![organization, id, hidden])?;
    }
    Ok(())
}

/// Links the user with the identity provider's, or ends the link. What was cached about the log-in is void then.
fn update_link(tx: &mut AdminTx<'_, '_>, user: &User, changes: &UserChanges) -> Result<(), DirectoryError> {
    let Some(provider_id) = changes.identity_provider_user_id.as_deref() else { return Ok(()) };
    let (organization, id) = (tx.organization.0, &user.entity.id);
    if provider_id.is_empty() {
        let none = None::<&str>;
        tx.execute(&entities::SET_IDENTITY_PROVIDER, parameters![organization, id, none, none, none])?;
    } else {
        let key = claimable_provider_key(tx, provider_id, id)?;
        let store_id = user.identity_provider_identity_store_id.as_deref();
        let row = parameters![organization, id, provider_id, &key, store_id];
        tx.execute(&entities::SET_IDENTITY_PROVIDER, row)?;
    }
    tx.execute(&sql::ADVANCE_CREDENTIALS, parameters![organization, id])?;
    Ok(())
}
