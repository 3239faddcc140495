//! The overrides of an organization in memory, brought up to date by what changed.

use std::sync::{Arc, PoisonError, RwLock};

use postroom_directory::{DirectoryError, change_marks};
use postroom_policy::Effect;
use postroom_policy::mobile_device::{OverrideError, Overrides};
use postroom_store::{Outcome, Place, Read, Store, StoreError, parameters};
use postroom_types::{Constrained, DeviceId, EntityId, OrganizationKey};

use crate::device_override::OVERRIDES;
use crate::limits;
use crate::rule::effect;
use crate::sql::overrides as sql;

/// The overrides as of an admin sequence.
#[derive(Debug)]
pub(crate) struct HeldOverrides {
    inner: RwLock<AsOf>,
}

#[derive(Debug)]
struct AsOf {
    /// Every change up to this admin sequence is in.
    sequence: i64,
    overrides: Overrides,
}

/// One change: `None` deletes.
struct Changed {
    user_id: EntityId,
    device_id: DeviceId,
    effect: Option<Effect>,
}

/// What is between the held overrides and the store.
enum Behind {
    /// These changes, which lead to that sequence.
    Changes(Vec<Changed>, i64),
    /// More than is kept, or worth applying one by one.
    TooFar,
}

impl HeldOverrides {
    /// Calls `look` with the overrides; changes wait meanwhile.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Overrides) -> T) -> T {
        look(&self.inner.read().unwrap_or_else(PoisonError::into_inner).overrides)
    }

    /// Bytes of memory that they occupy.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.with(Overrides::heap_bytes)
    }

    /// Every override of `organization`.
    ///
    /// They are read in pages, each in a snapshot of its own, and then everything that changed since the first page is
    /// applied: for an override that changed the last change decides, for any other every page shows the same.
    pub(crate) async fn load(
        store: &Store,
        organization: OrganizationKey,
    ) -> Result<Arc<Self>, DirectoryError> {
        for _ in 0..limits::LOAD_TRIES_MAX {
            let mark = move |read: &mut dyn Read| change_marks::read(read, organization, OVERRIDES);
            let sequence = store.read::<_, StoreError, _>(Place::Organization(organization), mark).await?;
            let overrides = load_pages(store, organization).await?;
            let held = Self { inner: RwLock::new(AsOf { sequence, overrides }) };
            if held.catch_up(store, organization).await? {
                return Ok(Arc::new(held));
            }
        }
        let cause =
            format!("the overrides of organization {} change faster than they are read", organization.0);
        Err(StoreError::Unavailable { outcome: Outcome::NotWritten, cause }.into())
    }

    /// Applies what changed since; `false` when that is too much and they must be loaded again.
    ///
    /// Only one caller at a time: whoever holds the organization's state sees to that.
    pub(crate) async fn catch_up(
        &self,
        store: &Store,
        organization: OrganizationKey,
    ) -> Result<bool, DirectoryError> {
        let sequence = self.inner.read().unwrap_or_else(PoisonError::into_inner).sequence;
        let read = move |read: &mut dyn Read| behind(read, organization, sequence);
        let behind = store.read::<_, StoreError, _>(Place::Organization(organization), read).await?;
        let Behind::Changes(changes, sequence) = behind else { return Ok(false) };
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            change.apply(&mut inner.overrides)?;
        }
        inner.sequence = sequence;
        Ok(true)
    }
}

impl Changed {
    fn apply(self, overrides: &mut Overrides) -> Result<(), StoreError> {
        match self.effect {
            Some(effect) => put(overrides, &self.user_id, &self.device_id, effect),
            None => {
                overrides.remove(&self.user_id, &self.device_id);
                Ok(())
            }
        }
    }
}

fn put(
    overrides: &mut Overrides,
    user: &EntityId,
    device: &DeviceId,
    effect: Effect,
) -> Result<(), StoreError> {
    let put = overrides.put(user, device, effect);
    put.map(drop).map_err(|error: OverrideError| StoreError::Impaired(format!("an override: {error}")))
}

/// What changed after `sequence`.
fn behind(read: &mut dyn Read, organization: OrganizationKey, sequence: i64) -> Result<Behind, StoreError> {
    let mark = change_marks::read(read, organization, OVERRIDES)?;
    if mark == sequence {
        return Ok(Behind::Changes(Vec::new(), sequence));
    }
    let floor = read.query_first(&sql::SELECT_FLOOR, parameters![organization.0])?;
    let floor = floor.map_or(0, |mut row| row.take::<i64>(0));
    // A mark below what is held means that the organization was restored to an earlier state.
    if sequence < floor || mark < sequence {
        return Ok(Behind::TooFar);
    }
    let limit = limits::CHANGES_APPLIED_MAX + 1;
    let rows = read.query(&sql::CHANGES_AFTER, parameters![organization.0, sequence, limit])?;
    if rows.len() as i64 == limit {
        return Ok(Behind::TooFar);
    }
    let changes = rows.into_iter().map(|mut row| {
        let effect_text: Option<String> = row.take(2);
        let (user_id, device): (EntityId, String) = (row.take(0), row.take(1));
        let what = || format!("a change of the override for device {device} of {user_id}");
        let effect = effect_text.as_deref().map(|text| effect(text, &what)).transpose()?;
        Ok(Changed { user_id, device_id: DeviceId::from_store(device), effect })
    });
    Ok(Behind::Changes(changes.collect::<Result<_, StoreError>>()?, mark))
}

/// One override and the fold key of its device.
type Loaded = (EntityId, DeviceId, Effect, Vec<u8>);

async fn load_pages(store: &Store, organization: OrganizationKey) -> Result<Overrides, DirectoryError> {
    let mut overrides = Overrides::new();
    let (mut after_user, mut after_device) = (String::new(), Vec::new());
    loop {
        let (user, device) = (after_user.clone(), after_device.clone());
        let read = move |read: &mut dyn Read| load_page(read, organization, &user, &device);
        let rows = store.read::<_, StoreError, _>(Place::Organization(organization), read).await?;
        for (user, device, effect, _) in &rows {
            put(&mut overrides, user, device, *effect)?;
        }
        let full = rows.len() as i64 == limits::LOAD_ROWS;
        match rows.into_iter().next_back() {
            Some((user, _, _, key)) if full => {
                (after_user, after_device) = (user.as_str().to_owned(), key);
            }
            _ => return Ok(overrides),
        }
        // Others are served between two pages.
        tokio::task::yield_now().await;
    }
}

fn load_page(
    read: &mut dyn Read,
    organization: OrganizationKey,
    after_user: &str,
    after_device: &[u8],
) -> Result<Vec<Loaded>, StoreError> {
    let rows =
        read.query(&sql::LOAD, parameters![organization.0, after_user, after_device, limits::LOAD_ROWS])?;
    let rows = rows.into_iter().map(|mut row| {
        let (user, device): (EntityId, String) = (row.take(0), row.take(1));
        let what = || format!("the override for device {device} of {user}");
        let effect = effect(&row.take::<String>(2), &what)?;
        Ok((user, DeviceId::from_store(device), effect, row.take(3)))
    });
    rows.collect()
}
