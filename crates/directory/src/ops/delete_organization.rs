//! DeleteOrganization: the first step, which takes the organization out of use (WB §1.5).

use std::sync::Arc;

use postroom_store::client_tokens::{ClientToken, TokenReused};
use postroom_store::jobs::{Announcement, enqueue};
use postroom_store::{Read, parameters};
use postroom_types::{OrganizationId, OrganizationKey, hex};

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::ops::describe_organization;
use crate::organizations::{CARRY_ON, OrganizationState, Pending};
use crate::sql::organizations as sql;

/// How an organization is deleted.
#[derive(Debug, Clone)]
pub struct Deletion {
    /// Whether its directory goes too; else the directory and its alias stay for a later organization.
    pub delete_directory: bool,
    /// Whether enabled users do not stop it.
    pub force: bool,
    /// Whether the IAM Identity Center application that it names goes too.
    pub delete_application: bool,
    /// The caller's token: the same request again is answered like the first one.
    ///
    /// It lies in the organization's row and not with the other client tokens, because a refusal that comes after the
    /// first step (users are enabled) takes it back.
    pub token: Option<ClientToken>,
    /// The request, as its audit record names it.
    pub request_id: Option<Arc<str>>,
}

/// Puts the organization into state Deleting; [`Lifecycle`](crate::organizations::Lifecycle) carries on, and puts it
/// back when enabled users forbid the deletion.
///
/// `OrganizationNotFound`; `OrganizationState`: being created or deleted, deleted, or impaired (then only `force`
/// deletes, since nobody can look whether users are enabled).
pub fn delete_organization(
    tx: &mut DirectoryTx<'_, '_>,
    aws_account: &AwsAccountId,
    id: &OrganizationId,
    deletion: &Deletion,
) -> Result<OrganizationKey, DirectoryError> {
    let organization = describe_organization(tx, aws_account, id)?;
    let token = deletion.token.as_ref().map(|token| format!("{} {}", token.token, hex(&token.request_hash)));
    if let (Some(token), Some(before)) = (&token, &organization.deletion_token) {
        let (text, _) = token.split_once(' ').unwrap_or_default();
        match before.split_once(' ') {
            _ if before == token => return Ok(organization.key),
            Some((used, _)) if used == text => return Err(TokenReused.into()),
            _ => {}
        }
    }
    let closed = match organization.state {
        OrganizationState::Active => false,
        OrganizationState::Failed => true,
        OrganizationState::Impaired if deletion.force => true,
        _ => return Err(refused(&organization.state, id)),
    };
    let pending = Pending::Deletion {
        asked_at: tx.now().micros(),
        force: deletion.force,
        delete_directory: deletion.delete_directory,
        delete_application: deletion.delete_application,
        state_before: organization.state.as_str().to_owned(),
        closed,
        application_arn: None,
        request_id: deletion.request_id.as_deref().map(str::to_owned),
    }
    .json();
    let (before, deleting) = (organization.state.as_str(), OrganizationState::Deleting.as_str());
    let message = organization.error_message.as_deref();
    let row = parameters![organization.key.0, before, deleting, &pending, message];
    if tx.execute(&sql::ADVANCE, row)? == 0 {
        // Somebody was faster, perhaps with the same request.
        let now = describe_organization(tx, aws_account, id)?;
        let same = token.is_some() && now.deletion_token == token;
        return if same { Ok(now.key) } else { Err(refused(&now.state, id)) };
    }
    tx.execute(&sql::SET_DELETION_TOKEN, parameters![organization.key.0, token.as_deref()])?;
    let key = organization.key.0.to_string();
    let announced = Announcement::in_directory(CARRY_ON, tx.now());
    enqueue(tx.tx(), &announced, Some(&key), key.as_bytes())?;
    Ok(organization.key)
}

fn refused(state: &OrganizationState, id: &OrganizationId) -> DirectoryError {
    let message = format!("Organization {} is in state {}.", id.as_str(), state.as_str());
    DirectoryError::OrganizationState(message)
}
