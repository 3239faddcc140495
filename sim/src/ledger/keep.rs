//! A plan in a transaction.

use std::fmt;

use postroom_store::client_tokens::{self, ClientToken, TokenReused};
use postroom_store::jobs::{self, Announcement, Kind};
use postroom_store::{Parameter, Read as _, StoreError, Tx, parameters};

use super::statements as sql;
use super::{Change, Ending, Plan};

/// The kind of the ledger's jobs. Nobody runs them.
pub const KIND: Kind = Kind::new("sim.work");
pub(super) const OPERATION: &str = "SimKeep";

/// Why a plan was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerError {
    /// The plan says so.
    Refused,
    /// The token was used for another request.
    TokenReused,
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("refused as planned"),
            Self::TokenReused => TokenReused.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl From<StoreError> for LedgerError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TokenReused> for LedgerError {
    fn from(_: TokenReused) -> Self {
        Self::TokenReused
    }
}

/// The token of transaction `number`.
pub fn token(number: i64) -> ClientToken {
    ClientToken::new("111122223333", OPERATION, number.to_string(), &number.to_le_bytes())
}

/// Carries out `plan`, or answers its first answer when its token was used; answers the sequence of its commit.
///
/// `announcement`: of a job in this place; taken when the plan has one.
pub fn keep(
    tx: &mut Tx<'_>,
    seed: u64,
    plan: &Plan,
    announcement: Option<&Announcement>,
) -> Result<i64, LedgerError> {
    let token = plan.with_token.then(|| token(plan.number));
    let answer = client_tokens::once(tx, token.as_ref(), |tx| carry_out(tx, seed, plan, announcement))?;
    let sequence = answer.try_into().map(i64::from_le_bytes);
    sequence.map_err(|_| LedgerError::Store(StoreError::Bug("an answer has no 8 bytes".to_owned())))
}

fn carry_out(
    tx: &mut Tx<'_>,
    seed: u64,
    plan: &Plan,
    announcement: Option<&Announcement>,
) -> Result<Vec<u8>, LedgerError> {
    let place = tx.place().number();
    let counted = tx.query_first(&sql::NEXT_SEQUENCE, parameters![place])?;
    let sequence: i64 = counted.map_or(0, |mut row| row.take(0));
    let (mut items, mut bytes) = (0_i64, 0_i64);
    for change in &plan.changes {
        let (more_items, more_bytes) = make(tx, seed, plan.number, *change)?;
        items += more_items;
        bytes += more_bytes;
    }
    tx.execute(&sql::ADD_TO_TOTALS, parameters![place, items, bytes])?;
    tx.execute(&sql::ENTER, parameters![place, sequence, plan.number])?;
    if plan.with_job
        && let Some(announcement) = announcement
    {
        jobs::enqueue(tx, announcement, Some(&plan.number.to_string()), &plan.number.to_le_bytes())?;
    }
    match plan.ending {
        Ending::Commit => Ok(sequence.to_le_bytes().to_vec()),
        Ending::Refuse => Err(LedgerError::Refused),
        Ending::Panic => std::panic::panic_any(super::plan::PLANNED),
    }
}

/// Makes one change; answers by how much items and bytes grow.
fn make(tx: &mut Tx<'_>, seed: u64, number: i64, change: Change) -> Result<(i64, i64), StoreError> {
    let place = tx.place().number();
    let (Change::Put { key, .. } | Change::Delete { key }) = change;
    let before = tx.query_first(&sql::ITEM, parameters![place, key])?;
    let before = before.map(|mut row| length(&row.take::<Vec<u8>>(0)));
    let (items_before, bytes_before) = (i64::from(before.is_some()), before.unwrap_or(0));
    match change {
        Change::Put { key, size } => {
            let value = Plan::value(seed, number, key, size);
            let parameters = [place.into(), key.into(), number.into(), Parameter::Bytes(&value)];
            tx.execute(&sql::PUT, &parameters)?;
            Ok((1 - items_before, length(&value) - bytes_before))
        }
        Change::Delete { key } => {
            tx.execute(&sql::DELETE, parameters![place, key])?;
            Ok((-items_before, -bytes_before))
        }
    }
}

fn length(value: &[u8]) -> i64 {
    i64::try_from(value.len()).unwrap_or(i64::MAX)
}
