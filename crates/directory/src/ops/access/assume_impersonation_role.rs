//! AssumeImpersonationRole: a token that acts as the role for a quarter of an hour (WB §2.2).

use postroom_store::{Read, parameters};
use postroom_types::{ImpersonationRoleId, Timestamp};

use super::put_access_control_rule::role_not_found;
use crate::DirectoryError;
use crate::access::select_role;
use crate::admin::AdminTx;
use crate::limits::{EXPIRED_TOKENS_SWEPT, IMPERSONATION_TOKEN_LIFETIME, IMPERSONATION_TOKENS_MAX};
use crate::sql::tokens as sql;
use crate::tokens::MintedToken;

/// Keeps what a token of the role `id` is recognised by; answers when it ends.
///
/// Nothing is written on error: `NotFound` (role), `Invalid` (too many tokens in force).
pub fn assume_impersonation_role(
    tx: &mut AdminTx<'_, '_>,
    id: &ImpersonationRoleId,
    token: &MintedToken,
) -> Result<Timestamp, DirectoryError> {
    let (organization, now) = (tx.organization, tx.now());
    if select_role(tx, organization, id)?.is_none() {
        return Err(role_not_found(id));
    }
    let organization = organization.0;
    tx.execute(&sql::SWEEP_IMPERSONATION, parameters![organization, now, EXPIRED_TOKENS_SWEPT])?;
    let count = tx.query_first(&sql::COUNT_IMPERSONATION, parameters![organization])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) >= IMPERSONATION_TOKENS_MAX) {
        return Err(DirectoryError::Invalid(format!(
            "{IMPERSONATION_TOKENS_MAX} impersonation tokens are in force; wait until some have ended."
        )));
    }
    let expires_at = now.plus(IMPERSONATION_TOKEN_LIFETIME);
    tx.execute(
        &sql::INSERT_IMPERSONATION,
        parameters![organization, &token.id, id.as_str(), token.mac.as_slice(), now, expires_at],
    )?;
    Ok(expires_at)
}
