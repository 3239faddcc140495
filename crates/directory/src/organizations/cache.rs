//! Finding the organization of a request.

use std::sync::Arc;

use postroom_store::{Change, Place, Read, Store, StoreError};
use postroom_types::{Constrained, OrganizationId};

use super::row::{self, Organization};
use super::state::OrganizationState;
use crate::cache::Remembered;
use crate::limits;

/// How a caller names an organization.
#[derive(Debug, Clone, Copy)]
pub enum Lookup<'a> {
    /// `m-…`
    Id(&'a str),
    /// Its ARN.
    Arn(&'a str),
}

impl Lookup<'_> {
    /// The id in it; empty for an ARN of another form.
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Arn(arn) => arn.split_once(":organization/").map_or("", |(_, id)| id),
        }
    }
}

/// The organizations that were asked for, by id.
pub struct Organizations {
    known: Remembered<Box<str>, Arc<Organization>>,
}

impl Organizations {
    /// A view that empties itself when the directory of `store` changes.
    pub fn watching(store: &Store) -> Arc<Self> {
        let organizations = Arc::new(Self { known: Remembered::new(limits::ORGANIZATIONS_CACHED_MAX) });
        let watching = Arc::downgrade(&organizations);
        store.listen(Box::new(move |change| {
            if let (Change::Directory | Change::Everything, Some(organizations)) =
                (change, watching.upgrade())
            {
                organizations.known.forget_all();
            }
        }));
        organizations
    }

    /// The organization, in whatever state and of whatever AWS account.
    pub async fn find(
        &self,
        store: &Store,
        lookup: Lookup<'_>,
    ) -> Result<Option<Arc<Organization>>, StoreError> {
        let key = lookup.id();
        if let Some(known) = self.known.find(key) {
            return Ok(Some(known));
        }
        let Ok(id) = OrganizationId::parse(key) else { return Ok(None) };
        let epoch = self.known.epoch();
        let read = move |read: &mut dyn Read| row::by_id(read, &id);
        let found = store.read::<_, StoreError, _>(Place::Directory, read).await?.map(Arc::new);
        // One that is not active is on its way to another state, which a caller may have read already (the commit
        // is seen on PostgreSQL before its change is published): it is looked at each time.
        if let Some(organization) = found.as_ref().filter(|found| found.state == OrganizationState::Active) {
            self.known.insert(epoch, key.into(), Arc::clone(organization));
        }
        Ok(found)
    }
}
