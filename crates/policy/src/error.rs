//! Why plain rules cannot be compiled.

use std::fmt;

use crate::explain::ConditionKind;

/// Rules that cannot be compiled. The set in force stays; the caller refuses the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileError {
    /// More rules than [`crate::limits::RULES_MAX`].
    TooManyRules {
        /// How many there are.
        count: usize,
        /// How many there may be.
        count_max: usize,
    },
    /// A condition with more values than [`crate::limits::CONDITION_VALUES_MAX`].
    TooManyValues {
        /// Position of the rule, from 0.
        rule_index: usize,
        /// The condition.
        condition: ConditionKind,
        /// How many values it has.
        count: usize,
        /// How many it may have.
        count_max: usize,
    },
    /// A device condition holds a character above U+00FF or is longer than a property can be.
    BadDeviceValue {
        /// Position of the rule, from 0.
        rule_index: usize,
        /// The condition.
        condition: ConditionKind,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRules { count, count_max } => write!(f, "{count} rules, at most {count_max} fit"),
            Self::TooManyValues { rule_index, condition, count, count_max } => {
                write!(f, "rule {rule_index}: {condition} has {count} values, at most {count_max} fit")
            }
            Self::BadDeviceValue { rule_index, condition } => {
                write!(
                    f,
                    "rule {rule_index}: {condition} holds a value that no device property can begin with"
                )
            }
        }
    }
}

impl std::error::Error for CompileError {}
