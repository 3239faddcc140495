//! Settings of an organization that are one value each; JSON in its row.

use postroom_store::{Read, StoreError, parameters};
use postroom_types::OrganizationKey;
use serde::{Deserialize, Serialize};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::sql::organization as sql;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether the policy of a sender's domain applies to mail that fails it (WB §6.5).
    pub dmarc_enforced: bool,
    /// Where mail events go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<Monitoring>,
    /// How people log in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<IdentityProvider>,
    /// Where WorkMail leaves a choice: what this organization chose.
    pub compatibility: Compatibility,
}

/// Where WorkMail's documents leave a choice or contradict each other: what an organization chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Compatibility {
    /// A user enabled with an address of another domain gets the same local part of the test domain as an alias,
    /// if it is free (WB §1.7).
    pub test_domain_alias: bool,
    /// A group may be given FULL_ACCESS to a mailbox (WB §4.1).
    pub full_access_for_groups: bool,
}

impl Default for Compatibility {
    fn default() -> Self {
        Self { test_domain_alias: false, full_access_for_groups: true }
    }
}

impl Default for Settings {
    fn default() -> Self {
        // WB §6.5: new organizations enforce DMARC.
        Self {
            dmarc_enforced: true,
            monitoring: None,
            identity_provider: None,
            compatibility: Compatibility::default(),
        }
    }
}

/// Where mail events go (WB §13.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitoring {
    /// The role that the caller named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The log group.
    pub log_group_arn: String,
}

/// How people log in (WB §11.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// `IDENTITY_PROVIDER_ONLY` or `IDENTITY_PROVIDER_AND_DIRECTORY`.
    pub authentication_mode: String,
    /// The IAM Identity Center instance.
    pub instance_arn: String,
    /// The application in it.
    pub application_arn: String,
    /// Whether personal access tokens may be made and used.
    pub tokens_active: bool,
    /// How many days a new token lasts at most; `None`: it does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_lifetime_days: Option<i64>,
}

/// The settings of `organization`. `OrganizationNotFound`.
pub fn settings(tx: &mut dyn Read, organization: OrganizationKey) -> Result<Settings, DirectoryError> {
    let row = tx.query_first(&sql::SELECT_SETTINGS, parameters![organization.0])?;
    let Some(mut row) = row else { return Err(DirectoryError::OrganizationNotFound) };
    Ok(read(&row.take::<String>(0))?)
}

/// The settings that the column holds.
pub(crate) fn read(json: &str) -> Result<Settings, StoreError> {
    serde_json::from_str(json)
        .map_err(|error| StoreError::Impaired(format!("the settings cannot be read: {error}")))
}

/// Changes the settings; the organization's row is locked by `tx`, so no other change is lost.
pub(crate) fn change_settings(
    tx: &mut AdminTx<'_, '_>,
    change: impl FnOnce(&mut Settings),
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let mut settings = settings(tx, organization)?;
    change(&mut settings);
    tx.execute(&sql::SET_SETTINGS, parameters![organization.0, &json(&settings)])?;
    Ok(())
}

/// Changes what the organization chose; what is there already stays as it is.
pub fn set_compatibility(tx: &mut AdminTx<'_, '_>, chosen: Compatibility) -> Result<(), DirectoryError> {
    change_settings(tx, |settings| settings.compatibility = chosen)
}

pub(crate) fn json(settings: &Settings) -> String {
    serde_json::to_string(settings).expect("plain values are always JSON")
}
