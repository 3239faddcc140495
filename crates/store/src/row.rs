//! Rows that a query answers.

use postroom_types::{EntityId, Timestamp};

use crate::Value;

/// One row; columns are taken by position, in the order of the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

/// A Rust type that a column can be read as.
pub trait Column: Sized {
    /// The value, or `None` when the column has another type.
    fn from_value(value: Value) -> Option<Self>;
}

impl Row {
    /// Takes column `index` out of the row.
    ///
    /// Statements and schema are constants of one capability, so a wrong type or index is a bug: it panics, and
    /// the store undoes that transaction alone.
    #[track_caller]
    pub fn take<T: Column>(&mut self, index: usize) -> T {
        let value = std::mem::replace(&mut self.0[index], Value::Null);
        let Some(taken) = T::from_value(value) else {
            unreachable!(
                "column {index} is not a {}: a statement and its reader disagree",
                std::any::type_name::<T>()
            )
        };
        taken
    }
}

impl Column for i64 {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(number) } else { None }
    }
}
impl Column for bool {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}
impl Column for Timestamp {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(Self::from_micros)
    }
}
impl Column for String {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}
impl Column for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Some(bytes) } else { None }
    }
}
impl Column for EntityId {
    fn from_value(value: Value) -> Option<Self> {
        String::from_value(value).map(Self::from_store)
    }
}
impl<T: Column> Column for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}
