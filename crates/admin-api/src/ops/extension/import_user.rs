//! ImportUser.

use postroom_directory::DirectoryError;
use postroom_directory::ops::NewUser;
use postroom_directory::password::PasswordHash;
use postroom_mailbox::ops::import_user;
use postroom_types::{ImportedPasswordHash, Password, UserRole};

use super::imported::{ImportedState, dates, kept_id};
use crate::call::Call;
use crate::convert::user_attributes;
use crate::extensions::ImportUser;
use crate::handle::{Handle, Target};
use crate::shapes::extension::{ImportUserRequest, ImportUserResponse};
use crate::wire::Fault;

impl Handle for ImportUser {
    fn target(input: &ImportUserRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ImportUserRequest) -> Result<ImportUserResponse, Fault> {
        let password_hash = password(&call, input.password.as_ref(), input.password_hash.as_ref()).await?;
        let dates = dates(input.enabled_date, input.disabled_date);
        let enabled = ImportedState {
            email: input.email,
            aliases: input.aliases,
            dates,
            provisioned_at: input.mailbox_provisioned_date,
            quota: input.mailbox_quota,
        };
        let enabled = enabled.registration(&call, input.state)?;
        let new = NewUser {
            id: kept_id(&input.user_id),
            name: input.name,
            display_name: input.display_name,
            password_hash,
            role: input.role.unwrap_or(UserRole::User),
            attributes: user_attributes!(input),
            hidden: input.hidden_from_global_address_list.unwrap_or(false),
            identity_provider_user_id: input.identity_provider_user_id,
            identity_provider_identity_store_id: input.identity_provider_identity_store_id,
            dates,
        };
        call.write(move |tx| import_user(tx, &new, enabled.as_ref())).await?;
        Ok(ImportUserResponse {})
    }
}

/// The hash of the password, or the hash that is handed in; `Invalid` for both, or for one that is dearer to check than
/// twice ours.
async fn password(
    call: &Call,
    password: Option<&Password>,
    hash: Option<&ImportedPasswordHash>,
) -> Result<Option<PasswordHash>, Fault> {
    let invalid = |message: &str| Err(DirectoryError::Invalid(message.to_owned()).into());
    match (password, hash) {
        (None, None) => Ok(None),
        (Some(password), None) => call.hash_password(password).await.map(Some),
        (None, Some(hash)) => match PasswordHash::parse(hash) {
            Some(hash) => Ok(Some(hash)),
            None => invalid("PasswordHash is no Argon2id PHC string with parameters that are taken here."),
        },
        (Some(_), Some(_)) => invalid("Give either Password or PasswordHash, not both."),
    }
}
