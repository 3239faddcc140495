//! A set of rules as bits: bit `i` is the rule at position `i`.

use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXorAssign, Not};

use crate::Effect;
use crate::error::CompileError;
use crate::limits::RULES_MAX;

/// Which rules of one compiled set; positions are those of the plain rules it was compiled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RuleSet(u32);

impl RuleSet {
    /// No rule.
    pub const NONE: Self = Self(0);
    /// The rule at position `index` alone.
    pub(crate) fn only(index: usize) -> Self {
        debug_assert!(index < RULES_MAX);
        Self(1 << index)
    }

    /// The positions for which `holds`.
    pub(crate) fn of<R>(rules: &[R], holds: impl Fn(&R) -> bool) -> Self {
        let mut set = Self::NONE;
        for (index, rule) in rules.iter().enumerate() {
            if holds(rule) {
                set |= Self::only(index);
            }
        }
        set
    }

    /// Whether no rule is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the rule at position `index` is in it.
    pub fn contains(self, index: usize) -> bool {
        index < RULES_MAX && self.0 & (1 << index) != 0
    }

    /// The positions in it, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..RULES_MAX).filter(move |&index| self.contains(index))
    }
}

impl BitAnd for RuleSet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
impl BitOr for RuleSet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
impl BitOrAssign for RuleSet {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
impl BitAndAssign for RuleSet {
    fn bitand_assign(&mut self, other: Self) {
        self.0 &= other.0;
    }
}
impl BitXorAssign for RuleSet {
    fn bitxor_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}
impl Not for RuleSet {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// The rules of a set by effect: what every decision ends with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effects {
    allow: RuleSet,
    deny: RuleSet,
}

impl Effects {
    /// Sorts `rules` by effect; more than [`RULES_MAX`] are refused.
    pub(crate) fn of<R>(rules: &[R], effect: impl Fn(&R) -> Effect) -> Result<Self, CompileError> {
        if rules.len() > RULES_MAX {
            return Err(CompileError::TooManyRules { count: rules.len(), count_max: RULES_MAX });
        }
        Ok(Self {
            allow: RuleSet::of(rules, |rule| effect(rule) == Effect::Allow),
            deny: RuleSet::of(rules, |rule| effect(rule) == Effect::Deny),
        })
    }

    /// The DENY rules.
    pub(crate) fn deny(&self) -> RuleSet {
        self.deny
    }

    /// The effect of the rules that match, and those of them that produced it.
    ///
    /// WB §2.1: a matching DENY wins, else a matching ALLOW, else DENY by no rule.
    pub(crate) fn decide(&self, matching: RuleSet) -> (Effect, RuleSet) {
        let denying = matching & self.deny;
        if !denying.is_empty() {
            return (Effect::Deny, denying);
        }
        let allowing = matching & self.allow;
        if allowing.is_empty() { (Effect::Deny, RuleSet::NONE) } else { (Effect::Allow, allowing) }
    }
}
