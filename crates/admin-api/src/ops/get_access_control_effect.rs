//! GetAccessControlEffect.

use std::net::Ipv4Addr;
use std::sync::Arc;

use postroom_directory::DirectoryError;
use postroom_directory::ops::{AccessQuestion, check_access_question};
use postroom_types::EntityId;

use crate::call::Call;
use crate::convert::access_action;
use crate::handle::{Handle, Target};
use crate::operations::GetAccessControlEffect;
use crate::shapes::{GetAccessControlEffectRequest, GetAccessControlEffectResponse};
use crate::wire::Fault;

impl Handle for GetAccessControlEffect {
    fn target(input: &GetAccessControlEffectRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: GetAccessControlEffectRequest,
    ) -> Result<GetAccessControlEffectResponse, Fault> {
        let address: Ipv4Addr = input
            .ip_address
            .parse()
            .map_err(|_| DirectoryError::Invalid("The IpAddress is not an IPv4 address.".to_owned()))?;
        let user = input.user_id.map(|id| EntityId::from_store(id.as_str().to_owned()));
        let action = access_action(&input.action)?;
        let question =
            Arc::new(AccessQuestion::new(action, address.into(), user, input.impersonation_role_id)?);
        let checked = Arc::clone(&question);
        call.read(move |tx| check_access_question(tx, &checked)).await?;
        // The state that the session gate asks, so that the two cannot disagree.
        let in_force = call.api.access.current(call.key()).await?;
        let decision = in_force.rules.decide(&question.attempt());
        Ok(GetAccessControlEffectResponse {
            effect: Some(decision.effect.into()),
            matched_rules: Some(decision.matched_rules().cloned().collect()),
        })
    }
}
