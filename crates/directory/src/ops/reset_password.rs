//! ResetPassword: a new password without the old one (WB §1.6).

use postroom_store::parameters;
use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, require_kind};
use crate::password::PasswordHash;
use crate::sql::users as sql;

/// Gives the enabled user with the id `user_id` another password; log-ins with the old one are void.
///
/// The caller has checked the policy (`password::check_policy`) and hashed before the transaction.
/// `EntityNotFound`, `EntityState` (disabled or deleted).
pub fn reset_password(
    tx: &mut AdminTx<'_, '_>,
    user_id: &str,
    hash: &PasswordHash,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let user = require_kind(tx, organization, user_id, Accepts::Id, EntityType::User)?;
    user.must_be_enabled()?;
    tx.execute(&sql::SET_PASSWORD, parameters![organization.0, &user.id, hash.as_str()])?;
    Ok(())
}
