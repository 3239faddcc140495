//! ImportUser: CreateUser with everything that an importer keeps, system users and Exchange resources included.

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::ops::create_user::{NewUser, insert_user};

/// Creates a user of any role (WB §1.4), with given id, attributes and dates. Errors as `create_user`.
pub fn import_user(tx: &mut AdminTx<'_, '_>, new: &NewUser) -> Result<(), DirectoryError> {
    insert_user(tx, new)
}
