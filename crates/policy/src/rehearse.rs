//! Rehearsal: what a proposed rule set would have decided about attempts of the last days.

use crate::Effect;
use crate::access_control::{AccessAttempt, AccessControlRules};
use crate::impersonation::ImpersonationRules;
use crate::limits::REHEARSAL_CHANGES_MAX;
use crate::mobile_device::{DeviceAttempt, MobileDevicePolicy};
use postroom_types::EntityId;

/// What can decide attempts of kind `A`.
pub trait Decider<A> {
    /// The answer to `attempt`.
    fn effect(&self, attempt: &A) -> Effect;
}

impl Decider<AccessAttempt<'_>> for AccessControlRules {
    fn effect(&self, attempt: &AccessAttempt<'_>) -> Effect {
        self.decide(attempt).effect
    }
}

impl Decider<EntityId> for ImpersonationRules {
    fn effect(&self, target: &EntityId) -> Effect {
        self.decide(target).effect
    }
}

impl Decider<&EntityId> for ImpersonationRules {
    fn effect(&self, target: &&EntityId) -> Effect {
        self.decide(target).effect
    }
}

impl Decider<DeviceAttempt<'_>> for MobileDevicePolicy<'_> {
    fn effect(&self, attempt: &DeviceAttempt<'_>) -> Effect {
        self.decide(attempt).effect
    }
}

/// How a proposed rule set differs from the one in force, over recorded attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal<A> {
    /// Attempts that are let in now and would be refused, in the order given.
    pub newly_refused: Vec<A>,
    /// Attempts that are refused now and would be let in, in the order given.
    pub newly_allowed: Vec<A>,
    /// How many attempts change, including those that were too many to list
    /// ([`crate::limits::REHEARSAL_CHANGES_MAX`] of each kind).
    pub changed_count: u64,
    /// How many attempts were looked at.
    pub attempt_count: u64,
}

/// Decides every attempt by both rule sets and lists those whose answer changes.
pub fn rehearse<A, D: Decider<A>>(
    in_force: &D,
    proposed: &D,
    attempts: impl IntoIterator<Item = A>,
) -> Rehearsal<A> {
    let mut rehearsal = Rehearsal {
        newly_refused: Vec::new(),
        newly_allowed: Vec::new(),
        changed_count: 0,
        attempt_count: 0,
    };
    for attempt in attempts {
        rehearsal.attempt_count += 1;
        let changed = match (in_force.effect(&attempt), proposed.effect(&attempt)) {
            (Effect::Allow, Effect::Deny) => &mut rehearsal.newly_refused,
            (Effect::Deny, Effect::Allow) => &mut rehearsal.newly_allowed,
            (Effect::Allow, Effect::Allow) | (Effect::Deny, Effect::Deny) => continue,
        };
        rehearsal.changed_count += 1;
        if changed.len() < REHEARSAL_CHANGES_MAX {
            changed.push(attempt);
        }
    }
    rehearsal
}
