//! The access keys of an AWS account, without their secrets.

use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::Timestamp;

use crate::DirectoryError;
use crate::aws_account::{AccessKeyId, AwsAccountId};
use crate::page::{Page, PageRequest};
use crate::policies::Policies;
use crate::sql::accounts as sql;

/// An access key as its row has it.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// Its id.
    pub id: AccessKeyId,
    /// Whose it is.
    pub aws_account: AwsAccountId,
    /// The secret, sealed.
    pub(crate) secret_sealed: Vec<u8>,
    /// What it may do.
    pub policies: Policies,
    /// What it is for.
    pub description: String,
    /// Whether it may be used.
    pub active: bool,
    /// Moves with every change of the key.
    pub generation: i64,
    /// When it was created.
    pub created_at: Timestamp,
}

impl AccessKey {
    pub(crate) fn from_row(mut row: Row) -> Self {
        Self {
            id: AccessKeyId::from_store(row.take(0)),
            aws_account: AwsAccountId::from_store(row.take(1)),
            secret_sealed: row.take(2),
            policies: Policies::from_store(row.take(3)),
            description: row.take(4),
            active: row.take(5),
            generation: row.take(6),
            created_at: row.take(7),
        }
    }
}

/// A page of the keys of `aws_account`, in the order of their ids. `NotFound`: there is no such account.
pub fn list_access_keys(
    tx: &mut dyn Read,
    aws_account: &AwsAccountId,
    page: &PageRequest,
) -> Result<Page<AccessKey>, DirectoryError> {
    let after = String::from_utf8_lossy(&page.after);
    let rows = tx.query(&sql::LIST_KEYS, parameters![aws_account.as_str(), after.as_ref(), page.probe()])?;
    if rows.is_empty() && tx.query_first(&sql::FIND_ACCOUNT, parameters![aws_account.as_str()])?.is_none() {
        return Err(DirectoryError::NotFound(format!("There is no AWS account {aws_account}.")));
    }
    let keys = rows.into_iter().map(AccessKey::from_row).collect();
    Ok(Page::cut(keys, page, |key: &AccessKey| key.id.as_str().as_bytes().to_vec()))
}

/// The key `id`, if there is one.
pub fn find_access_key(tx: &mut dyn Read, id: &str) -> Result<Option<AccessKey>, StoreError> {
    Ok(tx.query_first(&sql::SELECT_KEY, parameters![id])?.map(AccessKey::from_row))
}
