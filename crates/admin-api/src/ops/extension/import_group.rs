//! ImportGroup.

use postroom_directory::ops::NewGroup;
use postroom_mailbox::ops::import_group;

use super::imported::{ImportedState, dates, identifiers, kept_id};
use crate::call::Call;
use crate::extensions::ImportGroup;
use crate::handle::{Handle, Target};
use crate::shapes::extension::{ImportGroupRequest, ImportGroupResponse};
use crate::wire::Fault;

impl Handle for ImportGroup {
    fn target(input: &ImportGroupRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ImportGroupRequest) -> Result<ImportGroupResponse, Fault> {
        let dates = dates(input.enabled_date, input.disabled_date);
        let enabled =
            ImportedState { email: input.email, aliases: input.aliases, dates, ..ImportedState::default() };
        let enabled = enabled.registration(&call, input.state)?;
        let new = NewGroup {
            id: kept_id(&input.group_id),
            name: input.name,
            hidden: input.hidden_from_global_address_list.unwrap_or(false),
            dates,
        };
        let members = identifiers(input.members);
        call.write(move |tx| import_group(tx, &new, enabled.as_ref(), &members)).await?;
        Ok(ImportGroupResponse {})
    }
}
