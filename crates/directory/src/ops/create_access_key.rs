//! An access key of an AWS account.

use postroom_store::seal::{DataKey, Purpose};
use postroom_store::{Random, Read, parameters};
use postroom_types::Timestamp;

use crate::DirectoryError;
use crate::aws_account::{AccessKeyId, AwsAccountId, SecretAccessKey};
use crate::directory::DirectoryTx;
use crate::limits::ACCESS_KEYS_MAX;
use crate::policies::Policies;
use crate::sql::accounts as sql;

/// What an access key is created from; the secret is sealed before the transaction.
#[derive(Debug, Clone)]
pub struct NewAccessKey {
    /// Its id.
    pub id: AccessKeyId,
    /// Whose it is.
    pub aws_account: AwsAccountId,
    /// Its secret, as the store keeps it.
    pub secret_sealed: Vec<u8>,
    /// What it may do.
    pub policies: Policies,
    /// What it is for.
    pub description: String,
    /// When it was created, on import.
    pub created_at: Option<Timestamp>,
}

impl NewAccessKey {
    /// A key with a minted id and secret; the secret is shown once, to who asked for the key.
    pub fn mint(
        random: &dyn Random,
        seal: &DataKey,
        aws_account: AwsAccountId,
        policies: Policies,
        description: String,
    ) -> (Self, SecretAccessKey) {
        let secret = SecretAccessKey::mint(random.bytes());
        let id = AccessKeyId::mint(random.bytes());
        let secret_sealed = seal_secret(random, seal, &id, &secret);
        (Self { id, aws_account, secret_sealed, policies, description, created_at: None }, secret)
    }

    /// This key with a given id and secret.
    pub fn with_secret(
        self,
        random: &dyn Random,
        seal: &DataKey,
        id: AccessKeyId,
        secret: &SecretAccessKey,
    ) -> Self {
        let secret_sealed = seal_secret(random, seal, &id, secret);
        Self { id, secret_sealed, ..self }
    }
}

/// The secret as the store keeps it; it opens only for `id`.
fn seal_secret(random: &dyn Random, seal: &DataKey, id: &AccessKeyId, secret: &SecretAccessKey) -> Vec<u8> {
    seal.seal(random, Purpose::ACCESS_KEYS, id.as_str().as_bytes(), secret.expose().as_bytes())
}

/// Creates an access key; it is active at once.
///
/// `NotFound` (no such account), `LimitExceeded`, `Invalid` (the id is taken).
pub fn create_access_key(tx: &mut DirectoryTx<'_, '_>, new: &NewAccessKey) -> Result<(), DirectoryError> {
    let counted = tx.query_first(&sql::COUNT_KEY, parameters![new.aws_account.as_str(), 1])?;
    let Some(mut counted) = counted else {
        return Err(DirectoryError::NotFound(format!("There is no AWS account {}.", new.aws_account)));
    };
    if counted.take::<i64>(0) > ACCESS_KEYS_MAX {
        let message = format!("An AWS account has at most {ACCESS_KEYS_MAX} access keys.");
        return Err(DirectoryError::LimitExceeded(message));
    }
    let created_at = new.created_at.unwrap_or(tx.now());
    let inserted = tx.execute(
        &sql::INSERT_KEY,
        parameters![
            new.id.as_str(),
            new.aws_account.as_str(),
            &new.secret_sealed,
            new.policies.json(),
            &new.description,
            created_at
        ],
    )?;
    if inserted == 0 {
        return Err(DirectoryError::Invalid(format!("The access key id {} is taken.", new.id)));
    }
    Ok(())
}
