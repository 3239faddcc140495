//! ImportGroup: a group with the id, addresses and dates that it had, and its members.

use postroom_directory::admin::AdminTx;
use postroom_directory::import::must_equal;
use postroom_directory::ops::{self, NewGroup, associate_member_to_group, is_member};

use super::imported::{self, ImportedRegistration};
use crate::MailboxError;

/// Creates a group, enables it when `enabled` says how, and adds `members` (each id, name or e-mail). The same again
/// changes nothing; members that the group has beside those asked for stay.
///
/// Nothing is written on error: what the directory's `import_group`, `register_to_workmail`, `create_alias` and
/// `associate_member_to_group` refuse.
pub fn import_group(
    tx: &mut AdminTx<'_, '_>,
    new: &NewGroup,
    enabled: Option<&ImportedRegistration>,
    members: &[String],
) -> Result<(), MailboxError> {
    imported::check(tx, new.dates, enabled)?;
    if let Some(known) = ops::import_group(tx, new)? {
        imported::unchanged(tx, &known, enabled)?;
        for member in members {
            let there = is_member(tx, &new.id, member)?;
            must_equal(format_args!("Group {}", new.id), &[("set of Members", there)])?;
        }
        return Ok(());
    }
    if let Some(enabled) = enabled {
        imported::enable(tx, &new.id, enabled)?;
    }
    for member in members {
        associate_member_to_group(tx, new.id.as_str(), member)?;
    }
    Ok(())
}
