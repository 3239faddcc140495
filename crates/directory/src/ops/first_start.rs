//! The first start: an AWS account and an administrator's key, once in the life of a directory.

use postroom_store::{Read, parameters};

use crate::DirectoryError;
use crate::directory::DirectoryTx;
use crate::ops::{NewAccessKey, create_access_key, create_aws_account};
use crate::sql::accounts as sql;

/// Creates the account and key of `administrator` unless an earlier start (or another node) has done it; answers
/// whether it did.
pub fn first_start(
    tx: &mut DirectoryTx<'_, '_>,
    administrator: &NewAccessKey,
) -> Result<bool, DirectoryError> {
    let now = tx.now();
    if tx.execute(&sql::FIRST_START, parameters![now])? == 0 {
        return Ok(false);
    }
    create_aws_account(tx, &administrator.aws_account, "Administration")?;
    create_access_key(tx, administrator)?;
    Ok(true)
}

/// Whether the first start has been.
pub fn has_started(tx: &mut dyn Read) -> Result<bool, DirectoryError> {
    Ok(tx.query_first(&sql::HAS_STARTED, parameters![])?.is_some())
}
