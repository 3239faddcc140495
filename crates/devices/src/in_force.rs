//! What is in force in an organization, and the decision about a device.

use std::sync::Arc;

use postroom_directory::in_force::{AdminChanges, InForce, State};
use postroom_directory::{DirectoryError, change_marks};
use postroom_policy::explain::{DecidedBy, Explanation};
use postroom_policy::mobile_device::{
    DeviceAttempt, MobileDevicePolicy, MobileDeviceRule, MobileDeviceRules,
};
use postroom_policy::{Effect, RuleSet};
use postroom_store::{Place, Read, Store, StoreError};
use postroom_types::OrganizationKey;

use crate::limits;
use crate::overrides_held::HeldOverrides;
use crate::rule::{RULES, all_rules};

/// The compiled rules and the overrides of one organization.
#[derive(Debug)]
pub struct DeviceAccess {
    mark: i64,
    /// The rules. `GetMobileDeviceAccessEffect` asks them alone.
    pub rules: Arc<MobileDeviceRules>,
    overrides: Arc<HeldOverrides>,
}

/// The answer about a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceVerdict {
    /// Whether it may synchronise.
    pub effect: Effect,
    /// An override, the rules, or that no rule matched.
    pub decided_by: DecidedBy,
    /// The rules that produced the effect.
    pub matched: RuleSet,
}

/// What is in force, per organization: the session gate, the API's operations and explanations ask the same value.
pub struct Devices {
    held: InForce<DeviceAccess>,
}

impl Devices {
    /// The devices of the organizations of `store`.
    pub fn new(store: Store, changes: Arc<AdminChanges>) -> Self {
        Self::with_memory(store, changes, limits::HELD_BYTES_MAX)
    }

    /// As [`Devices::new`], holding at most `bytes_max` bytes, and always the organization that is asked about.
    pub fn with_memory(store: Store, changes: Arc<AdminChanges>, bytes_max: usize) -> Self {
        Self { held: InForce::new(store, changes, bytes_max) }
    }

    /// What is in force in `organization`.
    pub async fn current(&self, organization: OrganizationKey) -> Result<Arc<DeviceAccess>, DirectoryError> {
        self.held.current(organization).await
    }

    /// Decides `attempt`. When nothing has changed since the last decision this reads no store and allocates nothing.
    pub async fn decide(
        &self,
        organization: OrganizationKey,
        attempt: &DeviceAttempt<'_>,
    ) -> Result<DeviceVerdict, DirectoryError> {
        Ok(self.current(organization).await?.decide(attempt))
    }
}

impl DeviceAccess {
    /// Decides `attempt`: an override alone, else the rules (WB §3.3). Allocates nothing.
    pub fn decide(&self, attempt: &DeviceAttempt<'_>) -> DeviceVerdict {
        self.overrides.with(|overrides| {
            let decision = MobileDevicePolicy { rules: &self.rules, overrides }.decide(attempt);
            DeviceVerdict {
                effect: decision.effect,
                decided_by: decision.decided_by,
                matched: decision.matched,
            }
        })
    }

    /// Decides `attempt` and says why.
    pub fn explain(&self, attempt: &DeviceAttempt<'_>) -> Explanation {
        self.overrides.with(|overrides| MobileDevicePolicy { rules: &self.rules, overrides }.explain(attempt))
    }

    /// The rules of a verdict.
    pub fn matched_rules(&self, verdict: &DeviceVerdict) -> impl Iterator<Item = &MobileDeviceRule> {
        verdict.matched.iter().filter_map(|index| self.rules.rules().get(index))
    }

    /// How many overrides there are.
    pub fn overrides_count(&self) -> usize {
        self.overrides.with(postroom_policy::mobile_device::Overrides::len)
    }
}

impl State for DeviceAccess {
    async fn refresh(
        store: &Store,
        organization: OrganizationKey,
        old: Option<Arc<Self>>,
    ) -> Result<Arc<Self>, DirectoryError> {
        let place = Place::Organization(organization);
        let held_mark = old.as_ref().map(|old| old.mark);
        let newer = store.read(place, move |read: &mut dyn Read| newer_rules(read, organization, held_mark));
        let newer = newer.await?;
        let overrides = match &old {
            Some(old) if old.overrides.catch_up(store, organization).await? => Arc::clone(&old.overrides),
            _ => HeldOverrides::load(store, organization).await?,
        };
        Ok(match (old, newer) {
            // The overrides have changed in place, if at all.
            (Some(old), None) if Arc::ptr_eq(&old.overrides, &overrides) => old,
            (Some(old), None) => Arc::new(Self { mark: old.mark, rules: Arc::clone(&old.rules), overrides }),
            (_, Some((mark, rules))) => Arc::new(Self { mark, rules: Arc::new(rules), overrides }),
            (None, None) => unreachable!("without an old state the rules are read"),
        })
    }

    fn heap_bytes(&self) -> usize {
        // A rule with its compiled form, full of long values, is some ten kilobytes; this is for a bound, not a bill.
        4_096 * (1 + self.rules.rules().len()) + self.overrides.heap_bytes()
    }
}

/// The compiled rules with their mark, unless `held_mark` is still it.
fn newer_rules(
    read: &mut dyn Read,
    organization: OrganizationKey,
    held_mark: Option<i64>,
) -> Result<Option<(i64, MobileDeviceRules)>, StoreError> {
    let mark = change_marks::read(read, organization, RULES)?;
    if held_mark == Some(mark) {
        return Ok(None);
    }
    let rules = all_rules(read, organization)?.into_iter().map(|stored| stored.rule).collect();
    let rules = MobileDeviceRules::compile(rules)
        .map_err(|error| StoreError::Impaired(format!("rules cannot be compiled: {error}")))?;
    Ok(Some((mark, rules)))
}
