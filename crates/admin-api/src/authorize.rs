//! Whether a caller may do what it asks: the policies of its access key (WB §11.4).

use std::sync::Arc;

use postroom_directory::organizations::Organization;
use postroom_policy::iam::{self, Context};
use postroom_policy::permit::Permitted;

use crate::dispatch::{Protocol, Request};
use crate::handle::Conditions;
use crate::wire::{ErrorName, Fault, OperationShape};

/// Operations of ours that are named after a permission-only action of WorkMail (WB §16) and keep its name in
/// policies, so that policies written for WorkMail's console go on meaning what they meant.
const PERMISSION_ONLY: &[&str] = &[
    "CreateInboundMailFlowRule",
    "CreateOutboundMailFlowRule",
    "CreateSmtpGateway",
    "DeleteInboundMailFlowRule",
    "DeleteMobileDevice",
    "DeleteOutboundMailFlowRule",
    "DeleteSmtpGateway",
    "DescribeInboundMailFlowRule",
    "DescribeMailDomains",
    "DescribeOutboundMailFlowRule",
    "DescribeSmtpGateway",
    "DisableMailGroups",
    "DisableMailUsers",
    "EnableMailGroups",
    "EnableMailUsers",
    "GetJournalingRules",
    "GetMailDomainDetails",
    "GetMobileDeviceDetails",
    "GetMobileDevicesForUser",
    "GetMobilePolicyDetails",
    "ListInboundMailFlowRules",
    "ListOutboundMailFlowRules",
    "ListSmtpGateways",
    "ResetUserPassword",
    "SearchMembers",
    "SetAdmin",
    "SetJournalingRules",
    "SetMobilePolicyDetails",
    "TestInboundMailFlowRules",
    "TestOutboundMailFlowRules",
    "UpdateInboundMailFlowRule",
    "UpdateOutboundMailFlowRule",
    "UpdateSmtpGateway",
    "WipeMobileDevice",
];

/// What policies call the operation.
pub(crate) fn action(protocol: Protocol, operation: &OperationShape) -> &'static str {
    let own = protocol == Protocol::Postroom && PERMISSION_ONLY.binary_search(&operation.name).is_err();
    if own { operation.postroom_action } else { operation.workmail_action }
}

/// Leave to carry out `action` on `resource`, or `AccessDeniedException`.
///
/// The tags of `organization` are condition keys beside those of the operation.
pub(crate) fn permit(
    request: &Request,
    action: &'static str,
    resource: &Arc<str>,
    organization: Option<&Organization>,
    mut conditions: Conditions,
) -> Result<Permitted, Fault> {
    let caller = &request.caller;
    if let Some(organization) = organization {
        let tags = organization.tags.iter();
        conditions.extend(tags.map(|(key, value)| (format!("aws:ResourceTag/{key}"), vec![value.clone()])));
    }
    let context = Context {
        source_ip: Some(request.source_ip),
        current_time: Some(caller.at),
        secure_transport: Some(request.secure),
        requested_region: Some(&caller.region),
        values: &conditions,
    };
    iam::permit(&caller.key.policies, &caller.identity, action, resource, &context).map_err(|refusal| {
        tracing::debug!(
            action,
            resource = &**resource,
            access_key_id = &*caller.key.access_key_id,
            "{refusal}"
        );
        Fault::new(ErrorName::AccessDeniedException, refusal.to_string())
    })
}

/// The condition keys of a request that hands in tags: `aws:RequestTag/<key>` each, and all keys as `aws:TagKeys`.
pub(crate) fn request_tags<'t>(tags: impl Iterator<Item = (&'t str, &'t str)>) -> Conditions {
    let (mut conditions, mut keys) = (Conditions::new(), Vec::new());
    for (key, value) in tags {
        conditions.push((format!("aws:RequestTag/{key}"), vec![value.to_owned()]));
        keys.push(key.to_owned());
    }
    conditions.extend(request_tag_keys(keys));
    conditions
}

/// The condition keys of a request that names tags.
pub(crate) fn request_tag_keys(keys: Vec<String>) -> Conditions {
    vec![("aws:TagKeys".to_owned(), keys)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extensions::ExplainAccessControl;
    use crate::operations::CreateUser;
    use crate::wire::Operation as _;

    #[test]
    fn actions_are_named_after_the_service_that_has_them() {
        assert!(PERMISSION_ONLY.is_sorted());
        let own = ExplainAccessControl::SHAPE;
        assert_eq!(action(Protocol::WorkMail, CreateUser::SHAPE), "workmail:CreateUser");
        assert_eq!(action(Protocol::Postroom, own), "postroom:ExplainAccessControl");
        let named_as_theirs = OperationShape { name: "WipeMobileDevice", ..*own };
        assert_eq!(action(Protocol::Postroom, &named_as_theirs), own.workmail_action);
    }
}
