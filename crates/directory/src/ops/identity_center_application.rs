//! CreateIdentityCenterApplication, DeleteIdentityCenterApplication: they belong to an AWS account (WB §11.2).

use postroom_store::client_tokens::ClientToken;
use postroom_store::{Random, Read, parameters};
use postroom_types::hex;

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::limits::IDENTITY_CENTER_APPLICATIONS_MAX;
use crate::once::once;
use crate::sql::{accounts, identity_center as sql};

/// What an application is created from.
#[derive(Debug, Clone)]
pub struct NewIdentityCenterApplication {
    /// Its ARN: minted, or kept on import.
    pub arn: String,
    /// Whose it is.
    pub aws_account: AwsAccountId,
    /// Its name; need not be unique.
    pub name: String,
    /// The instance that it is in.
    pub instance_arn: String,
    /// The caller's token.
    pub token: Option<ClientToken>,
}

impl NewIdentityCenterApplication {
    /// An application with a minted ARN, in the instance `instance_arn` (its shape is checked).
    pub fn mint(random: &dyn Random, aws_account: AwsAccountId, name: &str, instance_arn: &str) -> Self {
        let instance = instance_arn.rsplit('/').next().unwrap_or_default();
        let id = hex(&random.bytes::<8>());
        Self {
            // Source: WorkMail model, `ApplicationArn`.
            arn: format!("arn:aws:sso::{aws_account}:application/{instance}/apl-{id}"),
            aws_account,
            name: name.to_owned(),
            instance_arn: instance_arn.to_owned(),
            token: None,
        }
    }
}

/// Creates the application; answers its ARN.
///
/// `Invalid`: the account has too many, or the token was used for something else.
pub fn create_identity_center_application(
    tx: &mut DirectoryTx<'_, '_>,
    new: &NewIdentityCenterApplication,
) -> Result<String, DirectoryError> {
    let answer = once(tx, new.token.as_ref(), |tx| {
        let (account, now) = (new.aws_account.as_str(), tx.now());
        // Takes the account's row, so that nobody else counts now.
        tx.query(&accounts::COUNT_KEY, parameters![account, 0])?;
        let counted = tx.query_first(&sql::COUNT, parameters![account])?;
        if counted.map_or(0, |mut row| row.take::<i64>(0)) >= IDENTITY_CENTER_APPLICATIONS_MAX {
            return Err(DirectoryError::Invalid(format!(
                "An account has at most {IDENTITY_CENTER_APPLICATIONS_MAX} applications."
            )));
        }
        let row = parameters![&new.arn, account, &new.name, &new.instance_arn, now];
        if tx.execute(&sql::INSERT, row)? == 0 {
            return Err(DirectoryError::Invalid(format!("The application {} is there already.", new.arn)));
        }
        Ok(new.arn.clone().into_bytes())
    })?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Deletes the application; one that is not there is no error. No login setting changes.
pub fn delete_identity_center_application(
    tx: &mut DirectoryTx<'_, '_>,
    aws_account: &AwsAccountId,
    arn: &str,
) -> Result<(), DirectoryError> {
    tx.execute(&sql::DELETE, parameters![arn, aws_account.as_str()])?;
    Ok(())
}

/// Refuses an application that the account did not create (`NotFound`) or that is in another instance (`Invalid`).
pub fn must_be_application_of(
    tx: &mut dyn Read,
    aws_account: &AwsAccountId,
    arn: &str,
    instance_arn: &str,
) -> Result<(), DirectoryError> {
    let row = tx.query_first(&sql::SELECT_INSTANCE, parameters![arn, aws_account.as_str()])?;
    let Some(mut row) = row else {
        return Err(DirectoryError::NotFound(format!("There is no application {arn}.")));
    };
    if row.take::<String>(0) != instance_arn {
        return Err(DirectoryError::Invalid("The application is in another instance.".to_owned()));
    }
    Ok(())
}
