//! ListResourceDelegates.

use postroom_directory::ops::{self, list_resource_delegates};

use crate::call::Call;
use crate::convert::member_type;
use crate::handle::{Handle, Target};
use crate::operations::ListResourceDelegates;
use crate::shapes::{
    Delegate, ListResourceDelegatesRequest, ListResourceDelegatesResponse, ResourceDelegates,
};
use crate::wire::Fault;

impl Handle for ListResourceDelegates {
    fn target(input: &ListResourceDelegatesRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ListResourceDelegatesRequest,
    ) -> Result<ListResourceDelegatesResponse, Fault> {
        let resource_id = input.resource_id.clone();
        let filters = [input.resource_id.as_str()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let page = call.read(move |tx| list_resource_delegates(tx, &resource_id, &request)).await?;
        Ok(ListResourceDelegatesResponse {
            next_token: call.next_token(&page, &filters),
            delegates: Some(ResourceDelegates(page.rows.into_iter().map(delegate).collect())),
        })
    }
}

fn delegate(delegate: ops::Delegate) -> Delegate {
    Delegate { id: delegate.id.to_string(), kind: member_type(delegate.kind) }
}
