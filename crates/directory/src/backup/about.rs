//! What an organization's archive says in its header: the organization's row of the directory, without the short key.

use std::collections::BTreeMap;

use postroom_store::{Place, Read, Store, parameters};
use postroom_types::{Constrained, OrganizationId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::DirectoryError;
use crate::organizations::Organization;
use crate::sql::restores as sql;

/// An organization as the directory had it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct About {
    pub(super) organization_id: String,
    pub(super) alias: String,
    pub(super) aws_account: String,
    /// What the operator calls the account.
    pub(super) account_name: String,
    pub(super) region: String,
    pub(super) directory_id: String,
    pub(super) directory_type: String,
    pub(super) kms_key_arn: Option<String>,
    pub(super) default_mail_domain: Option<String>,
    pub(super) created_at: i64,
    pub(super) completed_at: Option<i64>,
    pub(super) tags: BTreeMap<String, String>,
}

impl About {
    pub(super) async fn read(store: &Store, organization: Organization) -> Result<Self, DirectoryError> {
        let read = move |read: &mut dyn Read| {
            let organization = organization.clone().with_tags(read)?;
            let key = read.query_first(&sql::KMS_KEY, parameters![organization.key.0])?;
            let account =
                read.query_first(&sql::ACCOUNT_NAME, parameters![organization.aws_account.as_str()])?;
            Ok(Self {
                organization_id: organization.id.as_str().to_owned(),
                alias: organization.alias,
                aws_account: organization.aws_account.to_string(),
                account_name: account.map_or_else(String::new, |mut row| row.take(0)),
                region: organization.region,
                directory_id: organization.directory_id,
                directory_type: organization.directory_type,
                kms_key_arn: key.and_then(|mut row| row.take(0)),
                default_mail_domain: organization.default_mail_domain,
                created_at: organization.created_at.micros(),
                completed_at: organization.completed_at.map(Timestamp::micros),
                tags: organization.tags,
            })
        };
        store.read(Place::Directory, read).await
    }

    /// The id, which [`Source`](super::Source) has found to be one.
    pub(super) fn id(&self) -> OrganizationId {
        OrganizationId::from_store(self.organization_id.clone())
    }
}
