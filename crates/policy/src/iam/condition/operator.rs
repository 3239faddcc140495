//! The operators' names.

use std::cmp::Ordering;

/// What a value is compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    StringEquals {
        any_case: bool,
    },
    StringLike,
    /// `ArnEquals` too: IAM gives both the same meaning.
    Arn,
    Numeric(Order),
    Date(Order),
    Bool,
    IpAddress,
    Null,
}

/// How the request's number or time stands to the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// How the values of a key with several are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetOperator {
    ForAllValues,
    ForAnyValue,
}

/// An operator as a policy names it: `ForAnyValue:StringNotLikeIfExists`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) comparison: Comparison,
    pub(super) negated: bool,
    pub(super) if_exists: bool,
    pub(super) set: Option<SetOperator>,
}

use Comparison::{Arn, Bool, Date, IpAddress, Null, Numeric, StringEquals, StringLike};

/// Name, comparison, and whether it is negated.
const OPERATORS: [(&str, Comparison, bool); 26] = [
    ("StringEquals", StringEquals { any_case: false }, false),
    ("StringNotEquals", StringEquals { any_case: false }, true),
    ("StringEqualsIgnoreCase", StringEquals { any_case: true }, false),
    ("StringNotEqualsIgnoreCase", StringEquals { any_case: true }, true),
    ("StringLike", StringLike, false),
    ("StringNotLike", StringLike, true),
    ("ArnEquals", Arn, false),
    ("ArnLike", Arn, false),
    ("ArnNotEquals", Arn, true),
    ("ArnNotLike", Arn, true),
    ("NumericEquals", Numeric(Order::Equal), false),
    ("NumericNotEquals", Numeric(Order::Equal), true),
    ("NumericLessThan", Numeric(Order::Less), false),
    ("NumericLessThanEquals", Numeric(Order::LessOrEqual), false),
    ("NumericGreaterThan", Numeric(Order::Greater), false),
    ("NumericGreaterThanEquals", Numeric(Order::GreaterOrEqual), false),
    ("DateEquals", Date(Order::Equal), false),
    ("DateNotEquals", Date(Order::Equal), true),
    ("DateLessThan", Date(Order::Less), false),
    ("DateLessThanEquals", Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Date(Order::Greater), false),
    ("DateGreaterThanEquals", Date(Order::GreaterOrEqual), false),
    ("Bool", Bool, false),
    ("IpAddress", IpAddress, false),
    ("NotIpAddress", IpAddress, true),
    ("Null", Null, false),
];

impl Operator {
    /// The operator of this name.
    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let (set, rest) = match name.split_once(':') {
            None => (None, name),
            Some(("ForAllValues", rest)) => (Some(SetOperator::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(SetOperator::ForAnyValue), rest),
            Some((other, _)) => {
                return Err(format!("unknown set operator {other}: use ForAllValues or ForAnyValue"));
            }
        };
        let (base, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |base| (base, true));
        let found = OPERATORS.iter().find(|operator| operator.0 == base);
        let Some(&(_, comparison, negated)) = found else { return Err(format!("unknown operator {base}")) };
        if comparison == Null && (if_exists || set.is_some()) {
            return Err("Null takes neither a set operator nor IfExists".to_owned());
        }
        Ok(Self { comparison, negated, if_exists, set })
    }
}
