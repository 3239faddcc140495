//! Our three types as PostgreSQL has them.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{Parameter, Row, Value, sql};

/// Why `parameter` cannot be sent where the statement wants `wanted`, or `None` when it can.
pub(super) fn mismatch(parameter: Parameter<'_>, wanted: &Type) -> Option<String> {
    let suits = match parameter {
        Parameter::Null => true,
        Parameter::Integer(number) => match *wanted {
            Type::INT8 => true,
            Type::INT4 => i32::try_from(number).is_ok(),
            Type::INT2 => i16::try_from(number).is_ok(),
            _ => false,
        },
        Parameter::Text(_) => matches!(*wanted, Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN),
        Parameter::Bytes(_) => *wanted == Type::BYTEA,
    };
    if let Parameter::Text(text) = parameter
        && text.contains('\0')
    {
        return Some(sql::NUL_IN_TEXT.to_owned());
    }
    let kind = match parameter {
        Parameter::Null => "NULL",
        Parameter::Integer(_) => "BIGINT",
        Parameter::Text(_) => "TEXT",
        Parameter::Bytes(_) => "BYTEA",
    };
    (!suits).then(|| format!("{kind} given where {wanted} is wanted"))
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => match *wanted {
                Type::INT4 => i32::try_from(number)?.to_sql(wanted, out),
                Type::INT2 => i16::try_from(number)?.to_sql(wanted, out),
                _ => number.to_sql(wanted, out),
            },
            Self::Text(text) => text.to_sql(wanted, out),
            Self::Bytes(bytes) => bytes.to_sql(wanted, out),
        }
    }

    /// `mismatch` has decided already.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

struct Read(Value);

impl<'a> FromSql<'a> for Read {
    fn from_sql(found: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *found {
            Type::INT8 => Value::Integer(i64::from_sql(found, raw)?),
            Type::INT4 => Value::Integer(i32::from_sql(found, raw)?.into()),
            Type::INT2 => Value::Integer(i16::from_sql(found, raw)?.into()),
            Type::BOOL => Value::Integer(bool::from_sql(found, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => {
                Value::Text(String::from_sql(found, raw)?)
            }
            Type::BYTEA => Value::Bytes(raw.to_vec()),
            // SQLite answers such a column, so the statement is wrong for one of two engines.
            _ => return Err(format!("a column of type {found}: CAST it to BIGINT, TEXT or BYTEA").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The row in our values.
pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    (0..row.len())
        .map(|column| row.try_get::<_, Read>(column).map(|read| read.0))
        .collect::<Result<Vec<_>, _>>()
        .map(Row)
}
