//! Which rules list a value, for conditions that compare whole values (actions, users, roles).

use crate::RuleSet;
use crate::error::CompileError;
use crate::explain::ConditionKind;
use crate::limits::CONDITION_VALUES_MAX;

/// A condition and its `Not` twin over all rules of a set, as bit sets per value.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// Values in byte order, each with the rules that list it and the rules that list it in the `Not` twin.
    values: Box<[(Box<str>, RuleSet, RuleSet)]>,
    /// Rules that have the condition.
    conditioned: RuleSet,
    /// Rules that have the `Not` twin.
    excluding: RuleSet,
}

impl Listing {
    /// Compiles the lists that `listed` and `excluded` take from each rule. An empty list is no condition.
    pub(crate) fn compile<R, V>(
        rules: &[R],
        (condition, listed): (ConditionKind, impl Fn(&R) -> &[V]),
        (not_condition, excluded): (ConditionKind, impl Fn(&R) -> &[V]),
        text: impl Fn(&V) -> &str,
    ) -> Result<Self, CompileError> {
        let mut values: Vec<(Box<str>, RuleSet, RuleSet)> = Vec::new();
        for (rule_index, rule) in rules.iter().enumerate() {
            check_count(rule_index, condition, listed(rule).len())?;
            check_count(rule_index, not_condition, excluded(rule).len())?;
            let set = RuleSet::only(rule_index);
            values.extend(listed(rule).iter().map(|value| (text(value).into(), set, RuleSet::NONE)));
            values.extend(excluded(rule).iter().map(|value| (text(value).into(), RuleSet::NONE, set)));
        }
        values.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        values.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 |= later.1;
                kept.2 |= later.2;
            }
            same
        });
        Ok(Self {
            values: values.into(),
            conditioned: RuleSet::of(rules, |rule| !listed(rule).is_empty()),
            excluding: RuleSet::of(rules, |rule| !excluded(rule).is_empty()),
        })
    }

    /// The rules whose condition and `Not` twin both hold for `value`.
    pub(crate) fn passing(&self, value: &str) -> RuleSet {
        let (listing, excluding) = match self.values.binary_search_by(|entry| entry.0.as_ref().cmp(value)) {
            Ok(found) => (self.values[found].1, self.values[found].2),
            Err(_) => (RuleSet::NONE, RuleSet::NONE),
        };
        (!self.conditioned | listing) & !excluding
    }

    /// The rules that have neither the condition nor its `Not` twin.
    pub(crate) fn unconditioned(&self) -> RuleSet {
        !(self.conditioned | self.excluding)
    }
}

/// Refuses a condition with too many values.
pub(crate) fn check_count(
    rule_index: usize,
    condition: ConditionKind,
    count: usize,
) -> Result<(), CompileError> {
    if count > CONDITION_VALUES_MAX {
        return Err(CompileError::TooManyValues {
            rule_index,
            condition,
            count,
            count_max: CONDITION_VALUES_MAX,
        });
    }
    Ok(())
}
