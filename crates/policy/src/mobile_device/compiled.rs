//! Rules compiled to bit sets per prefix.

use super::MobileDeviceRule;
use super::prefixes::PrefixMap;
use crate::error::CompileError;
use crate::explain::ConditionKind as Kind;
use crate::rule_set::Effects;

/// The mobile device access rules of one organization, ready to decide.
#[derive(Debug, Clone)]
pub struct MobileDeviceRules {
    pub(super) rules: Box<[MobileDeviceRule]>,
    pub(super) effects: Effects,
    pub(super) types: PrefixMap,
    pub(super) models: PrefixMap,
    pub(super) operating_systems: PrefixMap,
    pub(super) user_agents: PrefixMap,
}

impl MobileDeviceRules {
    /// Compiles `rules`; their order is kept and is the order of matched rules in decisions.
    pub fn compile(rules: Vec<MobileDeviceRule>) -> Result<Self, CompileError> {
        let effects = Effects::of(&rules, |rule| rule.effect)?;
        let types = PrefixMap::compile(
            &rules,
            (Kind::DeviceTypes, |rule| &rule.device_types),
            (Kind::NotDeviceTypes, |rule| &rule.not_device_types),
            |value| value.as_str(),
        )?;
        let models = PrefixMap::compile(
            &rules,
            (Kind::DeviceModels, |rule| &rule.device_models),
            (Kind::NotDeviceModels, |rule| &rule.not_device_models),
            |value| value.as_str(),
        )?;
        let operating_systems = PrefixMap::compile(
            &rules,
            (Kind::DeviceOperatingSystems, |rule| &rule.device_operating_systems),
            (Kind::NotDeviceOperatingSystems, |rule| &rule.not_device_operating_systems),
            |value| value.as_str(),
        )?;
        let user_agents = PrefixMap::compile(
            &rules,
            (Kind::DeviceUserAgents, |rule| &rule.device_user_agents),
            (Kind::NotDeviceUserAgents, |rule| &rule.not_device_user_agents),
            |value| value.as_str(),
        )?;
        Ok(Self { rules: rules.into(), effects, types, models, operating_systems, user_agents })
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[MobileDeviceRule] {
        &self.rules
    }
}
