//! ListAliases: the addresses of an entity besides its primary one (WB §1.6).

use postroom_store::{Read, parameters};
use postroom_types::{Constrained, EmailAddress};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, require_any};
use crate::page::{Page, PageRequest};
use crate::sql::addresses as sql;

/// A page of the aliases of the entity with the id `entity_id`. `EntityNotFound`, `EntityState` (not enabled).
pub fn list_aliases(
    tx: &mut AdminRead<'_>,
    entity_id: &str,
    request: &PageRequest,
) -> Result<Page<EmailAddress>, DirectoryError> {
    let organization = tx.organization;
    let entity = require_any(tx, organization, entity_id, Accepts::Id)?;
    entity.must_be_enabled()?;
    let rows = tx.query(
        &sql::LIST_ALIASES,
        parameters![organization.0, &entity.id, &request.after, request.probe()],
    )?;
    let rows = rows.into_iter().map(|mut row| (row.take::<String>(0), row.take::<Vec<u8>>(1))).collect();
    let page = Page::cut(rows, request, |(_, key): &(String, Vec<u8>)| key.clone());
    Ok(page.map(|(address, _)| EmailAddress::from_store(address)))
}
