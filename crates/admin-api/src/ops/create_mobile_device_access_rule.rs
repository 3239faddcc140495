//! CreateMobileDeviceAccessRule.

use postroom_devices::ops::{NewRule, create_mobile_device_access_rule};
use postroom_directory::once::once;
use postroom_types::{Constrained, MobileDeviceAccessRuleId};

use crate::call::Call;
use crate::convert::mobile_device_rule;
use crate::handle::{Handle, Target};
use crate::operations::CreateMobileDeviceAccessRule;
use crate::shapes::{CreateMobileDeviceAccessRuleRequest, CreateMobileDeviceAccessRuleResponse};
use crate::wire::Fault;

impl Handle for CreateMobileDeviceAccessRule {
    fn target(input: &CreateMobileDeviceAccessRuleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        mut input: CreateMobileDeviceAccessRuleRequest,
    ) -> Result<CreateMobileDeviceAccessRuleResponse, Fault> {
        let token = input.client_token.take();
        let token = call.client_token(token.as_ref(), &input);
        let id = MobileDeviceAccessRuleId::from_store(postroom_types::uuid(call.random_id()));
        let rule = mobile_device_rule!(id, input);
        let new = NewRule { rule, dates: None };
        let id = call.write(move |tx| {
            once(tx, token.as_ref(), |tx| {
                create_mobile_device_access_rule(tx, &new)?;
                Ok(new.rule.id.as_str().as_bytes().to_vec())
            })
        });
        let id = MobileDeviceAccessRuleId::from_store(String::from_utf8_lossy(&id.await?).into_owned());
        Ok(CreateMobileDeviceAccessRuleResponse { mobile_device_access_rule_id: Some(id) })
    }
}
