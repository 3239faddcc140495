//! Which rules list a prefix of a property.

use super::property::{Folded, fold_value, head, is_none_value, reported};
use crate::RuleSet;
use crate::error::CompileError;
use crate::explain::ConditionKind;
use crate::limits::RULES_MAX;
use crate::listing::check_count;

/// One attribute's condition and `Not` twin over all rules of a set.
#[derive(Debug, Clone)]
pub(super) struct PrefixMap {
    /// Folded values in byte order, each once.
    entries: Box<[Entry]>,
    /// Bytes of the longest value.
    longest: usize,
    /// Rules that have the condition.
    conditioned: RuleSet,
    /// Rules that list `$NONE`.
    listing_none: RuleSet,
    /// Rules that have the `Not` twin.
    excluding_any: RuleSet,
}

#[derive(Debug, Clone)]
struct Entry {
    /// The beginning of `prefix`: nearly every comparison ends there, without a look at what lies elsewhere in memory.
    head: u128,
    prefix: Box<[u8]>,
    /// Rules that list this value or a prefix of it.
    listing: RuleSet,
    /// The same for the `Not` twin.
    excluding: RuleSet,
    /// The longest other entry that is a prefix of this one; always an earlier one.
    parent: Option<usize>,
}

impl PrefixMap {
    /// Compiles one attribute's two lists of each rule.
    pub(super) fn compile<R, V>(
        rules: &[R],
        (condition, listed): (ConditionKind, impl Fn(&R) -> &[V]),
        (not_condition, excluded): (ConditionKind, impl Fn(&R) -> &[V]),
        text: impl Fn(&V) -> &str,
    ) -> Result<Self, CompileError> {
        debug_assert!(rules.len() <= RULES_MAX);
        let mut map = Self {
            entries: Box::default(),
            longest: 0,
            conditioned: RuleSet::of(rules, |rule| !listed(rule).is_empty()),
            listing_none: RuleSet::of(rules, |rule| {
                listed(rule).iter().any(|value| is_none_value(text(value)))
            }),
            excluding_any: RuleSet::of(rules, |rule| !excluded(rule).is_empty()),
        };
        let mut entries = Vec::new();
        for (rule_index, rule) in rules.iter().enumerate() {
            let set = RuleSet::only(rule_index);
            for (kind, list, listing, excluding) in [
                (condition, listed(rule), set, RuleSet::NONE),
                (not_condition, excluded(rule), RuleSet::NONE, set),
            ] {
                check_count(rule_index, kind, list.len())?;
                // `$NONE` is the prefix of nothing; among excluded values it adds nothing, since an excluding
                // condition never holds for an empty property anyway (WB §3.1).
                for value in list.iter().filter(|value| !is_none_value(text(value))) {
                    let prefix = fold_value(text(value))
                        .ok_or(CompileError::BadDeviceValue { rule_index, condition: kind })?;
                    entries.push(Entry { head: head(&prefix), prefix, listing, excluding, parent: None });
                }
            }
        }
        map.longest = entries.iter().map(|entry| entry.prefix.len()).max().unwrap_or_default();
        map.entries = linked(entries).into();
        Ok(map)
    }

    /// The rules whose condition and `Not` twin both hold for `property`. Allocates nothing.
    pub(super) fn passing(&self, property: Option<&str>) -> RuleSet {
        let Some(property) = reported(property) else {
            return (!self.conditioned | self.listing_none) & !self.excluding_any;
        };
        let (listing, excluding) = self.matching(property);
        (!self.conditioned | listing) & !excluding
    }

    /// The rules that list, and those that exclude, a prefix of `property`.
    ///
    /// Every entry that is a prefix of the property sorts at or before it, and is a prefix of the last entry that
    /// does. So that entry and its parents are all that must be looked at.
    fn matching(&self, property: &str) -> (RuleSet, RuleSet) {
        if self.entries.is_empty() {
            return (RuleSet::NONE, RuleSet::NONE);
        }
        let folded = Folded::of(property, self.longest);
        let property = folded.as_bytes();
        let head = head(property);
        let after = self.entries.partition_point(|entry| (entry.head, &*entry.prefix) <= (head, property));
        let mut candidate = after.checked_sub(1);
        while let Some(index) = candidate {
            let entry = &self.entries[index];
            if property.starts_with(&entry.prefix) {
                return (entry.listing, entry.excluding);
            }
            candidate = entry.parent;
        }
        (RuleSet::NONE, RuleSet::NONE)
    }
}

/// Sorts entries, makes equal ones one, links each to its parent and adds the parent's rules to it.
fn linked(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_unstable_by(|one, other| one.prefix.cmp(&other.prefix));
    entries.dedup_by(|later, kept| {
        let same = later.prefix == kept.prefix;
        if same {
            kept.listing |= later.listing;
            kept.excluding |= later.excluding;
        }
        same
    });
    for index in 0..entries.len() {
        let mut parent = index.checked_sub(1);
        while let Some(above) = parent {
            if entries[index].prefix.starts_with(&entries[above].prefix) {
                break;
            }
            parent = entries[above].parent;
        }
        if let Some(above) = parent {
            let (listing, excluding) = (entries[above].listing, entries[above].excluding);
            entries[index].listing |= listing;
            entries[index].excluding |= excluding;
        }
        entries[index].parent = parent;
    }
    entries
}
