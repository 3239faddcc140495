//! A mobile device access rule as a row: JSON with the member names of the WorkMail model.

use postroom_directory::change_marks::Area;
use postroom_policy::Effect;
use postroom_policy::mobile_device::MobileDeviceRule;
use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::{
    Constrained, MobileDeviceAccessRuleDescription, MobileDeviceAccessRuleId, MobileDeviceAccessRuleName,
    OrganizationKey, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::sql::rules as sql;

/// What moves when a rule changes.
pub(crate) const RULES: Area = Area::new("mobile device rules");

/// A rule with its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRule {
    /// The rule.
    pub rule: MobileDeviceRule,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
}

/// The column `rule`. Lists that are empty are left out.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Column {
    effect: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    device_types: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_device_types: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    device_models: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_device_models: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    device_operating_systems: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_device_operating_systems: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    device_user_agents: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_device_user_agents: Vec<String>,
}

/// The column of `rule`.
pub(crate) fn rule_json(rule: &MobileDeviceRule) -> String {
    let column = Column {
        effect: rule.effect.as_str().to_owned(),
        description: rule.description.as_ref().map(|text| text.as_str().to_owned()),
        device_types: texts(&rule.device_types),
        not_device_types: texts(&rule.not_device_types),
        device_models: texts(&rule.device_models),
        not_device_models: texts(&rule.not_device_models),
        device_operating_systems: texts(&rule.device_operating_systems),
        not_device_operating_systems: texts(&rule.not_device_operating_systems),
        device_user_agents: texts(&rule.device_user_agents),
        not_device_user_agents: texts(&rule.not_device_user_agents),
    };
    serde_json::to_string(&column).expect("plain values are always JSON")
}

fn texts<T: Constrained>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| value.as_str().to_owned()).collect()
}

fn values<T: Constrained>(texts: Vec<String>) -> Vec<T> {
    texts.into_iter().map(T::from_store).collect()
}

/// The effect that a column of `what` holds; only this program writes it.
pub(crate) fn effect(text: &str, what: &dyn Fn() -> String) -> Result<Effect, StoreError> {
    let effect = [Effect::Allow, Effect::Deny].into_iter().find(|effect| effect.as_str() == text);
    effect.ok_or_else(|| StoreError::Impaired(format!("{} has {text:?} as its effect", what())))
}

/// The rules of `organization` in the order of their creation.
pub(crate) fn all_rules(
    read: &mut dyn Read,
    organization: OrganizationKey,
) -> Result<Vec<StoredRule>, StoreError> {
    read.query(&sql::LIST, parameters![organization.0])?.into_iter().map(from_row).collect()
}

/// The rule in a row of the columns of [`sql::LIST`].
pub(crate) fn from_row(mut row: Row) -> Result<StoredRule, StoreError> {
    let (id, json): (String, String) = (row.take(0), row.take(2));
    let what = || format!("the mobile device access rule {id}");
    let column: Column = serde_json::from_str(&json)
        .map_err(|error| StoreError::Impaired(format!("{} cannot be read: {error}", what())))?;
    let effect = effect(&column.effect, &what)?;
    let rule = MobileDeviceRule {
        id: MobileDeviceAccessRuleId::from_store(id),
        name: MobileDeviceAccessRuleName::from_store(row.take(1)),
        description: column.description.map(MobileDeviceAccessRuleDescription::from_store),
        effect,
        device_types: values(column.device_types),
        not_device_types: values(column.not_device_types),
        device_models: values(column.device_models),
        not_device_models: values(column.not_device_models),
        device_operating_systems: values(column.device_operating_systems),
        not_device_operating_systems: values(column.not_device_operating_systems),
        device_user_agents: values(column.device_user_agents),
        not_device_user_agents: values(column.not_device_user_agents),
    };
    Ok(StoredRule { rule, created_at: row.take(3), modified_at: row.take(4) })
}
