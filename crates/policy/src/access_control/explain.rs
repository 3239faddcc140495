//! Why access control rules decide as they do.

use std::net::IpAddr;

use super::{AccessAttempt, AccessControlRule, AccessControlRules, Principal};
use crate::Effect;
use crate::explain::{
    ConditionExplanation, ConditionKind as Kind, DecidedBy, Explanation, Outcome, RuleExplanation,
    inapplicable_conditions, listed_conditions, some_of,
};
use crate::ip::{Ipv4Range, Ipv6Range, canonical};

impl AccessControlRules {
    /// Decides `attempt` and says for every rule why it matched or did not.
    pub fn explain(&self, attempt: &AccessAttempt<'_>) -> Explanation {
        let decision = self.decide(attempt);
        let nothing = decision.matched.is_empty();
        Explanation {
            effect: decision.effect,
            decided_by: if nothing { DecidedBy::NothingMatched } else { DecidedBy::Rules },
            matched_rules: decision.matched_rules().map(|name| name.as_str().to_owned()).collect(),
            rules: self.rules.iter().map(|rule| explain_rule(rule, attempt)).collect(),
        }
    }
}

fn explain_rule(rule: &AccessControlRule, attempt: &AccessAttempt<'_>) -> RuleExplanation {
    let mut conditions = explain_actions(rule, attempt);
    conditions.extend(explain_addresses(rule, attempt.ip_address));
    conditions.extend(explain_principal(rule, attempt.principal));
    RuleExplanation {
        id: rule.name.as_str().to_owned(),
        name: None,
        effect: rule.effect,
        matched: conditions.iter().all(|condition| condition.outcome == Outcome::Matched),
        conditions,
    }
}

fn explain_actions(rule: &AccessControlRule, attempt: &AccessAttempt<'_>) -> Vec<ConditionExplanation> {
    let listed: Vec<&str> = rule.actions.iter().map(|action| action.as_str()).collect();
    let excluded: Vec<&str> = rule.not_actions.iter().map(|action| action.as_str()).collect();
    listed_conditions([Kind::Actions, Kind::NotActions], [&listed, &excluded], attempt.action.as_str())
}

fn explain_principal(rule: &AccessControlRule, principal: Principal<'_>) -> Vec<ConditionExplanation> {
    const USER_KINDS: [Kind; 2] = [Kind::UserIds, Kind::NotUserIds];
    const ROLE_KINDS: [Kind; 2] = [Kind::ImpersonationRoleIds, Kind::NotImpersonationRoleIds];
    let users: Vec<&str> = rule.user_ids.iter().map(|user| user.as_str()).collect();
    let not_users: Vec<&str> = rule.not_user_ids.iter().map(|user| user.as_str()).collect();
    let roles: Vec<&str> = rule.impersonation_role_ids.iter().map(|role| role.as_str()).collect();
    let not_roles: Vec<&str> = rule.not_impersonation_role_ids.iter().map(|role| role.as_str()).collect();
    let has = |lists: [&Vec<&str>; 2]| lists.map(|list| !list.is_empty());
    match principal {
        Principal::User(user) => {
            let mut conditions = listed_conditions(USER_KINDS, [&users, &not_users], user.as_str());
            let text = "the caller is a user, and this is for impersonation roles only";
            conditions.extend(inapplicable_conditions(ROLE_KINDS, has([&roles, &not_roles]), text));
            conditions
        }
        Principal::ImpersonationRole(role) => {
            let text = "the caller is an impersonation role, and this is for users only";
            let mut conditions = inapplicable_conditions(USER_KINDS, has([&users, &not_users]), text);
            conditions.extend(listed_conditions(ROLE_KINDS, [&roles, &not_roles], role.as_str()));
            conditions
        }
    }
}

/// The address conditions. IPv4 and IPv6 ranges are one list each, named after WorkMail's member.
fn explain_addresses(rule: &AccessControlRule, address: IpAddr) -> Vec<ConditionExplanation> {
    let address = canonical(address);
    let within = |ipv4: &[Ipv4Range], ipv6: &[Ipv6Range]| match address {
        IpAddr::V4(address) => ipv4.iter().find(|range| range.contains(address)).map(ToString::to_string),
        IpAddr::V6(address) => ipv6.iter().find(|range| range.contains(address)).map(ToString::to_string),
    };
    let place = |value: &Option<String>, ipv4: &[Ipv4Range], ipv6: &[Ipv6Range]| match value {
        Some(range) => format!("{address} is in {range}"),
        None if address.is_ipv4() && ipv4.is_empty() => {
            format!("{address} is an IPv4 address, and the ranges are IPv6")
        }
        None if address.is_ipv4() => format!("{address} is in none of {}", some_of(ipv4)),
        None => format!("{address} is in none of {}", some_of(ipv6)),
    };
    let mut conditions = Vec::new();
    if !rule.ip_ranges.is_empty() || !rule.ipv6_ranges.is_empty() {
        let value = within(&rule.ip_ranges, &rule.ipv6_ranges);
        let text = if address.is_ipv6() && rule.ipv6_ranges.is_empty() {
            format!("{address} is an IPv6 address, and the ranges are IPv4")
        } else {
            place(&value, &rule.ip_ranges, &rule.ipv6_ranges)
        };
        let outcome = Outcome::of(value.is_some());
        conditions.push(ConditionExplanation { kind: Kind::IpRanges, outcome, value, text });
    }
    if !rule.not_ip_ranges.is_empty() || !rule.not_ipv6_ranges.is_empty() {
        let value = within(&rule.not_ip_ranges, &rule.not_ipv6_ranges);
        let (matched, text) = if address.is_ipv6() && rule.not_ipv6_ranges.is_empty() {
            let matched = rule.effect == Effect::Deny;
            let so = if matched { "holds in DENY rules" } else { "fails in ALLOW rules" };
            (matched, format!("{address} is an IPv6 address, for which excluding IPv4 ranges {so}"))
        } else {
            (value.is_none(), place(&value, &rule.not_ip_ranges, &rule.not_ipv6_ranges))
        };
        let outcome = Outcome::of(matched);
        conditions.push(ConditionExplanation { kind: Kind::NotIpRanges, outcome, value, text });
    }
    conditions
}
