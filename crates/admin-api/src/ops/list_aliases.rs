//! ListAliases.

use postroom_directory::ops::list_aliases;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::ListAliases;
use crate::shapes::{Aliases, ListAliasesRequest, ListAliasesResponse};
use crate::wire::Fault;

impl Handle for ListAliases {
    fn target(input: &ListAliasesRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ListAliasesRequest) -> Result<ListAliasesResponse, Fault> {
        let entity_id = input.entity_id.clone();
        let filters = [input.entity_id.as_str()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let page = call.read(move |tx| list_aliases(tx, &entity_id, &request)).await?;
        Ok(ListAliasesResponse {
            next_token: call.next_token(&page, &filters),
            aliases: Some(Aliases(page.rows)),
        })
    }
}
