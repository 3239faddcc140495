//! One value of a policy, held against one value of a request.

use std::borrow::Cow;
use std::net::IpAddr;

use postroom_types::Timestamp;

use super::date;
use super::operator::{Comparison, Order};
use crate::iam::context::Value;
use crate::iam::glob::{ArnPattern, Glob, unescaped};
use crate::ip::{Ipv4Range, Ipv6Range};

/// A policy's value, ready to compare.
#[derive(Debug, Clone)]
pub(super) enum Test {
    Equal { text: Box<str>, any_case: bool },
    Like(Glob),
    Arn(Box<ArnPattern>),
    Number(Order, f64),
    Date(Order, Timestamp),
    Bool(bool),
    Ipv4(Ipv4Range),
    Ipv6(Ipv6Range),
}

impl Test {
    /// The test that `value` is under a comparison. `escapes`: whether `${*}` is an escape.
    pub(super) fn parse(comparison: Comparison, value: &str, escapes: bool) -> Result<Self, String> {
        Ok(match comparison {
            Comparison::StringEquals { any_case } => {
                Self::Equal { text: unescaped(value, escapes)?.into(), any_case }
            }
            Comparison::StringLike => Self::Like(Glob::text(value, escapes)?),
            Comparison::Arn => Self::Arn(Box::new(ArnPattern::parse(value, escapes)?)),
            Comparison::Numeric(order) => {
                Self::Number(order, parse_number(value).ok_or_else(|| format!("{value:?} is not a number"))?)
            }
            Comparison::Date(order) => {
                Self::Date(order, date::parse(value).ok_or_else(|| not_a_date(value))?)
            }
            Comparison::Bool | Comparison::Null => Self::Bool(parse_bool(value)?),
            Comparison::IpAddress => parse_range(value)?,
        })
    }

    /// Whether it holds for a value of the request. What cannot be read as the operator's type equals nothing.
    pub(super) fn holds(&self, actual: Value<'_>) -> bool {
        match self {
            Self::Equal { text: expected, any_case: false } => text(actual) == **expected,
            // Letters beyond ASCII fold too.
            Self::Equal { text: expected, any_case: true } => {
                text(actual).to_lowercase() == expected.to_lowercase()
            }
            Self::Like(glob) => glob.matches(&text(actual)),
            Self::Arn(pattern) => pattern.matches(&text(actual)),
            Self::Number(order, expected) => number(actual)
                .and_then(|actual| actual.partial_cmp(expected))
                .is_some_and(|ordering| order.holds(ordering)),
            Self::Date(order, expected) => {
                time(actual).is_some_and(|actual| order.holds(actual.cmp(expected)))
            }
            Self::Bool(expected) => match actual {
                Value::Bool(actual) => actual == *expected,
                Value::Text(text) => parse_bool(text) == Ok(*expected),
                Value::Address(_) | Value::Time(_) => false,
            },
            Self::Ipv4(range) => {
                matches!(address(actual), Some(IpAddr::V4(actual)) if range.contains(actual))
            }
            Self::Ipv6(range) => {
                matches!(address(actual), Some(IpAddr::V6(actual)) if range.contains(actual))
            }
        }
    }
}

/// `true` or `false`, in any case.
pub(super) fn parse_bool(value: &str) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("{value:?} is not true or false")),
    }
}

fn not_a_date(value: &str) -> String {
    format!("{value:?} is not a date: write 2026-01-31T12:00:00Z or seconds since 1970")
}

fn parse_number(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

/// An address or a range of either family.
fn parse_range(value: &str) -> Result<Test, String> {
    let range = match value.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => Ipv4Range::new(address, 32).map(Test::Ipv4),
        Ok(IpAddr::V6(address)) => Ipv6Range::new(address, 128).map(Test::Ipv6),
        Err(_) => {
            Ipv4Range::parse(value).map(Test::Ipv4).or_else(|_| Ipv6Range::parse(value).map(Test::Ipv6)).ok()
        }
    };
    range.ok_or_else(|| format!("{value:?} is not an address or address range"))
}

fn text(actual: Value<'_>) -> Cow<'_, str> {
    match actual {
        Value::Text(text) => text.into(),
        Value::Address(address) => address.to_string().into(),
        Value::Time(time) => time.seconds().to_string().into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds stay exact far beyond any date")]
fn number(actual: Value<'_>) -> Option<f64> {
    match actual {
        Value::Text(text) => parse_number(text),
        Value::Time(time) => Some(time.seconds() as f64),
        Value::Address(_) | Value::Bool(_) => None,
    }
}

fn time(actual: Value<'_>) -> Option<Timestamp> {
    match actual {
        Value::Text(text) => date::parse(text),
        Value::Time(time) => Some(time),
        Value::Address(_) | Value::Bool(_) => None,
    }
}

fn address(actual: Value<'_>) -> Option<IpAddr> {
    match actual {
        Value::Text(text) => text.parse().ok().map(crate::ip::canonical),
        Value::Address(address) => Some(address),
        Value::Time(_) | Value::Bool(_) => None,
    }
}
