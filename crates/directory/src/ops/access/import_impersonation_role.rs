//! ImportImpersonationRole: a role with the id and the dates that it had.

use postroom_store::Read;

use super::create_impersonation_role::{NewImpersonationRole, create_impersonation_role};
use super::role_rules::resolve;
use crate::DirectoryError;
use crate::access::select_role;
use crate::admin::AdminTx;
use crate::import::{check_dates, must_equal, same_dates};

/// Creates a role as `create_impersonation_role` does, with its id and dates. The same again changes nothing.
///
/// Nothing is written on error: `Differs`, and what `create_impersonation_role` refuses; `Invalid` for its dates too.
pub fn import_impersonation_role(
    tx: &mut AdminTx<'_, '_>,
    new: &NewImpersonationRole,
) -> Result<(), DirectoryError> {
    check_dates(tx.now(), new.dates)?;
    let organization = tx.organization;
    let Some(known) = select_role(tx, organization, &new.id)? else {
        return create_impersonation_role(tx, new);
    };
    let rules = resolve(tx, new.role_type, &new.rules)?;
    must_equal(
        format_args!("The impersonation role {}", new.id.as_str()),
        &[
            ("Name", known.name == new.name),
            ("Type", known.role_type == new.role_type),
            ("Description", known.description == new.description),
            ("rule", known.rules == rules),
            ("date", same_dates((known.created_at, known.modified_at), new.dates)),
        ],
    )
}
