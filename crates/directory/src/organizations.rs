//! Which organizations there are, as requests are routed by; kept in memory, refreshed when the directory changes.

use std::sync::Arc;

use postroom_store::{Change, Place, Read, Row, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use crate::limits;
use crate::sql::organizations as sql;
use crate::watched::Watched;

/// State of an organization (WB §1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationState {
    /// Asked for; no step done.
    Requested,
    /// Its store is being made.
    Creating,
    /// In use.
    Active,
    /// Being deleted.
    Deleting,
    /// Gone; the row stays.
    Deleted,
    /// Creation failed for good.
    Failed,
    /// Its data cannot be opened.
    Impaired,
}

impl OrganizationState {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Requested, "Requested"),
        (Self::Creating, "Creating"),
        (Self::Active, "Active"),
        (Self::Deleting, "Deleting"),
        (Self::Deleted, "Deleted"),
        (Self::Failed, "Failed"),
        (Self::Impaired, "Impaired"),
    ];

    /// The word that callers see.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("Impaired", |(_, text)| text)
    }

    /// The state that a column holds.
    pub fn from_store(text: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == text).map_or(Self::Impaired, |(state, _)| *state)
    }

    /// Whether operations other than describing and deleting are allowed.
    pub fn is_active(self) -> bool {
        self == Self::Active
    }
}

/// What routing and decisions need of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The short key.
    pub key: OrganizationKey,
    /// `m-…`
    pub id: String,
    /// The AWS account that owns it.
    pub aws_account: String,
    /// The region it was made in.
    pub region: String,
    /// Its alias.
    pub alias: String,
    /// Its state.
    pub state: OrganizationState,
}

impl Organization {
    /// `arn:aws:workmail:<region>:<account>:organization/<id>`
    pub fn arn(&self) -> String {
        format!("arn:aws:workmail:{}:{}:organization/{}", self.region, self.aws_account, self.id)
    }

    fn from_row(mut row: Row) -> Self {
        let state: String = row.take(5);
        Self {
            key: OrganizationKey(row.take(0)),
            id: row.take(1),
            aws_account: row.take(2),
            region: row.take(3),
            alias: row.take(4),
            state: OrganizationState::from_store(&state),
        }
    }
}

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
#[derive(Debug)]
pub struct Organizations {
    known: Watched<Organization>,
}

impl Organizations {
    /// A view that empties itself when the directory of `store` changes.
    pub fn watching(store: &Store) -> Arc<Self> {
        let organizations = Arc::new(Self { known: Watched::new(limits::ORGANIZATIONS_CACHED_MAX) });
        let watching = Arc::downgrade(&organizations);
        store.listen(Box::new(move |change| {
            if let (Change::Directory, Some(organizations)) = (change, watching.upgrade()) {
                organizations.known.clear();
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
        let id = lookup.id();
        let epoch = match self.known.get(id) {
            Ok(known) => return Ok(Some(known)),
            Err(epoch) => epoch,
        };
        let wanted = id.to_owned();
        let row = store
            .read::<_, StoreError, _>(Place::Directory, move |read: &mut dyn Read| {
                read.query_first(&sql::BY_ID, parameters![&wanted])
            })
            .await?;
        Ok(row.map(|row| self.known.put(epoch, id, Organization::from_row(row))))
    }
}
