//! DescribeOrganization.

use postroom_directory::ops::describe_organization;

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::DescribeOrganization;
use crate::shapes::{DescribeOrganizationRequest, DescribeOrganizationResponse};
use crate::wire::Fault;

impl Handle for DescribeOrganization {
    fn target(input: &DescribeOrganizationRequest) -> Target<'_> {
        Target::AnyState(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DescribeOrganizationRequest,
    ) -> Result<DescribeOrganizationResponse, Fault> {
        let account = call.account();
        let describe = move |tx: &mut dyn postroom_store::Read| {
            describe_organization(tx, &account, &input.organization_id)
        };
        let mut organization = call.read_directory(describe).await?;
        call.show_impaired(&mut organization).await;
        Ok(DescribeOrganizationResponse {
            arn: Some(text(organization.arn().to_string())),
            organization_id: Some(organization.id),
            alias: Some(text(organization.alias)),
            state: Some(organization.state.as_str().to_owned()),
            directory_id: Some(organization.directory_id),
            directory_type: Some(organization.directory_type),
            default_mail_domain: organization.default_mail_domain,
            completed_date: organization.completed_at,
            error_message: organization.error_message,
            migration_admin: None,
            interoperability_enabled: Some(false),
        })
    }
}
