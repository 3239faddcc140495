//! PutAccessControlRule: creates a rule or replaces the one of the same name (WB §2.1).

use postroom_policy::access_control::{AccessControlRule, AccessControlRules};
use postroom_store::{Read, parameters};
use postroom_types::{EntityId, EntityType, ImpersonationRoleId, Timestamp};

use crate::DirectoryError;
use crate::access::{rule_json, select_role};
use crate::admin::AdminTx;
use crate::change_marks::{self, Area};
use crate::entity;
use crate::limits::ACCESS_CONTROL_RULES_MAX;
use crate::sql::access_control as sql;

/// What is put.
#[derive(Debug, Clone)]
pub struct PutRule {
    /// The rule.
    pub rule: AccessControlRule,
    /// When it was created and last modified, on import.
    pub dates: Option<(Timestamp, Timestamp)>,
}

/// Puts a rule. A rule of the same name is replaced as a whole and keeps its creation date.
///
/// Nothing is written on error: `Invalid` (a condition with its `Not` twin), `EntityNotFound` (user id), `NotFound`
/// (role id), `LimitExceeded`.
pub fn put_access_control_rule(tx: &mut AdminTx<'_, '_>, put: &PutRule) -> Result<(), DirectoryError> {
    let rule = &put.rule;
    refuse_twins(rule)?;
    for id in rule.user_ids.iter().chain(&rule.not_user_ids) {
        must_be_user(tx, id)?;
    }
    for id in rule.impersonation_role_ids.iter().chain(&rule.not_impersonation_role_ids) {
        must_be_role(tx, id)?;
    }
    // What cannot be compiled must not be stored: every decision of the organization would fail.
    AccessControlRules::compile(vec![rule.clone()])
        .map_err(|error| DirectoryError::Invalid(format!("The rule cannot be used: {error}.")))?;
    let organization = tx.organization.0;
    let others = tx.query_first(&sql::COUNT_OTHERS, parameters![organization, rule.name.as_str()])?;
    if others.is_some_and(|mut row| row.take::<i64>(0) >= ACCESS_CONTROL_RULES_MAX) {
        return Err(DirectoryError::LimitExceeded(format!(
            "An organization has at most {ACCESS_CONTROL_RULES_MAX} access control rules."
        )));
    }
    let (created_at, modified_at) = put.dates.unwrap_or((tx.now(), tx.now()));
    tx.execute(
        &sql::PUT,
        parameters![organization, rule.name.as_str(), &rule_json(rule), created_at, modified_at],
    )?;
    change_marks::mark(tx, Area::ACCESS)?;
    Ok(())
}

/// WB §2.1 point 6: a list and its `Not` twin in one rule (our choice: refused).
fn refuse_twins(rule: &AccessControlRule) -> Result<(), DirectoryError> {
    let twins = [
        ("IpRanges", !rule.ip_ranges.is_empty() || !rule.ipv6_ranges.is_empty(), {
            !rule.not_ip_ranges.is_empty() || !rule.not_ipv6_ranges.is_empty()
        }),
        ("Actions", !rule.actions.is_empty(), !rule.not_actions.is_empty()),
        ("UserIds", !rule.user_ids.is_empty(), !rule.not_user_ids.is_empty()),
        (
            "ImpersonationRoleIds",
            !rule.impersonation_role_ids.is_empty(),
            !rule.not_impersonation_role_ids.is_empty(),
        ),
    ];
    match twins.into_iter().find(|(_, listed, excluded)| *listed && *excluded) {
        Some((name, ..)) => {
            Err(DirectoryError::Invalid(format!("A rule has either {name} or Not{name}, not both.")))
        }
        None => Ok(()),
    }
}

fn must_be_user(tx: &mut AdminTx<'_, '_>, id: &EntityId) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let found = entity::by_id(tx, organization, id.as_str())?;
    match found {
        Some(found) if found.kind == EntityType::User => Ok(()),
        _ => Err(entity::not_found(id.as_str())),
    }
}

fn must_be_role(tx: &mut AdminTx<'_, '_>, id: &ImpersonationRoleId) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    match select_role(tx, organization, id)? {
        Some(_) => Ok(()),
        None => Err(role_not_found(id)),
    }
}

/// The refusal for a role that is not there.
pub(crate) fn role_not_found(id: &ImpersonationRoleId) -> DirectoryError {
    DirectoryError::NotFound(format!("The impersonation role {} was not found.", id.as_str()))
}
