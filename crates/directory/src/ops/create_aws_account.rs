//! An AWS account: what access keys and organizations belong to. Made by the operator's command line.

use postroom_store::{Read, parameters};

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::limits::ACCOUNT_NAME_CHARACTERS_MAX;
use crate::sql::accounts as sql;

/// Creates the account `id`. `Invalid` when it is there or its name is empty or too long.
pub fn create_aws_account(
    tx: &mut DirectoryTx<'_, '_>,
    id: &AwsAccountId,
    name: &str,
) -> Result<(), DirectoryError> {
    if name.trim().is_empty() || name.chars().count() > ACCOUNT_NAME_CHARACTERS_MAX {
        let message = format!(
            "The name of an account is 1 to {ACCOUNT_NAME_CHARACTERS_MAX} characters, not all spaces."
        );
        return Err(DirectoryError::Invalid(message));
    }
    let now = tx.now();
    if tx.execute(&sql::INSERT_ACCOUNT, parameters![id.as_str(), name, now])? == 0 {
        return Err(DirectoryError::Invalid(format!("The AWS account {id} is there already.")));
    }
    Ok(())
}
