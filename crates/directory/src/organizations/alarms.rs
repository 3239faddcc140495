//! The alarms of every organization, and which organizations cannot be read.

use postroom_policy::permit::Permitted;
use postroom_store::seal::Keyring;
use postroom_store::{Place, Read, Store};

use super::reconcile::organizations_after;
use super::row::Organization;
use super::state::OrganizationState;
use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::ops::{Alarm, list_alarms};

/// What was seen of one organization.
#[derive(Debug)]
pub struct Seen {
    /// Which.
    pub organization: Organization,
    /// Its alarms, oldest first; or why it cannot be read.
    pub alarms: Result<Vec<Alarm>, DirectoryError>,
}

/// The active organizations with alarms and those that cannot be read, in the order of their creation; and whether
/// all were looked at, since no more than `organizations_max` are.
pub async fn alarming(
    store: &Store,
    keyring: &Keyring,
    organizations_max: usize,
) -> Result<(Vec<Seen>, bool), DirectoryError> {
    let (mut all, mut after, mut looked_at) = (Vec::new(), 0, 0);
    loop {
        let slice = organizations_after(store, after).await?;
        let Some(last) = slice.last() else { return Ok((all, true)) };
        after = last.key.0;
        for organization in slice {
            if organization.state != OrganizationState::Active {
                continue;
            }
            if looked_at == organizations_max {
                return Ok((all, false));
            }
            looked_at += 1;
            let key = organization.key;
            let read = move |tx: &mut dyn Read| {
                let permit = Permitted::operator("status");
                list_alarms(&mut AdminRead::begin(tx, key, &permit))
            };
            let mut alarms = store.read(Place::Organization(key), read).await;
            if let Err(sealed) = keyring.data_key(Place::Organization(key)).await {
                alarms = alarms.and(Err(sealed.into()));
            }
            if !matches!(&alarms, Ok(none) if none.is_empty()) {
                all.push(Seen { organization, alarms });
            }
        }
    }
}
