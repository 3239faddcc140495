//! Statements, parameters and the engine trait.

use std::sync::OnceLock;

use postroom_types::{EntityId, FoldKey, Timestamp};

use crate::{Row, StoreError};

/// One SQL text that both engines prepare: `$1..$n`, BIGINT, TEXT and BYTEA only.
///
/// Made by [`statements!`](crate::statements) in one module per capability; a test prepares each on both engines.
pub struct Statement {
    /// The text, with `$n` parameters.
    pub text: &'static str,
    sqlite: OnceLock<String>,
}

impl Statement {
    /// A statement of `text`.
    pub const fn new(text: &'static str) -> Self {
        Self { text, sqlite: OnceLock::new() }
    }

    /// The text as SQLite takes it: `?n` (SQLite numbers `$n` by first use) and its names of our types.
    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| sqlite_text(self.text))
    }
}

/// `text` as SQLite takes it. `WITHOUT ROWID`, `STRICT` and columns that only its indexes have are written as
/// comments that only SQLite opens, `/*sqlite STRICT */`; what only PostgreSQL reads stands between `/*postgres*/` and
/// `/*end*/` (see [`per_engine!`](crate::per_engine)).
pub(crate) fn sqlite_text(text: &str) -> String {
    without_postgres(text)
        .replace('$', "?")
        .replace("BYTEA", "BLOB")
        .replace("BIGINT", "INTEGER")
        .replace("/*sqlite", "")
        .replace("*/", "")
}

/// `text` without what only PostgreSQL reads.
fn without_postgres(text: &str) -> String {
    let mut parts = text.split("/*postgres*/");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("/*end*/").map_or("", |(_, after)| after))
}

/// One text with a part for each engine: for full-text search, the one thing that no SQL says for both. All else is
/// written once.
#[macro_export]
macro_rules! per_engine {
    (sqlite: $sqlite:expr, postgres: $postgres:expr $(,)?) => {
        concat!("/*sqlite ", $sqlite, " */ /*postgres*/ ", $postgres, " /*end*/")
    };
}

/// A value as the engines have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// BIGINT.
    Integer(i64),
    /// TEXT.
    Text(String),
    /// BYTEA.
    Bytes(Vec<u8>),
}

/// Why a text is refused: PostgreSQL cannot hold it, so SQLite must not either.
pub(crate) const NUL_IN_TEXT: &str = "TEXT given with a NUL in it; what may hold one is BYTEA";

/// A borrowed value for a statement; made by [`parameters!`](crate::parameters).
#[derive(Debug, Clone, Copy)]
pub enum Parameter<'a> {
    /// SQL NULL.
    Null,
    /// BIGINT.
    Integer(i64),
    /// TEXT.
    Text(&'a str),
    /// BYTEA.
    Bytes(&'a [u8]),
}

impl From<i64> for Parameter<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}
impl From<bool> for Parameter<'_> {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}
impl From<Timestamp> for Parameter<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Integer(value.micros())
    }
}
impl<'a> From<&'a str> for Parameter<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a String> for Parameter<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a [u8]> for Parameter<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}
impl<'a> From<&'a Vec<u8>> for Parameter<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}
impl<'a> From<&'a FoldKey> for Parameter<'a> {
    fn from(value: &'a FoldKey) -> Self {
        Self::Bytes(value.as_bytes())
    }
}
impl<'a> From<&'a EntityId> for Parameter<'a> {
    fn from(value: &'a EntityId) -> Self {
        Self::Text(value.as_str())
    }
}
impl<'a> From<&'a Value> for Parameter<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(value) => Self::Integer(*value),
            Value::Text(value) => Self::Text(value),
            Value::Bytes(value) => Self::Bytes(value),
        }
    }
}
impl<'a, T> From<Option<T>> for Parameter<'a>
where
    Parameter<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

/// The parameters of a statement: anything `Parameter: From<…>` takes.
#[macro_export]
macro_rules! parameters {
    ($($value:expr),* $(,)?) => { &[$($crate::Parameter::from($value)),*] };
}

/// The statements of a capability, one module a crate: constants, and `ALL` for the test that prepares each.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])* pub(crate) static $name: $crate::Statement = $crate::Statement::new($text);)+
        /// Every statement of this module with its name.
        pub static ALL: &[(&str, &$crate::Statement)] = &[$((stringify!($name), &$name)),+];
    };
}

/// An engine's connection inside a transaction. Synchronous; called on a store thread only.
pub trait Sql {
    /// Runs `statement`; answers the number of rows it changed.
    fn execute(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<u64, StoreError>;
    /// Runs `statement`; answers its rows.
    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError>;
    /// Runs text that is not a constant statement: migrations only.
    fn batch(&mut self, text: &str) -> Result<(), StoreError>;
    /// Hands every row of `text`, which is not a constant statement, to `each` with the names of the columns, until it
    /// answers false: backups only. The rows never stand in memory together.
    fn stream(
        &mut self,
        text: &str,
        parameters: &[Parameter<'_>],
        each: &mut dyn FnMut(&[String], Row) -> bool,
    ) -> Result<(), StoreError>;
    /// As [`Sql::execute`], of text that is not a constant statement: restores only.
    fn execute_text(&mut self, text: &str, parameters: &[Parameter<'_>]) -> Result<u64, StoreError>;
    /// Prepares `statement` and drops it: the test that each statement suits this engine.
    fn prepare(&mut self, statement: &Statement) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_reads_its_own_part() {
        const TEXT: &str = concat!(
            "SELECT ",
            crate::per_engine!(sqlite: "rowid", postgres: "number"),
            " FROM t WHERE id = $1 ",
            crate::per_engine!(sqlite: "AND a", postgres: "AND b")
        );
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(&sqlite_text(TEXT)), "SELECT rowid FROM t WHERE id = ?1 AND a");
        assert_eq!(words(&sqlite_text("x /*postgres*/ y /*end*/ z /*postgres*/")), "x z");
        assert!(TEXT.contains("/*sqlite rowid */ /*postgres*/ number /*end*/"), "PostgreSQL skips comments");
    }
}
