//! ExplainAccessControl.

use std::net::IpAddr;
use std::sync::Arc;

use postroom_directory::DirectoryError;
use postroom_directory::ops::{AccessQuestion, check_access_question, find_user_id};

use super::explanation;
use crate::call::Call;
use crate::convert::access_action;
use crate::extensions::ExplainAccessControl;
use crate::handle::{Handle, Target};
use crate::shapes::extension::{ExplainAccessControlRequest, ExplainAccessControlResponse};
use crate::wire::Fault;

impl Handle for ExplainAccessControl {
    fn target(input: &ExplainAccessControlRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ExplainAccessControlRequest,
    ) -> Result<ExplainAccessControlResponse, Fault> {
        let address: IpAddr = input
            .ip_address
            .parse()
            .map_err(|_| DirectoryError::Invalid("The IpAddress is no IPv4 or IPv6 address.".to_owned()))?;
        let user = match input.user_id {
            Some(identifier) => Some(call.read(move |tx| find_user_id(tx, &identifier)).await?),
            None => None,
        };
        let action = access_action(&input.action)?;
        let question = Arc::new(AccessQuestion::new(action, address, user, input.impersonation_role_id)?);
        let checked = Arc::clone(&question);
        call.read(move |tx| check_access_question(tx, &checked)).await?;
        let in_force = call.api.access.current(call.key()).await?;
        let explained = in_force.rules.explain(&question.attempt());
        Ok(ExplainAccessControlResponse {
            effect: Some(explained.effect.into()),
            decided_by: Some(explanation::decided_by(explained.decided_by)),
            matched_rules: Some(explained.matched_rules.iter().cloned().collect()),
            rules: Some(explanation::rules(explained)),
        })
    }
}
