//! The conditions of a statement. Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

mod date;
mod operator;
mod test;

use super::context::{Context, Key};
use super::glob::at;
use super::json::Node;
use super::{PolicyError, document};
use crate::permit::AwsAccountId;
use operator::{Comparison, Operator, SetOperator};
use test::Test;

/// One operator and key with its values.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    key: Key,
    check: Check,
}

#[derive(Debug, Clone)]
enum Check {
    /// `Null`: whether the key must be absent.
    Null { absent: bool },
    /// Any other operator: any test holds, or with `negated` none.
    Values { tests: Box<[Test]>, negated: bool, if_exists: bool, set: Option<SetOperator> },
}

/// The conditions in a `Condition` element, which all must hold.
pub(super) fn parse(place: &str, node: &Node, escapes: bool) -> Result<Box<[Condition]>, PolicyError> {
    let mut conditions = Vec::new();
    for (operator_name, keys) in document::members(place, node)? {
        let place = format!("{place}.{operator_name}");
        let operator = at(&place, Operator::parse(operator_name))?;
        for (key_name, values) in document::members(&place, keys)? {
            let place = format!("{place}.{key_name}");
            let key = at(&place, Key::parse(key_name))?;
            conditions.push(Condition::parse(&place, operator, key, values, escapes)?);
        }
    }
    Ok(conditions.into())
}

impl Condition {
    fn parse(
        place: &str,
        operator: Operator,
        key: Key,
        values: &Node,
        escapes: bool,
    ) -> Result<Self, PolicyError> {
        at(place, suits(operator, &key))?;
        let values = document::values(place, values)?;
        if operator.comparison == Comparison::Null {
            let [value] = values.as_slice() else {
                return Err(PolicyError::new(place, "Null takes one value: true or false"));
            };
            let absent = at(place, test::parse_bool(value))?;
            return Ok(Self { key, check: Check::Null { absent } });
        }
        let tests: Result<Box<[Test]>, String> =
            values.iter().map(|value| Test::parse(operator.comparison, value, escapes)).collect();
        let Operator { negated, if_exists, set, .. } = operator;
        Ok(Self { key, check: Check::Values { tests: at(place, tests)?, negated, if_exists, set } })
    }

    /// Whether the condition holds for a request.
    pub(super) fn holds(&self, context: &Context<'_>, principal_account: &AwsAccountId) -> bool {
        match &self.check {
            Check::Null { absent } => {
                let present = context.each(&self.key, principal_account, &mut |_| ());
                present != *absent
            }
            Check::Values { tests, negated, if_exists, set } => {
                let (mut all, mut any) = (true, false);
                let present = context.each(&self.key, principal_account, &mut |value| {
                    let held = tests.iter().any(|test| test.holds(value)) != *negated;
                    all &= held;
                    any |= held;
                });
                if !present && *if_exists {
                    return true;
                }
                match set {
                    // Of no values, all hold and none does.
                    Some(SetOperator::ForAllValues) => all,
                    Some(SetOperator::ForAnyValue) => any,
                    // An absent key equals nothing, so what is negated holds.
                    None if !present => *negated,
                    None => any,
                }
            }
        }
    }
}

/// Whether an operator can say something about a key at all.
fn suits(operator: Operator, key: &Key) -> Result<(), String> {
    let comparison = operator.comparison;
    if comparison == Comparison::Null {
        return Ok(());
    }
    match key {
        Key::TagKeys if operator.set.is_none() => {
            Err("the key has several values: write ForAllValues: or ForAnyValue: before the operator"
                .to_owned())
        }
        Key::CurrentTime if !matches!(comparison, Comparison::Date(_)) => {
            Err("the key is a time: use a Date operator".to_owned())
        }
        Key::EpochTime if !matches!(comparison, Comparison::Date(_) | Comparison::Numeric(_)) => {
            Err("the key is a time: use a Date or Numeric operator".to_owned())
        }
        Key::SourceIp if comparison != Comparison::IpAddress => {
            Err("the key is an address: use IpAddress or NotIpAddress".to_owned())
        }
        Key::SecureTransport if !matches!(comparison, Comparison::Bool | Comparison::StringEquals { .. }) => {
            Err("the key is true or false: use Bool".to_owned())
        }
        _ => Ok(()),
    }
}
