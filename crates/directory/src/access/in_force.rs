//! The compiled access control rules and impersonation roles of an organization.

use std::collections::HashMap;
use std::sync::Arc;

use postroom_policy::CompileError;
use postroom_policy::access_control::AccessControlRules;
use postroom_policy::impersonation::ImpersonationRules;
use postroom_store::{Place, Read, Store, StoreError};
use postroom_types::{ImpersonationRoleId, OrganizationKey};

use super::role::roles_after;
use super::rule::all_rules;
use crate::DirectoryError;
use crate::change_marks::{self, Area};
use crate::in_force::{AdminChanges, InForce, State};
use crate::limits;

/// What is in force in one organization: ask `rules` whether a protocol may be used, and a role of `roles` in whose
/// mailboxes it may act.
#[derive(Debug)]
pub struct AccessRules {
    mark: i64,
    /// The access control rules.
    pub rules: AccessControlRules,
    /// The impersonation roles.
    pub roles: HashMap<ImpersonationRoleId, ImpersonationRules>,
    heap_bytes: usize,
}

/// The access rules in force, per organization.
pub type Access = InForce<AccessRules>;

impl InForce<AccessRules> {
    /// The access rules of the organizations of `store`.
    pub fn access(store: Store, changes: Arc<AdminChanges>) -> Self {
        Self::new(store, changes, limits::ACCESS_RULES_HELD_BYTES_MAX)
    }
}

impl State for AccessRules {
    async fn refresh(
        store: &Store,
        organization: OrganizationKey,
        old: Option<Arc<Self>>,
    ) -> Result<Arc<Self>, DirectoryError> {
        let read = store.read(Place::Organization(organization), move |read: &mut dyn Read| {
            let mark = change_marks::read(read, organization, Area::ACCESS)?;
            match &old {
                Some(old) if old.mark == mark => Ok(Arc::clone(old)),
                _ => load(read, organization, mark).map(Arc::new),
            }
        });
        Ok(read.await?)
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes
    }
}

fn load(read: &mut dyn Read, organization: OrganizationKey, mark: i64) -> Result<AccessRules, StoreError> {
    let rules: Vec<_> = all_rules(read, organization)?.into_iter().map(|stored| stored.rule).collect();
    let roles = roles_after(read, organization, "", limits::IMPERSONATION_ROLES_READ_MAX)?;
    // Each range and id is there as the plain value and once more compiled; this is for a bound, not for a bill.
    let values: usize = rules
        .iter()
        .map(|rule| {
            rule.ip_ranges.len() + rule.not_ip_ranges.len() + rule.user_ids.len() + rule.not_user_ids.len()
        })
        .sum();
    let targets: usize =
        roles.iter().flat_map(|role| &role.rules).map(|rule| rule.target_users.len() + 1).sum();
    let heap_bytes = 1_024 * (1 + rules.len() + roles.len()) + 64 * values + 128 * targets;
    let damaged = |error: CompileError| StoreError::Impaired(format!("rules cannot be compiled: {error}"));
    let roles = roles.into_iter().map(|role| {
        let compiled = ImpersonationRules::compile(role.role_type, role.rules).map_err(damaged)?;
        Ok((role.id, compiled))
    });
    Ok(AccessRules {
        mark,
        rules: AccessControlRules::compile(rules).map_err(damaged)?,
        roles: roles.collect::<Result<_, StoreError>>()?,
        heap_bytes,
    })
}
