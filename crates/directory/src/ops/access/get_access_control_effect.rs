//! GetAccessControlEffect: who is asked about, checked. The decision itself is [`crate::access::Access`]'s.

use std::net::IpAddr;

use postroom_policy::access_control::{AccessAction, AccessAttempt, Principal};
use postroom_types::{EntityId, EntityType, ImpersonationRoleId};

use super::put_access_control_rule::role_not_found;
use crate::DirectoryError;
use crate::access::select_role;
use crate::admin::AdminRead;
use crate::entity::{self, Accepts};

/// Whose access is asked about: exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessPrincipal {
    /// A user, by id.
    User(EntityId),
    /// An application that has assumed this role.
    ImpersonationRole(ImpersonationRoleId),
}

/// An attempt to open a mailbox, as a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessQuestion {
    /// The protocol.
    pub action: AccessAction,
    /// The client's address.
    pub ip_address: IpAddr,
    /// Who asks.
    pub principal: AccessPrincipal,
}

impl AccessQuestion {
    /// The question, if the caller named exactly one principal and an action that suits it: `Invalid`.
    ///
    /// WB §2.1: a role opens mailboxes by EWS only.
    pub fn new(
        action: AccessAction,
        ip_address: IpAddr,
        user: Option<EntityId>,
        role: Option<ImpersonationRoleId>,
    ) -> Result<Self, DirectoryError> {
        let principal = match (user, role) {
            (Some(user), None) => AccessPrincipal::User(user),
            (None, Some(role)) if action == AccessAction::Ews => AccessPrincipal::ImpersonationRole(role),
            (None, Some(_)) => {
                return Err(DirectoryError::Invalid(
                    "An impersonation role uses the action EWS only.".to_owned(),
                ));
            }
            (Some(_), Some(_)) | (None, None) => {
                return Err(DirectoryError::Invalid(
                    "Name either a UserId or an ImpersonationRoleId, and not both.".to_owned(),
                ));
            }
        };
        Ok(Self { action, ip_address, principal })
    }

    /// What the policy decides.
    pub fn attempt(&self) -> AccessAttempt<'_> {
        let principal = match &self.principal {
            AccessPrincipal::User(user) => Principal::User(user),
            AccessPrincipal::ImpersonationRole(role) => Principal::ImpersonationRole(role),
        };
        AccessAttempt { action: self.action, ip_address: self.ip_address, principal }
    }
}

/// The id of the user that `identifier` (id, name or e-mail) names. `EntityNotFound`.
pub fn find_user_id(tx: &mut AdminRead<'_>, identifier: &str) -> Result<EntityId, DirectoryError> {
    let organization = tx.organization;
    let found = entity::find_kind(tx, organization, identifier, Accepts::Any, EntityType::User)?;
    Ok(found.id)
}

/// Refuses a question about somebody who is not there: `EntityNotFound`, `NotFound` (role).
pub fn check_access_question(
    tx: &mut AdminRead<'_>,
    question: &AccessQuestion,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    match &question.principal {
        AccessPrincipal::User(id) => {
            let found = entity::by_id(tx, organization, id.as_str())?;
            match found {
                Some(found) if found.kind == EntityType::User => Ok(()),
                _ => Err(entity::not_found(id.as_str())),
            }
        }
        AccessPrincipal::ImpersonationRole(id) => match select_role(tx, organization, id)? {
            Some(_) => Ok(()),
            None => Err(role_not_found(id)),
        },
    }
}
