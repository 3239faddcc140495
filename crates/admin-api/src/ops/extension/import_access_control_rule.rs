//! ImportAccessControlRule.

use postroom_directory::ops::{PutRule, import_access_control_rule};

use crate::call::Call;
use crate::convert::imported_dates;
use crate::extensions::ImportAccessControlRule;
use crate::handle::{Handle, Target};
use crate::ops::put_access_control_rule::rule;
use crate::shapes::PutAccessControlRuleRequest;
use crate::shapes::extension::{ImportAccessControlRuleRequest, ImportAccessControlRuleResponse};
use crate::wire::Fault;

impl Handle for ImportAccessControlRule {
    fn target(input: &ImportAccessControlRuleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ImportAccessControlRuleRequest,
    ) -> Result<ImportAccessControlRuleResponse, Fault> {
        let dates = imported_dates(input.date_created, input.date_modified)?;
        let rule = rule(PutAccessControlRuleRequest {
            name: input.name,
            effect: input.effect,
            description: input.description,
            ip_ranges: input.ip_ranges,
            not_ip_ranges: input.not_ip_ranges,
            actions: input.actions,
            not_actions: input.not_actions,
            user_ids: input.user_ids,
            not_user_ids: input.not_user_ids,
            organization_id: input.organization_id,
            impersonation_role_ids: input.impersonation_role_ids,
            not_impersonation_role_ids: input.not_impersonation_role_ids,
        })?;
        let put = PutRule { rule, dates };
        call.write(move |tx| import_access_control_rule(tx, &put)).await?;
        Ok(ImportAccessControlRuleResponse {})
    }
}
