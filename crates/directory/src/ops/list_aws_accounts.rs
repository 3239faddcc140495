//! The AWS accounts, in the order of their numbers.

use postroom_store::{Read, Row, parameters};
use postroom_types::Timestamp;

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::page::{Page, PageRequest};
use crate::sql::accounts as sql;

/// An AWS account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsAccount {
    /// Its number.
    pub id: AwsAccountId,
    /// What the operator calls it.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A page of the accounts.
pub fn list_aws_accounts(tx: &mut dyn Read, page: &PageRequest) -> Result<Page<AwsAccount>, DirectoryError> {
    let after = String::from_utf8_lossy(&page.after);
    let rows = tx.query(&sql::LIST_ACCOUNTS, parameters![after.as_ref(), page.probe()])?;
    let read = |mut row: Row| AwsAccount {
        id: AwsAccountId::from_store(row.take(0)),
        name: row.take(1),
        created_at: row.take(2),
    };
    let accounts = rows.into_iter().map(read).collect();
    Ok(Page::cut(accounts, page, |account: &AwsAccount| account.id.as_str().as_bytes().to_vec()))
}
