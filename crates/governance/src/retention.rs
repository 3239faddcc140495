//! A retention policy (WB §8).

use postroom_directory::entity::stored;
use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::{
    Constrained as _, FolderName, OrganizationKey, PolicyDescription, RetentionAction, ShortString,
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

    fn from_row(mut row: Row) -> Self {
        let folders: String = row.take(3);
        let columns: Vec<Column> =
            serde_json::from_str(&folders).expect("only `folders_json` writes the column");
        let folder = |column: Column| FolderConfiguration {
            folder: stored(&column.name),
            action: stored(&column.action),
            period_days: column.period,
        };
        Self {
            id: ShortString::from_store(row.take(0)),
            name: ShortString::from_store(row.take(1)),
            description: row.take::<Option<String>>(2).map(PolicyDescription::from_store),
            folders: columns.into_iter().map(folder).collect(),
        }
    }
}

/// The organization's policy, if it has one.
pub(crate) fn select(
    read: &mut dyn Read,
    organization: OrganizationKey,
) -> Result<Option<RetentionPolicy>, StoreError> {
    Ok(read.query_first(&sql::SELECT, parameters![organization.0])?.map(RetentionPolicy::from_row))
}
