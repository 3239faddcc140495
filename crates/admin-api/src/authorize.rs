//! Whether a caller may do what it asks: the policies of its access key (WB §11.4).

use postroom_directory::organizations::Organization;
use postroom_policy::iam::{self, Context};
use postroom_policy::permit::Permitted;

use crate::dispatch::{Protocol, Request};
use crate::handle::Conditions;
use crate::wire::{ErrorName, Fault};

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
pub(crate) fn action(protocol: Protocol, operation: &str) -> String {
    let own = protocol == Protocol::Postroom && PERMISSION_ONLY.binary_search(&operation).is_err();
    format!("{}:{operation}", if own { "postroom" } else { "workmail" })
}

/// Leave to carry out `action` on `resource`, or `AccessDeniedException`.
///
/// `now` is when the request came. The tags of `organization` are condition keys beside those of the operation.
pub(crate) fn permit(
    now: postroom_types::Timestamp,
    request: &Request,
    action: &str,
    resource: &str,
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
        current_time: Some(now),
        secure_transport: Some(request.secure),
        requested_region: Some(&caller.region),
        values: &conditions,
    };
    iam::permit(&caller.key.policies, &caller.identity, action, resource, &context).map_err(|refusal| {
        tracing::debug!(action, resource, access_key_id = &*caller.key.access_key_id, "{refusal}");
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

    #[test]
    fn actions_are_named_after_the_service_that_has_them() {
        assert!(PERMISSION_ONLY.is_sorted());
        assert_eq!(action(Protocol::WorkMail, "CreateUser"), "workmail:CreateUser");
        assert_eq!(action(Protocol::Postroom, "ExplainAccessControl"), "postroom:ExplainAccessControl");
        assert_eq!(action(Protocol::Postroom, "WipeMobileDevice"), "workmail:WipeMobileDevice");
    }
}
