//! An access control rule as a row: JSON with the member names of the WorkMail model.

use postroom_policy::Effect;
use postroom_policy::access_control::{AccessAction, AccessControlRule};
use postroom_policy::ip::{Ipv4Range, Ipv6Range};
use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::{
    AccessControlRuleDescription, AccessControlRuleName, Constrained, EntityId, ImpersonationRoleId,
    OrganizationKey, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::sql::access_control as sql;

/// A rule with its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRule {
    /// The rule.
    pub rule: AccessControlRule,
    /// When a rule of this name was first put.
    pub created_at: Timestamp,
    /// When it was last put.
    pub modified_at: Timestamp,
}

/// The column `rule`. Lists that are empty are left out: an empty list is no condition (WB §2.1).
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Column {
    effect: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ip_ranges: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_ip_ranges: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ipv6_ranges: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_ipv6_ranges: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_actions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_ids: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_user_ids: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    impersonation_role_ids: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_impersonation_role_ids: Vec<String>,
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn role_texts(values: &[ImpersonationRoleId]) -> Vec<String> {
    values.iter().map(|role| role.as_str().to_owned()).collect()
}

/// The column of `rule`.
pub(crate) fn rule_json(rule: &AccessControlRule) -> String {
    let column = Column {
        effect: rule.effect.as_str().to_owned(),
        description: rule.description.as_ref().map(|text| text.as_str().to_owned()),
        ip_ranges: texts(&rule.ip_ranges),
        not_ip_ranges: texts(&rule.not_ip_ranges),
        ipv6_ranges: texts(&rule.ipv6_ranges),
        not_ipv6_ranges: texts(&rule.not_ipv6_ranges),
        actions: texts(&rule.actions),
        not_actions: texts(&rule.not_actions),
        user_ids: texts(&rule.user_ids),
        not_user_ids: texts(&rule.not_user_ids),
        impersonation_role_ids: role_texts(&rule.impersonation_role_ids),
        not_impersonation_role_ids: role_texts(&rule.not_impersonation_role_ids),
    };
    serde_json::to_string(&column).expect("plain values are always JSON")
}

impl Column {
    /// The rule, if every value is one that [`rule_json`] writes.
    fn rule(self, name: String) -> Option<AccessControlRule> {
        let ipv4 = |list: Vec<String>| parsed(&list, |text| Ipv4Range::parse(text).ok());
        let ipv6 = |list: Vec<String>| parsed(&list, |text| Ipv6Range::parse(text).ok());
        let actions = |list: Vec<String>| parsed(&list, |text| AccessAction::parse(text).ok());
        let users = |list: Vec<String>| list.into_iter().map(EntityId::from_store).collect();
        let roles = |list: Vec<String>| list.into_iter().map(ImpersonationRoleId::from_store).collect();
        Some(AccessControlRule {
            name: AccessControlRuleName::from_store(name),
            effect: effect(&self.effect)?,
            description: self.description.map(AccessControlRuleDescription::from_store),
            ip_ranges: ipv4(self.ip_ranges)?,
            not_ip_ranges: ipv4(self.not_ip_ranges)?,
            ipv6_ranges: ipv6(self.ipv6_ranges)?,
            not_ipv6_ranges: ipv6(self.not_ipv6_ranges)?,
            actions: actions(self.actions)?,
            not_actions: actions(self.not_actions)?,
            user_ids: users(self.user_ids),
            not_user_ids: users(self.not_user_ids),
            impersonation_role_ids: roles(self.impersonation_role_ids),
            not_impersonation_role_ids: roles(self.not_impersonation_role_ids),
        })
    }
}

fn parsed<T>(list: &[String], parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    list.iter().map(|text| parse(text)).collect()
}

/// The effect that a column holds.
pub(super) fn effect(text: &str) -> Option<Effect> {
    [Effect::Allow, Effect::Deny].into_iter().find(|effect| effect.as_str() == text)
}

/// The rules of `organization`, by name.
pub(crate) fn all_rules(
    read: &mut dyn Read,
    organization: OrganizationKey,
) -> Result<Vec<StoredRule>, StoreError> {
    read.query(&sql::LIST, parameters![organization.0])?.into_iter().map(from_row).collect()
}

/// The rule in a row of the columns of [`sql::LIST`].
pub(crate) fn from_row(mut row: Row) -> Result<StoredRule, StoreError> {
    let (name, json): (String, String) = (row.take(0), row.take(1));
    let unread =
        |cause: &str| StoreError::Impaired(format!("the access control rule {name} cannot be read: {cause}"));
    let column: Column = serde_json::from_str(&json).map_err(|error| unread(&error.to_string()))?;
    let rule = column.rule(name.clone()).ok_or_else(|| unread("it has a value that no rule has"))?;
    Ok(StoredRule { rule, created_at: row.take(2), modified_at: row.take(3) })
}
