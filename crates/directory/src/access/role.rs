//! An impersonation role as a row: its rules are JSON with the member names of the WorkMail model.

use postroom_policy::impersonation::ImpersonationRule;
use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::{
    Choice as _, Constrained, EntityId, ImpersonationRoleDescription, ImpersonationRoleId,
    ImpersonationRoleName, ImpersonationRoleType, ImpersonationRuleDescription, ImpersonationRuleId,
    ImpersonationRuleName, OrganizationKey, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::rule::effect;
use crate::sql::impersonation as sql;

/// An impersonation role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpersonationRole {
    /// Its id.
    pub id: ImpersonationRoleId,
    /// Its name.
    pub name: ImpersonationRoleName,
    /// What it may do in a mailbox.
    pub role_type: ImpersonationRoleType,
    /// For people.
    pub description: Option<ImpersonationRoleDescription>,
    /// In whose mailboxes; targets are entity ids.
    pub rules: Vec<ImpersonationRule>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
}

/// One element of the column `rules`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Column {
    impersonation_rule_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    effect: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    target_users: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    not_target_users: Vec<String>,
}

/// The column of `rules`.
pub(crate) fn rules_json(rules: &[ImpersonationRule]) -> String {
    let ids = |users: &[EntityId]| users.iter().map(|user| user.as_str().to_owned()).collect();
    let columns: Vec<Column> = rules
        .iter()
        .map(|rule| Column {
            impersonation_rule_id: rule.id.as_str().to_owned(),
            name: rule.name.as_ref().map(|text| text.as_str().to_owned()),
            description: rule.description.as_ref().map(|text| text.as_str().to_owned()),
            effect: rule.effect.as_str().to_owned(),
            target_users: ids(&rule.target_users),
            not_target_users: ids(&rule.not_target_users),
        })
        .collect();
    serde_json::to_string(&columns).expect("plain values are always JSON")
}

impl Column {
    fn rule(self) -> Option<ImpersonationRule> {
        let ids = |users: Vec<String>| users.into_iter().map(EntityId::from_store).collect();
        Some(ImpersonationRule {
            id: ImpersonationRuleId::from_store(self.impersonation_rule_id),
            name: self.name.map(ImpersonationRuleName::from_store),
            description: self.description.map(ImpersonationRuleDescription::from_store),
            effect: effect(&self.effect)?,
            target_users: ids(self.target_users),
            not_target_users: ids(self.not_target_users),
        })
    }
}

/// The role `id`, if there is one.
pub(crate) fn select_role(
    read: &mut dyn Read,
    organization: OrganizationKey,
    id: &ImpersonationRoleId,
) -> Result<Option<ImpersonationRole>, StoreError> {
    let row = read.query_first(&sql::SELECT, parameters![organization.0, id.as_str()])?;
    row.map(from_row).transpose()
}

/// At most `rows_max` roles whose id is above `after`, by id.
pub(crate) fn roles_after(
    read: &mut dyn Read,
    organization: OrganizationKey,
    after: &str,
    rows_max: i64,
) -> Result<Vec<ImpersonationRole>, StoreError> {
    let rows = read.query(&sql::PAGE, parameters![organization.0, after, rows_max])?;
    rows.into_iter().map(from_row).collect()
}

/// The role in a row of the columns of [`sql::PAGE`].
pub(crate) fn from_row(mut row: Row) -> Result<ImpersonationRole, StoreError> {
    let (id, role_type, json): (String, String, String) = (row.take(0), row.take(2), row.take(4));
    let unread =
        |cause: &str| StoreError::Impaired(format!("the impersonation role {id} cannot be read: {cause}"));
    let columns: Vec<Column> = serde_json::from_str(&json).map_err(|error| unread(&error.to_string()))?;
    let rules: Option<Vec<_>> = columns.into_iter().map(Column::rule).collect();
    let rules = rules.ok_or_else(|| unread("it has a rule with an effect that there is not"))?;
    let role_type = ImpersonationRoleType::parse(&role_type).map_err(|_| unread("its type is none"))?;
    Ok(ImpersonationRole {
        id: ImpersonationRoleId::from_store(id),
        name: ImpersonationRoleName::from_store(row.take(1)),
        role_type,
        description: row.take::<Option<String>>(3).map(ImpersonationRoleDescription::from_store),
        rules,
        created_at: row.take(5),
        modified_at: row.take(6),
    })
}
