//! Notes about single places that are being restored beside what is in use.
//!
//! ```text
//! begin ── Loading ── rows are loaded ── advance ── Settling ── the directory is made to agree ── end
//!             └── cut off: Removing ── the place is removed ── end
//! ```
//!
//! Whoever loads touches the note; one that nobody has touched for [`limits::RESTORE_LEASE`] was left behind, and what
//! was loaded is removed. Advancing is in the transaction that makes the place known, so of the one who loads and the
//! one who removes only one goes on.

use postroom_types::{OrganizationKey, Timestamp};

use crate::{Place, Read, Store, StoreError, Tx, limits, parameters};

/// The table with the notes, in the directory.
pub(super) const TABLE: &str = "place_restores";

crate::statements! {
    BEGIN = "INSERT INTO place_restores (organization, what, stage, touched_at) VALUES ($1, $2, 'Loading', $3)";
    TOUCH = "UPDATE place_restores SET touched_at = $2 WHERE organization = $1 AND stage = 'Loading'";
    ADVANCE = "UPDATE place_restores SET stage = 'Settling', touched_at = $2
        WHERE organization = $1 AND stage = 'Loading'";
    ABANDON = "UPDATE place_restores SET stage = 'Removing'
        WHERE organization = $1 AND stage = 'Loading' AND touched_at <= $2";
    END = "DELETE FROM place_restores WHERE organization = $1";
    LIST = "SELECT organization, what, stage, touched_at FROM place_restores ORDER BY organization";
}

/// How far the restore of a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Rows are being loaded; nobody knows the place yet.
    Loading,
    /// The place is in use; the directory is being made to agree with it.
    Settling,
    /// It was cut off, and what was loaded is being removed.
    Removing,
}

/// A place that is being restored, or whose restore was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRestore {
    /// The place's short number.
    pub organization: OrganizationKey,
    /// What is restored, for a person.
    pub what: String,
    /// How far it is.
    pub stage: Stage,
    /// When whoever restores it last gave a sign.
    pub touched_at: Timestamp,
}

impl PlaceRestore {
    /// Whether nobody works on it any more.
    pub fn is_left(&self, now: Timestamp) -> bool {
        self.touched_at.plus(limits::RESTORE_LEASE) <= now
    }
}

/// Notes that `organization` is being restored, in the transaction that gives out its number.
pub fn begin_place(tx: &mut Tx<'_>, organization: OrganizationKey, what: &str) -> Result<(), StoreError> {
    let now = tx.now();
    tx.execute(&BEGIN, parameters![organization.0, what, now]).map(drop)
}

/// Says that somebody still loads; false when it has been given up by another.
pub fn touch_place(store: &Store, organization: OrganizationKey) -> Result<bool, StoreError> {
    store.write_blocking(Place::Directory, move |tx| {
        let now = tx.now();
        Ok(tx.execute(&TOUCH, parameters![organization.0, now])? == 1)
    })
}

/// In the transaction that makes the place known: false when the restore has been given up by another.
pub fn advance_place(tx: &mut Tx<'_>, organization: OrganizationKey) -> Result<bool, StoreError> {
    let now = tx.now();
    Ok(tx.execute(&ADVANCE, parameters![organization.0, now])? == 1)
}

/// Gives up a load that nobody has touched since `touched_before`; false when it has gone on.
pub fn abandon_place(
    store: &Store,
    organization: OrganizationKey,
    touched_before: Timestamp,
) -> Result<bool, StoreError> {
    store.write_blocking(Place::Directory, move |tx| {
        Ok(tx.execute(&ABANDON, parameters![organization.0, touched_before])? == 1)
    })
}

/// Takes the note away.
pub fn end_place(store: &Store, organization: OrganizationKey) -> Result<(), StoreError> {
    store.write_blocking(Place::Directory, move |tx| tx.execute(&END, parameters![organization.0]).map(drop))
}

/// All notes.
pub fn place_restores(store: &Store) -> Result<Vec<PlaceRestore>, StoreError> {
    let rows = store.read_blocking(Place::Directory, |read| read.query(&LIST, &[]))?;
    let stage = |text: &str| match text {
        "Loading" => Stage::Loading,
        "Settling" => Stage::Settling,
        _ => Stage::Removing,
    };
    let note = |mut row: crate::Row| PlaceRestore {
        organization: OrganizationKey(row.take(0)),
        what: row.take(1),
        stage: stage(&row.take::<String>(2)),
        touched_at: row.take(3),
    };
    Ok(rows.into_iter().map(note).collect())
}
