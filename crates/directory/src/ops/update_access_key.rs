//! Switching an access key on and off, changing what it may do, and deleting it.

use postroom_store::{Read, parameters};

use crate::DirectoryError;
use crate::aws_account::AccessKeyId;
use crate::directory::DirectoryTx;
use crate::policies::Policies;
use crate::sql::accounts as sql;

/// Switches the key on or off; a key that is off is refused within a second on every node. `NotFound`.
pub fn set_access_key_active(
    tx: &mut DirectoryTx<'_, '_>,
    id: &AccessKeyId,
    active: bool,
) -> Result<(), DirectoryError> {
    let changed = tx.execute(&sql::SET_ACTIVE, parameters![id.as_str(), active])?;
    if changed == 1 { Ok(()) } else { Err(no_key(id)) }
}

/// Replaces the policies of the key. `NotFound`.
pub fn put_access_key_policies(
    tx: &mut DirectoryTx<'_, '_>,
    id: &AccessKeyId,
    policies: &Policies,
) -> Result<(), DirectoryError> {
    let changed = tx.execute(&sql::SET_POLICIES, parameters![id.as_str(), policies.json()])?;
    if changed == 1 { Ok(()) } else { Err(no_key(id)) }
}

/// Deletes the key; its id is not given out again by chance (80 random bits). `NotFound`.
pub fn delete_access_key(tx: &mut DirectoryTx<'_, '_>, id: &AccessKeyId) -> Result<(), DirectoryError> {
    let Some(mut row) = tx.query_first(&sql::DELETE_KEY, parameters![id.as_str()])? else {
        return Err(no_key(id));
    };
    let aws_account: String = row.take(0);
    tx.query(&sql::COUNT_KEY, parameters![&aws_account, -1])?;
    Ok(())
}

fn no_key(id: &AccessKeyId) -> DirectoryError {
    DirectoryError::NotFound(format!("There is no access key {id}."))
}
