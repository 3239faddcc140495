//! A retention policy (WB §8).

use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::{
    Choice as _, Constrained as _, FolderName, OrganizationKey, PolicyDescription, RetentionAction,
    ShortString,
};
use serde::{Deserialize, Serialize};

use crate::sql;

/// What happens to old items of one folder, in every mailbox of the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderConfiguration {
    /// Which folder.
    pub folder: FolderName,
    /// What happens.
    pub action: RetentionAction,
    /// After how many days (1 to 730); there is one unless the action is NONE.
    pub period_days: Option<i32>,
}

/// The organization's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Its id: minted, or kept on import.
    pub id: ShortString,
    /// Its name.
    pub name: ShortString,
    /// Its description.
    pub description: Option<PolicyDescription>,
    /// At most one configuration a folder. Folders that are not listed are left alone.
    pub folders: Vec<FolderConfiguration>,
}

/// An element of the column `folder_configurations`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Column {
    name: String,
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<i32>,
}

impl RetentionPolicy {
    /// The column `folder_configurations`.
    pub(crate) fn folders_json(&self) -> String {
        let columns = self.folders.iter().map(|folder| Column {
            name: folder.folder.as_str().to_owned(),
            action: folder.action.as_str().to_owned(),
            period: folder.period_days,
        });
        let columns: Vec<Column> = columns.collect();
        serde_json::to_string(&columns).expect("strings and numbers are JSON")
    }

    /// The policy in a row of the columns of [`sql::SELECT`].
    pub(crate) fn from_row(mut row: Row) -> Result<Self, StoreError> {
        let (id, folders): (String, String) = (row.take(0), row.take(3));
        let unread =
            |cause: &str| StoreError::Impaired(format!("the retention policy {id} cannot be read: {cause}"));
        let columns: Vec<Column> =
            serde_json::from_str(&folders).map_err(|error| unread(&error.to_string()))?;
        let folders: Option<Vec<_>> = columns.iter().map(Column::folder).collect();
        let folders = folders.ok_or_else(|| unread("it names a folder or an action that there is not"))?;
        Ok(Self {
            id: ShortString::from_store(id),
            name: ShortString::from_store(row.take(1)),
            description: row.take::<Option<String>>(2).map(PolicyDescription::from_store),
            folders,
        })
    }
}

impl Column {
    fn folder(&self) -> Option<FolderConfiguration> {
        Some(FolderConfiguration {
            folder: FolderName::parse(&self.name).ok()?,
            action: RetentionAction::parse(&self.action).ok()?,
            period_days: self.period,
        })
    }
}

/// The organization's policy, if it has one.
pub(crate) fn select(
    read: &mut dyn Read,
    organization: OrganizationKey,
) -> Result<Option<RetentionPolicy>, StoreError> {
    read.query_first(&sql::SELECT, parameters![organization.0])?.map(RetentionPolicy::from_row).transpose()
}
