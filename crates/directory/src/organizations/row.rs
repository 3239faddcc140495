//! An organization as the directory has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use postroom_store::{Place, Read, Row, Store, StoreError, parameters};
use postroom_types::{Constrained, OrganizationId, OrganizationKey, Timestamp, fold};
use serde::{Deserialize, Serialize};

use super::OrganizationState;
use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::domains::NewDomain;
use crate::sql::organizations as sql;

/// An organization's row in the directory, with its tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The short key.
    pub key: OrganizationKey,
    /// The id that callers use.
    pub id: OrganizationId,
    arn: Arc<str>,
    /// Whose it is.
    pub aws_account: AwsAccountId,
    /// The region that it was created in.
    pub region: String,
    /// The alias.
    pub alias: String,
    /// The id of its directory.
    pub directory_id: String,
    /// The kind of its directory.
    pub directory_type: String,
    /// Its state.
    pub state: OrganizationState,
    /// What is wrong, when something is.
    pub error_message: Option<String>,
    /// The default mail domain, once there is one.
    pub default_mail_domain: Option<String>,
    /// The creation or deletion under way.
    pub(crate) pending: Option<Pending>,
    /// Token and request hash of the deletion.
    pub(crate) deletion_token: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it became active.
    pub completed_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// What a creation or deletion needs to know until it is done; JSON in the organization's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pending {
    /// A creation.
    Creation {
        /// The domain that is verified from the start.
        test_domain: String,
        /// The domains that are registered with it.
        domains: Vec<NewDomain>,
        /// When the organization became active, on import.
        completed_at: Option<i64>,
    },
    /// A deletion.
    Deletion {
        /// When it was asked for, in microseconds: tells it from one before that was refused.
        #[serde(default)]
        asked_at: i64,
        /// Delete although users are enabled.
        force: bool,
        /// Whether the directory goes too, and with it the alias.
        delete_directory: bool,
        /// Whether the IAM Identity Center application that the organization names goes too.
        delete_application: bool,
        /// The state to go back to when enabled users forbid the deletion.
        state_before: String,
        /// Whether the organization's store has agreed and takes no more writes.
        closed: bool,
        /// The application to delete, once the organization's store has told it.
        application_arn: Option<String>,
        /// The request that asked for it: its audit record becomes a refusal's when enabled users forbid it.
        #[serde(default)]
        request_id: Option<String>,
    },
}

impl Pending {
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).expect("plain values are always JSON")
    }

    /// What the column holds.
    pub(crate) fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl Organization {
    /// The ARN.
    pub fn arn(&self) -> &Arc<str> {
        &self.arn
    }

    /// The ARN of the organization `id` (WB §0.3).
    pub fn arn_of(region: &str, aws_account: &str, id: &str) -> String {
        format!("arn:aws:workmail:{region}:{aws_account}:organization/{id}")
    }

    /// Refuses an organization that is not active: `OrganizationState`.
    pub fn must_be_active(&self) -> Result<(), DirectoryError> {
        if self.state == OrganizationState::Active {
            return Ok(());
        }
        let message = format!("Organization {} is in state {}.", self.id.as_str(), self.state.as_str());
        Err(DirectoryError::OrganizationState(message))
    }

    pub(crate) fn from_row(mut row: Row) -> Self {
        let (state, pending): (String, Option<String>) = (row.take(7), row.take(10));
        let (id, aws_account, region): (String, String, String) = (row.take(1), row.take(2), row.take(3));
        Self {
            key: OrganizationKey(row.take(0)),
            arn: Self::arn_of(&region, &aws_account, &id).into(),
            id: OrganizationId::from_store(id),
            aws_account: AwsAccountId::from_store(aws_account),
            region,
            alias: row.take(4),
            directory_id: row.take(5),
            directory_type: row.take(6),
            state: OrganizationState::stored(&state),
            error_message: row.take(8),
            default_mail_domain: row.take(9),
            pending: pending.map(|json| read_pending(&json)),
            created_at: row.take(11),
            completed_at: row.take(12),
            deleted_at: row.take(13),
            deletion_token: row.take(14),
            tags: BTreeMap::new(),
        }
    }

    pub(crate) fn with_tags(mut self, tx: &mut dyn Read) -> Result<Self, StoreError> {
        let rows = tx.query(&sql::LIST_TAGS, parameters![self.key.0])?;
        self.tags = rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect();
        Ok(self)
    }
}

#[track_caller]
fn read_pending(json: &str) -> Pending {
    match Pending::parse(json) {
        Ok(pending) => pending,
        Err(error) => unreachable!("the store holds {json:?} as what is pending: {error}"),
    }
}

/// The organization with this key, without its tags.
pub(crate) fn by_key(tx: &mut dyn Read, key: OrganizationKey) -> Result<Option<Organization>, StoreError> {
    Ok(tx.query_first(&sql::BY_KEY, parameters![key.0])?.map(Organization::from_row))
}

/// The organization that a person calls `name`, in whatever state: its id, or the alias of one that is not deleted.
pub async fn named(store: &Store, name: &str) -> Result<Option<Organization>, StoreError> {
    let name = name.to_owned();
    let read = move |tx: &mut dyn Read| {
        if let Ok(id) = OrganizationId::parse(&name)
            && let Some(found) = by_id(tx, &id)?
        {
            return Ok(Some(found));
        }
        match tx.query_first(&sql::BY_ALIAS, parameters![&fold(&name)])? {
            Some(mut row) => by_key(tx, OrganizationKey(row.take(0))),
            None => Ok(None),
        }
    };
    store.read(Place::Directory, read).await
}

/// The organization with this id in whatever state, with its tags.
pub(crate) fn by_id(tx: &mut dyn Read, id: &OrganizationId) -> Result<Option<Organization>, StoreError> {
    match tx.query_first(&sql::BY_ID, parameters![id.as_str()])? {
        Some(row) => Organization::from_row(row).with_tags(tx).map(Some),
        None => Ok(None),
    }
}
