//! An organization and those of its settings that the API has no operation for.

use std::fmt;

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::organizations::{Organization, OrganizationState, opens};
use postroom_directory::settings::{Compatibility, set_compatibility, settings};
use postroom_store::{Place, Read, StoreError};
use serde::{Deserialize, Serialize};

use super::acting::acting;
use super::{Operator, named, time};
use crate::problem::Problem;

/// Shows an organization.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OrganizationShow {
    /// `m-…` or its alias.
    pub(crate) organization: String,
}

/// Changes settings; what is `None` stays.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OrganizationSet {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// See [`Compatibility::test_domain_alias`].
    pub(crate) test_domain_alias: Option<bool>,
    /// See [`Compatibility::full_access_for_groups`].
    pub(crate) full_access_for_groups: Option<bool>,
}

/// An organization.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shown {
    id: String,
    alias: String,
    aws_account: String,
    region: String,
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_mail_domain: Option<String>,
    created_at: String,
    settings: Compatibility,
}

pub(super) async fn show(operator: &Operator, command: OrganizationShow) -> Result<Shown, Problem> {
    let organization = named::organization(operator, &command.organization).await?;
    let key = organization.key;
    let read = move |tx: &mut dyn Read| settings(tx, key);
    let settings = operator.opened.store.read(Place::Organization(key), read).await;
    let settings =
        settings.map_err(|error| Problem::new("the organization's settings cannot be read", error))?;
    let mut shown = shown(&organization, settings.compatibility);
    let opens = opens(&operator.opened.store, &operator.opened.keyring, key).await;
    if organization.state == OrganizationState::Active
        && matches!(opens, Err(DirectoryError::Store(StoreError::Impaired(_))))
    {
        shown.state = OrganizationState::Impaired.as_str().to_owned();
    }
    Ok(shown)
}

pub(super) async fn set(operator: &Operator, command: OrganizationSet) -> Result<Shown, Problem> {
    let organization = named::organization(operator, &command.organization).await?;
    let (aliased, groups) = (command.test_domain_alias, command.full_access_for_groups);
    let parameters = serde_json::json!({ "testDomainAlias": aliased, "fullAccessForGroups": groups });
    let acting = acting(operator, "organization set", "PutOrganizationSettings", &parameters);
    let change = move |tx: &mut AdminTx<'_, '_>| {
        let key = tx.organization;
        let mut chosen = settings(tx, key)?.compatibility;
        chosen.test_domain_alias = aliased.unwrap_or(chosen.test_domain_alias);
        chosen.full_access_for_groups = groups.unwrap_or(chosen.full_access_for_groups);
        set_compatibility(tx, chosen)?;
        Ok(chosen)
    };
    let chosen = acting.organization(organization.key, change).await;
    let chosen = chosen.map_err(|error| Problem::new("the settings were not changed", error))?;
    Ok(shown(&organization, chosen))
}

fn shown(organization: &Organization, settings: Compatibility) -> Shown {
    Shown {
        id: organization.id.as_str().to_owned(),
        alias: organization.alias.clone(),
        aws_account: organization.aws_account.as_str().to_owned(),
        region: organization.region.clone(),
        state: organization.state.as_str().to_owned(),
        default_mail_domain: organization.default_mail_domain.clone(),
        created_at: time::text(organization.created_at),
        settings,
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let switch = |is_on| if is_on { "on" } else { "off" };
        writeln!(f, "{} ({}), {}, made at {}", self.id, self.alias, self.state, self.created_at)?;
        writeln!(f, "AWS account {}, region {}", self.aws_account, self.region)?;
        if let Some(domain) = &self.default_mail_domain {
            writeln!(f, "default domain: {domain}")?;
        }
        writeln!(f, "test-domain-alias: {}", switch(self.settings.test_domain_alias))?;
        writeln!(f, "full-access-for-groups: {}", switch(self.settings.full_access_for_groups))
    }
}
