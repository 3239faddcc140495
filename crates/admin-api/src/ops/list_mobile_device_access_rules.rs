//! ListMobileDeviceAccessRules.

use postroom_devices::StoredRule;
use postroom_devices::ops::list_mobile_device_access_rules;

use crate::call::Call;
use crate::convert::some_list;
use crate::handle::{Handle, Target};
use crate::operations::ListMobileDeviceAccessRules;
use crate::shapes::{
    ListMobileDeviceAccessRulesRequest, ListMobileDeviceAccessRulesResponse, MobileDeviceAccessRule,
};
use crate::wire::Fault;

impl Handle for ListMobileDeviceAccessRules {
    fn target(input: &ListMobileDeviceAccessRulesRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        _input: ListMobileDeviceAccessRulesRequest,
    ) -> Result<ListMobileDeviceAccessRulesResponse, Fault> {
        let rules = call.read(list_mobile_device_access_rules).await?;
        Ok(ListMobileDeviceAccessRulesResponse { rules: Some(rules.into_iter().map(member).collect()) })
    }
}

fn member(stored: StoredRule) -> MobileDeviceAccessRule {
    let rule = stored.rule;
    MobileDeviceAccessRule {
        mobile_device_access_rule_id: Some(rule.id),
        name: Some(rule.name),
        description: rule.description,
        effect: Some(rule.effect.into()),
        device_types: some_list(rule.device_types, |value| value),
        not_device_types: some_list(rule.not_device_types, |value| value),
        device_models: some_list(rule.device_models, |value| value),
        not_device_models: some_list(rule.not_device_models, |value| value),
        device_operating_systems: some_list(rule.device_operating_systems, |value| value),
        not_device_operating_systems: some_list(rule.not_device_operating_systems, |value| value),
        device_user_agents: some_list(rule.device_user_agents, |value| value),
        not_device_user_agents: some_list(rule.not_device_user_agents, |value| value),
        date_created: Some(stored.created_at),
        date_modified: Some(stored.modified_at),
    }
}
