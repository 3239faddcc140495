//! ImportResource: a resource with the id, booking options, addresses and dates that it had, and its delegates.

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::import::must_equal;
use postroom_directory::ops::{self, NewResource, associate_delegate_to_resource, is_delegate};

use super::imported::{self, ImportedRegistration};
use crate::MailboxError;

/// Creates a resource, enables it when `enabled` says how, and adds `delegates` (each id, name or e-mail). The same
/// again changes nothing; delegates that the resource has beside those asked for stay.
///
/// Nothing is written on error: `InvalidConfiguration` (enabled, and nobody could book it), and what the directory's
/// `import_resource`, `register_to_workmail`, `create_alias`, `update_mailbox_quota` and
/// `associate_delegate_to_resource` refuse.
pub fn import_resource(
    tx: &mut AdminTx<'_, '_>,
    new: &NewResource,
    enabled: Option<&ImportedRegistration>,
    delegates: &[String],
) -> Result<(), MailboxError> {
    imported::check(tx, new.dates, enabled)?;
    if let Some(known) = ops::import_resource(tx, new)? {
        imported::unchanged(tx, &known, enabled)?;
        for delegate in delegates {
            let there = is_delegate(tx, &new.id, delegate)?;
            must_equal(format_args!("Resource {}", new.id), &[("set of Delegates", there)])?;
        }
        return Ok(());
    }
    // A disabled resource takes no delegates, and nobody books it.
    if enabled.is_some() && !new.booking.auto_accept_requests && delegates.is_empty() {
        let message = "A resource without delegates must accept requests automatically.";
        return Err(DirectoryError::InvalidConfiguration(message.to_owned()).into());
    }
    if let Some(enabled) = enabled {
        imported::enable(tx, &new.id, enabled)?;
    }
    for delegate in delegates {
        associate_delegate_to_resource(tx, new.id.as_str(), delegate)?;
    }
    Ok(())
}
