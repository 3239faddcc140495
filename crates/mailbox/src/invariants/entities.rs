//! A walk over entities page by page and without a join, since mailboxes may move to other shards.

use postroom_store::fsck::Finding;
use postroom_store::{Place, Read, Statement, Store, StoreError, Tx, parameters};
use postroom_types::{EntityId, OrganizationKey};

/// Entities that are looked at in one snapshot.
pub(super) const PAGE: i64 = 500;

/// What entities must be to have what they have.
pub(super) struct Rule {
    /// Entities that have it: of an organization, after an id, so many.
    pub(super) listed: &'static Statement,
    /// Whether an entity may have it.
    pub(super) may: fn(&mut dyn Read, OrganizationKey, &EntityId) -> Result<bool, StoreError>,
    /// Takes it from one that may not; false when it may by now, or has it no more.
    pub(super) repair: fn(&mut Tx<'_>, &EntityId) -> Result<bool, StoreError>,
    /// What must hold.
    pub(super) invariant: &'static str,
    /// What is said behind the id of one for which it does not.
    pub(super) fault: &'static str,
}

impl Rule {
    /// Finds the entities that may not have it, and takes it from them when `repair`.
    pub(super) fn check(
        &'static self,
        store: &Store,
        organization: OrganizationKey,
        repair: bool,
    ) -> Result<Vec<Finding>, StoreError> {
        let (place, mut after, mut findings) = (Place::Organization(organization), String::new(), Vec::new());
        loop {
            let from = after.clone();
            let page = store.read_blocking(place, |read| {
                let rows = read.query(self.listed, parameters![organization.0, &from, PAGE])?;
                let entities = rows.into_iter().map(|mut row| row.take(0));
                let looked_at = entities.map(|entity: EntityId| {
                    let may = (self.may)(read, organization, &entity)?;
                    Ok::<_, StoreError>((entity, may))
                });
                looked_at.collect::<Result<Vec<(EntityId, bool)>, StoreError>>()
            })?;
            let Some((last, _)) = page.last() else { return Ok(findings) };
            after = last.as_str().to_owned();
            for (entity, _) in page.into_iter().filter(|(_, may)| !may) {
                let what = format!("{entity} {}", self.fault);
                let repaired = repair && store.write_blocking(place, move |tx| (self.repair)(tx, &entity))?;
                findings.push(Finding { place, invariant: self.invariant, what, repaired });
            }
        }
    }
}
