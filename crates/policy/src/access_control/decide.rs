//! The decision.

use std::net::IpAddr;

use postroom_types::AccessControlRuleName;

use super::compiled::Addresses;
use super::{AccessAttempt, AccessControlRules, Principal};
use crate::ip::canonical;
use crate::{Effect, RuleSet};

/// The answer to an attempt, and the rules that produced it.
#[derive(Debug, Clone, Copy)]
pub struct AccessDecision<'r> {
    /// The answer.
    pub effect: Effect,
    /// The rules that produced it; none when no rule matched. A losing ALLOW is not in it.
    pub matched: RuleSet,
    rules: &'r AccessControlRules,
}

impl<'r> AccessDecision<'r> {
    /// Names of the rules that produced the effect, in rule order.
    pub fn matched_rules(&self) -> impl Iterator<Item = &'r AccessControlRuleName> + use<'r> {
        let rules = self.rules;
        self.matched.iter().map(move |index| &rules.rules[index].name)
    }
}

impl AccessControlRules {
    /// Decides `attempt`. Allocates nothing.
    ///
    /// WB §2.1: a rule matches when all its conditions hold; DENY wins, else ALLOW, else DENY.
    pub fn decide(&self, attempt: &AccessAttempt<'_>) -> AccessDecision<'_> {
        // Conditions on users never hold for roles, nor the other way round (our choice; WB §2.1 point 5).
        let principal = match attempt.principal {
            Principal::User(user) => self.users.passing(user.as_str()) & self.roles.unconditioned(),
            Principal::ImpersonationRole(role) => {
                self.roles.passing(role.as_str()) & self.users.unconditioned()
            }
        };
        let matching = self.actions.passing(attempt.action.as_str())
            & principal
            & self.addresses.passing(attempt.ip_address, self.effects.deny());
        let (effect, matched) = self.effects.decide(matching);
        AccessDecision { effect, matched, rules: self }
    }
}

impl Addresses {
    /// The rules whose address conditions hold.
    ///
    /// An IPv6 address can be in no `IpRanges`. Of `NotIpRanges` that were written with only IPv4 in mind nobody
    /// meant IPv6 either way, so such a condition holds in DENY rules and fails in ALLOW rules (DESIGN §8).
    fn passing(&self, address: IpAddr, deny: RuleSet) -> RuleSet {
        let (listing, excluding) = match canonical(address) {
            IpAddr::V4(address) => {
                (self.ipv4.listing(address.to_bits()), self.not_ipv4.listing(address.to_bits()))
            }
            IpAddr::V6(address) => (
                self.ipv6.listing(address.to_bits()),
                self.not_ipv6.listing(address.to_bits()) | (self.excluding_ipv4_only & !deny),
            ),
        };
        (!self.conditioned | listing) & !excluding
    }
}
