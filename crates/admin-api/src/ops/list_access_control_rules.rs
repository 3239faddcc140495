//! ListAccessControlRules.

use postroom_directory::access::StoredRule;
use postroom_directory::ops::list_access_control_rules;
use postroom_policy::access_control::AccessAction;
use postroom_policy::ip::Ipv4Range;
use postroom_types::{AccessControlRuleAction, Constrained, EntityId, ImpersonationRoleId, IpRange};

use crate::call::Call;
use crate::convert::{identifier, some_list};
use crate::handle::{Handle, Target};
use crate::operations::ListAccessControlRules;
use crate::shapes::{AccessControlRule, ListAccessControlRulesRequest, ListAccessControlRulesResponse};
use crate::wire::Fault;

impl Handle for ListAccessControlRules {
    fn target(input: &ListAccessControlRulesRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        _input: ListAccessControlRulesRequest,
    ) -> Result<ListAccessControlRulesResponse, Fault> {
        let rules = call.read(list_access_control_rules).await?;
        Ok(ListAccessControlRulesResponse { rules: Some(rules.into_iter().map(member).collect()) })
    }
}

fn member(stored: StoredRule) -> AccessControlRule {
    let rule = stored.rule;
    let range = |range: Ipv4Range| IpRange::from_store(range.to_string());
    let action = |action: AccessAction| AccessControlRuleAction::from_store(action.as_str().to_owned());
    let user = |user: EntityId| identifier(&user);
    let role = |role: ImpersonationRoleId| role;
    AccessControlRule {
        name: Some(rule.name),
        effect: Some(rule.effect.into()),
        description: rule.description,
        ip_ranges: some_list(rule.ip_ranges, range),
        not_ip_ranges: some_list(rule.not_ip_ranges, range),
        actions: some_list(rule.actions, action),
        not_actions: some_list(rule.not_actions, action),
        user_ids: some_list(rule.user_ids, user),
        not_user_ids: some_list(rule.not_user_ids, user),
        impersonation_role_ids: some_list(rule.impersonation_role_ids, role),
        not_impersonation_role_ids: some_list(rule.not_impersonation_role_ids, role),
        date_created: Some(stored.created_at),
        date_modified: Some(stored.modified_at),
    }
}
