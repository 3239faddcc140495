//! Quotas. RFC 9208 §7.

use super::cursor::{Cursor, Parsed};
use crate::{Command, QuotaResource};

/// `"GETQUOTA" SP quota-root-name`
pub(super) fn get_quota(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    Ok(Command::GetQuota(cursor.text("a quota root")?))
}

/// `"SETQUOTA" SP quota-root-name SP "(" [name SP limit *(SP name SP limit)] ")"`
pub(super) fn set_quota(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    let root = cursor.text("a quota root")?;
    cursor.space()?;
    let limits = cursor.list(true, |cursor| {
        let name = cursor.atom("a resource")?;
        cursor.space()?;
        Ok((QuotaResource::new(name), cursor.number64()?))
    })?;
    Ok(Command::SetQuota { root, limits })
}
