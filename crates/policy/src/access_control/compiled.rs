//! Rules compiled to bit sets per attribute value.

use super::AccessControlRule;
use crate::error::CompileError;
use crate::explain::ConditionKind as Kind;
use crate::ip::RangeMap;
use crate::listing::{Listing, check_count};
use crate::rule_set::{Effects, RuleSet};

/// The access control rules of one organization, ready to decide.
#[derive(Debug, Clone)]
pub struct AccessControlRules {
    pub(super) rules: Box<[AccessControlRule]>,
    pub(super) effects: Effects,
    pub(super) actions: Listing,
    pub(super) users: Listing,
    pub(super) roles: Listing,
    pub(super) addresses: Addresses,
}

/// The address conditions of all rules.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    pub(super) ipv4: RangeMap<u32>,
    pub(super) not_ipv4: RangeMap<u32>,
    pub(super) ipv6: RangeMap<u128>,
    pub(super) not_ipv6: RangeMap<u128>,
    /// Rules that have `IpRanges` or `Ipv6Ranges`.
    pub(super) conditioned: RuleSet,
    /// Rules whose only excluded ranges are IPv4 ranges.
    pub(super) excluding_ipv4_only: RuleSet,
}

impl AccessControlRules {
    /// Compiles `rules`; their order is kept and is the order of matched rules in decisions.
    pub fn compile(rules: Vec<AccessControlRule>) -> Result<Self, CompileError> {
        let effects = Effects::of(&rules, |rule| rule.effect)?;
        Ok(Self {
            effects,
            actions: Listing::compile(
                &rules,
                (Kind::Actions, |rule| &rule.actions),
                (Kind::NotActions, |rule| &rule.not_actions),
                |action| action.as_str(),
            )?,
            users: Listing::compile(
                &rules,
                (Kind::UserIds, |rule| &rule.user_ids),
                (Kind::NotUserIds, |rule| &rule.not_user_ids),
                |user| user.as_str(),
            )?,
            roles: Listing::compile(
                &rules,
                (Kind::ImpersonationRoleIds, |rule| &rule.impersonation_role_ids),
                (Kind::NotImpersonationRoleIds, |rule| &rule.not_impersonation_role_ids),
                |role| role.as_str(),
            )?,
            addresses: Addresses::compile(&rules)?,
            rules: rules.into(),
        })
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[AccessControlRule] {
        &self.rules
    }
}

impl Addresses {
    fn compile(rules: &[AccessControlRule]) -> Result<Self, CompileError> {
        for (rule_index, rule) in rules.iter().enumerate() {
            for (kind, count) in [
                (Kind::IpRanges, rule.ip_ranges.len()),
                (Kind::IpRanges, rule.ipv6_ranges.len()),
                (Kind::NotIpRanges, rule.not_ip_ranges.len()),
                (Kind::NotIpRanges, rule.not_ipv6_ranges.len()),
            ] {
                check_count(rule_index, kind, count)?;
            }
        }
        let ipv4 = |list: fn(&AccessControlRule) -> &[crate::ip::Ipv4Range]| {
            let bounds = |rule| list(rule).iter().map(|range| (range.first(), range.after())).collect();
            RangeMap::compile(rules.iter().map(bounds))
        };
        let ipv6 = |list: fn(&AccessControlRule) -> &[crate::ip::Ipv6Range]| {
            let bounds = |rule| list(rule).iter().map(|range| (range.first(), range.after())).collect();
            RangeMap::compile(rules.iter().map(bounds))
        };
        Ok(Self {
            ipv4: ipv4(|rule| &rule.ip_ranges),
            not_ipv4: ipv4(|rule| &rule.not_ip_ranges),
            ipv6: ipv6(|rule| &rule.ipv6_ranges),
            not_ipv6: ipv6(|rule| &rule.not_ipv6_ranges),
            conditioned: RuleSet::of(rules, |rule| {
                !rule.ip_ranges.is_empty() || !rule.ipv6_ranges.is_empty()
            }),
            excluding_ipv4_only: RuleSet::of(rules, |rule| {
                !rule.not_ip_ranges.is_empty() && rule.not_ipv6_ranges.is_empty()
            }),
        })
    }
}
