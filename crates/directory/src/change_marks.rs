//! At which admin sequence an area of an organization last changed.
//!
//! Whoever holds compiled rules reads its area's mark when anything in the organization has changed, and keeps what
//! it holds when the mark stands where it was.

use postroom_store::{Read, StoreError, parameters};
use postroom_types::OrganizationKey;

use crate::admin::AdminTx;
use crate::sql::change_marks as sql;

/// Something that decisions rest on and that is compiled as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area(&'static str);

impl Area {
    /// Access control rules and impersonation roles.
    pub const ACCESS: Self = Self("access");

    /// An area of a capability; `name` is unique in the program and never changes.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }
}

/// Marks `area` as changed in this transaction. Every operation that changes a row of the area calls it.
pub fn mark(tx: &mut AdminTx<'_, '_>, area: Area) -> Result<(), StoreError> {
    let (organization, sequence) = (tx.organization.0, tx.sequence);
    tx.execute(&sql::SET, parameters![organization, area.0, sequence])?;
    Ok(())
}

/// The admin sequence at which `area` last changed; 0 when it never did.
pub fn read(read: &mut dyn Read, organization: OrganizationKey, area: Area) -> Result<i64, StoreError> {
    let row = read.query_first(&sql::SELECT, parameters![organization.0, area.0])?;
    Ok(row.map_or(0, |mut row| row.take(0)))
}
