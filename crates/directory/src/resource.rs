//! What only resources have.

use postroom_store::{Read, Row, parameters};
use postroom_types::{Constrained, OrganizationKey, ResourceDescription, ResourceType};

use crate::DirectoryError;
use crate::entity::{Entity, stored};
use crate::sql::resources as sql;

/// A resource with everything that only resources have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What all kinds have.
    pub entity: Entity,
    /// Room or equipment.
    pub resource_type: ResourceType,
    /// What it is.
    pub description: Option<ResourceDescription>,
    /// How it answers booking requests.
    pub booking: BookingOptions,
    /// How many delegates it has.
    pub delegates_count: i64,
}

/// How a resource answers booking requests (WB §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingOptions {
    /// Accepts what it does not decline; without this its delegates decide.
    pub auto_accept_requests: bool,
    /// Declines recurring requests.
    pub auto_decline_recurring_requests: bool,
    /// Declines what conflicts with a booking.
    pub auto_decline_conflicting_requests: bool,
}

impl Default for BookingOptions {
    /// What a new resource has (WB §5).
    fn default() -> Self {
        Self {
            auto_accept_requests: true,
            auto_decline_recurring_requests: false,
            auto_decline_conflicting_requests: true,
        }
    }
}

impl Resource {
    /// The resource that `entity` is; `None` when it is none.
    pub(crate) fn of(
        tx: &mut dyn Read,
        organization: OrganizationKey,
        entity: Entity,
    ) -> Result<Option<Self>, DirectoryError> {
        let row = tx.query_first(&sql::SELECT, parameters![organization.0, &entity.id])?;
        Ok(row.map(|row| Self::from_row(entity, row)))
    }

    fn from_row(entity: Entity, mut row: Row) -> Self {
        Self {
            entity,
            resource_type: stored(&row.take::<String>(0)),
            description: row.take::<Option<String>>(1).map(ResourceDescription::from_store),
            booking: BookingOptions {
                auto_accept_requests: row.take(2),
                auto_decline_recurring_requests: row.take(3),
                auto_decline_conflicting_requests: row.take(4),
            },
            delegates_count: row.take(5),
        }
    }
}
