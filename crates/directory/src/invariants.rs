//! What `fsck` checks of an organization's entities: what must hold and the schema cannot say.

use postroom_store::{Read, parameters};
use postroom_types::{EntityId, OrganizationKey};

use crate::DirectoryError;
use crate::sql::invariants as sql;

/// An invariant that an entity breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which one: the name of its statement in `sql::invariants`.
    pub invariant: &'static str,
    /// Whose row, or whose that is missing.
    pub entity: EntityId,
}

/// Everything that is broken in `organization`, at most 100 entities an invariant. It scans: for `fsck` and tests.
pub fn broken(tx: &mut dyn Read, organization: OrganizationKey) -> Result<Vec<Broken>, DirectoryError> {
    let mut found = Vec::new();
    for (invariant, statement) in sql::ALL {
        let rows = tx.query(statement, parameters![organization.0])?;
        found.extend(rows.into_iter().map(|mut row| Broken { invariant, entity: row.take(0) }));
    }
    Ok(found)
}
