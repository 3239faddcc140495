//! DeletePersonalAccessToken: it stops working with the answer; an absent one is deleted already (WB §11.3).

use postroom_store::parameters;
use postroom_types::PersonalAccessTokenId;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::sql::{tokens as sql, users};
use crate::tokens::select_personal;

/// Deletes the token, if there is one.
pub fn delete_personal_access_token(
    tx: &mut AdminTx<'_, '_>,
    id: &PersonalAccessTokenId,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    if let Some((token, _)) = select_personal(tx, organization, id.as_str())? {
        tx.execute(&sql::DELETE_PERSONAL, parameters![organization.0, id.as_str()])?;
        tx.execute(&users::ADVANCE_CREDENTIALS, parameters![organization.0, &token.user_id])?;
    }
    Ok(())
}
