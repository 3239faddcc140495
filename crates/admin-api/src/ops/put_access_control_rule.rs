//! PutAccessControlRule.

use postroom_directory::DirectoryError;
use postroom_directory::ops::{PutRule, put_access_control_rule};
use postroom_policy::access_control::{AccessAction, AccessControlRule};
use postroom_policy::ip::Ipv4Range;
use postroom_types::EntityId;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::PutAccessControlRule;
use crate::shapes::{
    ActionsList, ImpersonationRoleIdList, IpRangeList, PutAccessControlRuleRequest,
    PutAccessControlRuleResponse, UserIdList,
};
use crate::wire::Fault;

impl Handle for PutAccessControlRule {
    fn target(input: &PutAccessControlRuleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: PutAccessControlRuleRequest,
    ) -> Result<PutAccessControlRuleResponse, Fault> {
        let put = PutRule { rule: rule(input)?, dates: None };
        call.write(move |tx| put_access_control_rule(tx, &put)).await?;
        Ok(PutAccessControlRuleResponse {})
    }
}

/// The rule of a request; an unknown action is `Invalid` (WB §2.1).
pub(crate) fn rule(input: PutAccessControlRuleRequest) -> Result<AccessControlRule, DirectoryError> {
    Ok(AccessControlRule {
        description: Some(input.description),
        ip_ranges: ranges(input.ip_ranges)?,
        not_ip_ranges: ranges(input.not_ip_ranges)?,
        actions: actions(input.actions)?,
        not_actions: actions(input.not_actions)?,
        user_ids: users(input.user_ids),
        not_user_ids: users(input.not_user_ids),
        impersonation_role_ids: roles(input.impersonation_role_ids),
        not_impersonation_role_ids: roles(input.not_impersonation_role_ids),
        ..AccessControlRule::new(input.name, input.effect.into())
    })
}

fn ranges(list: Option<IpRangeList>) -> Result<Vec<Ipv4Range>, DirectoryError> {
    let list = list.unwrap_or_default().0;
    let parsed = list.iter().map(|range| {
        Ipv4Range::parse(range)
            .map_err(|error| DirectoryError::Invalid(format!("{}: {error}.", range.as_str())))
    });
    parsed.collect()
}

fn actions(list: Option<ActionsList>) -> Result<Vec<AccessAction>, DirectoryError> {
    let list = list.unwrap_or_default().0;
    list.iter().map(crate::convert::access_action).collect()
}

fn users(list: Option<UserIdList>) -> Vec<EntityId> {
    let list = list.unwrap_or_default().0;
    list.into_iter().map(|id| EntityId::from_store(id.as_str().to_owned())).collect()
}

fn roles(list: Option<ImpersonationRoleIdList>) -> Vec<postroom_types::ImpersonationRoleId> {
    list.unwrap_or_default().0
}
