//! ListOrganizations.

use postroom_directory::ops::list_organizations;
use postroom_directory::organizations::Organization;

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::ListOrganizations;
use crate::shapes::{
    ListOrganizationsRequest, ListOrganizationsResponse, OrganizationSummaries, OrganizationSummary,
};
use crate::wire::Fault;

impl Handle for ListOrganizations {
    fn target(_: &ListOrganizationsRequest) -> Target<'_> {
        Target::Account
    }

    async fn handle(call: Call, input: ListOrganizationsRequest) -> Result<ListOrganizationsResponse, Fault> {
        let (account, region) = (call.account(), call.region.as_ref().to_owned());
        let filters = [call.record.aws_account.as_ref(), call.region.as_ref()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let list =
            move |tx: &mut dyn postroom_store::Read| list_organizations(tx, &account, &region, &request);
        let mut page = call.read_directory(list).await?;
        for organization in &mut page.rows {
            call.show_impaired(organization).await;
        }
        Ok(ListOrganizationsResponse {
            next_token: call.next_token(&page, &filters),
            organization_summaries: Some(OrganizationSummaries(page.rows.into_iter().map(summary).collect())),
        })
    }
}

fn summary(organization: Organization) -> OrganizationSummary {
    OrganizationSummary {
        organization_id: Some(organization.id),
        alias: Some(text(organization.alias)),
        default_mail_domain: organization.default_mail_domain.map(text),
        error_message: organization.error_message,
        state: Some(organization.state.as_str().to_owned()),
    }
}
