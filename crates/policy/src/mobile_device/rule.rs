//! Plain rules and attempts.

use postroom_types::{
    DeviceModel, DeviceOperatingSystem, DeviceType, DeviceUserAgent, EntityId,
    MobileDeviceAccessRuleDescription, MobileDeviceAccessRuleId, MobileDeviceAccessRuleName,
};

use crate::Effect;

/// One mobile device access rule. An empty list is no condition; a rule matches when all its conditions hold.
///
/// Values are prefixes, compared without case; `$NONE` stands for a property that the device does not report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MobileDeviceRule {
    /// The key within the organization.
    pub id: MobileDeviceAccessRuleId,
    /// For people, and part of decisions.
    pub name: MobileDeviceAccessRuleName,
    /// For people only.
    pub description: Option<MobileDeviceAccessRuleDescription>,
    /// What a match asks for.
    pub effect: Effect,
    /// The type begins with one of these.
    pub device_types: Vec<DeviceType>,
    /// The type is reported and begins with none of these.
    pub not_device_types: Vec<DeviceType>,
    /// The model begins with one of these.
    pub device_models: Vec<DeviceModel>,
    /// The model is reported and begins with none of these.
    pub not_device_models: Vec<DeviceModel>,
    /// The operating system begins with one of these.
    pub device_operating_systems: Vec<DeviceOperatingSystem>,
    /// The operating system is reported and begins with none of these.
    pub not_device_operating_systems: Vec<DeviceOperatingSystem>,
    /// The user agent begins with one of these.
    pub device_user_agents: Vec<DeviceUserAgent>,
    /// The user agent is reported and begins with none of these.
    pub not_device_user_agents: Vec<DeviceUserAgent>,
}

impl MobileDeviceRule {
    /// A rule without conditions: it matches every device.
    pub fn new(id: MobileDeviceAccessRuleId, name: MobileDeviceAccessRuleName, effect: Effect) -> Self {
        Self {
            id,
            name,
            description: None,
            effect,
            device_types: Vec::new(),
            not_device_types: Vec::new(),
            device_models: Vec::new(),
            not_device_models: Vec::new(),
            device_operating_systems: Vec::new(),
            not_device_operating_systems: Vec::new(),
            device_user_agents: Vec::new(),
            not_device_user_agents: Vec::new(),
        }
    }
}

/// What a device says about itself, unverified. An empty text counts as not reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DeviceProperties<'a> {
    /// Such as `iPhone`.
    pub device_type: Option<&'a str>,
    /// Such as `iPhone10C1`.
    pub device_model: Option<&'a str>,
    /// Such as `iOS 14.3.1`.
    pub device_operating_system: Option<&'a str>,
    /// Such as `Android-Mail/7.7`.
    pub device_user_agent: Option<&'a str>,
}

/// One attempt of a device to synchronise a person's mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceAttempt<'a> {
    /// The mailbox's owner.
    pub user_id: &'a EntityId,
    /// As the device sends it. What is not 1 to 32 letters and digits can have no override.
    pub device_id: &'a str,
    /// What the device says about itself.
    pub properties: DeviceProperties<'a>,
}
