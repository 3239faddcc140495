//! How calls that changed nothing lie in the store: in blocks, each a compressed list of records of one organization.
//!
//! A row for each call would cost as much as carrying it out, and ten times the room. The records of a block lie within
//! [`limits::CALL_BLOCK_SPAN`] after its first: blocks of two nodes or batches overlap by so much at most, which bounds
//! what a reader has to look at.

use std::collections::BTreeMap;

use postroom_store::{Read, Row, StoreError, Tx, parameters};
use postroom_types::Timestamp;

use crate::call_audit::{CallCursor, CallRecord};
use crate::limits;
use crate::sql::call_audit as sql;

/// Of zstd.
const LEVEL: i32 = 1;

/// A record in a block: time in microseconds, request, AWS account, actor, address, operation, result, parameters.
type Stored<Text> = (i64, Text, Text, Text, Text, Text, Text, Text);

/// Writes `records` down, whatever their order.
pub(crate) fn write(tx: &mut Tx<'_>, records: &[CallRecord]) -> Result<(), StoreError> {
    let mut by_organization: BTreeMap<&str, Vec<&CallRecord>> = BTreeMap::new();
    for record in records {
        by_organization.entry(&record.organization_id).or_default().push(record);
    }
    for (organization, mut records) in by_organization {
        records.sort_unstable_by_key(|record| place(record));
        while let Some(first) = records.first() {
            let end = block_end(&records, first.at);
            insert(tx, organization, &records[..end])?;
            records.drain(..end);
        }
    }
    Ok(())
}

/// How many of `records`, the first of which is of `first_at`, make a block.
fn block_end(records: &[&CallRecord], first_at: Timestamp) -> usize {
    let (last_at, mut bytes) = (first_at.plus(limits::CALL_BLOCK_SPAN), 0);
    let fits = |record: &&&CallRecord| {
        bytes += record.parameters.len();
        record.at <= last_at && bytes <= limits::CALL_BLOCK_BYTES
    };
    records.iter().take(limits::CALL_BLOCK_RECORDS).take_while(fits).count().max(1)
}

fn insert(tx: &mut Tx<'_>, organization: &str, records: &[&CallRecord]) -> Result<(), StoreError> {
    let Some(first) = records.first() else { return Ok(()) };
    let stored: Vec<Stored<&str>> = records.iter().map(|record| stored(record)).collect();
    let bug = |error: &dyn std::fmt::Display| StoreError::Bug(format!("a block of calls: {error}"));
    let text = serde_json::to_vec(&stored).map_err(|error| bug(&error))?;
    let bytes = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let compressed = zstd::bulk::compress(&text, LEVEL).map_err(|error| bug(&error))?;
    tx.execute(&sql::INSERT, parameters![first.at, &*first.request_id, organization, bytes, &compressed])?;
    Ok(())
}

fn stored(record: &CallRecord) -> Stored<&str> {
    (
        record.at.micros(),
        &record.request_id,
        &record.aws_account,
        &record.actor,
        &record.source_ip,
        &record.operation,
        &record.result,
        &record.parameters,
    )
}

fn record(stored: Stored<String>, organization: &str) -> CallRecord {
    let (at, request_id, aws_account, actor, source_ip, operation, result, parameters) = stored;
    CallRecord {
        at: Timestamp::from_micros(at),
        request_id: request_id.into(),
        aws_account: aws_account.into(),
        organization_id: organization.to_owned(),
        actor,
        source_ip,
        operation,
        result,
        parameters: parameters.into(),
    }
}

/// At most `wanted` records after `cursor`, oldest first.
pub(crate) fn after(
    read: &mut dyn Read,
    organization: Option<&str>,
    cursor: &CallCursor,
    wanted: usize,
) -> Result<Vec<CallRecord>, StoreError> {
    let rows_max = limits::CALL_BLOCKS_READ;
    let mut next = (cursor.0.minus(limits::CALL_BLOCK_SPAN), String::new());
    let mut found = Vec::new();
    loop {
        let rows = match organization {
            None => read.query(&sql::AFTER, parameters![next.0, &next.1, rows_max])?,
            Some(of) => read.query(&sql::AFTER_OF, parameters![next.0, &next.1, rows_max, of])?,
        };
        let is_last = !is_full(&rows);
        for block in rows.into_iter().map(Block::of) {
            next = (block.first_at, block.first_id.clone());
            found.extend(block.records()?.into_iter().filter(|record| place(record) > (cursor.0, &cursor.1)));
        }
        found.sort_unstable_by(|one, other| place(one).cmp(&place(other)));
        // No later block has anything that is older than the beginning of the last one.
        if is_last || found.partition_point(|record| record.at < next.0) >= wanted {
            found.truncate(wanted);
            return Ok(found);
        }
    }
}

/// The last `wanted` records, oldest first.
pub(crate) fn last(
    read: &mut dyn Read,
    organization: Option<&str>,
    wanted: usize,
) -> Result<Vec<CallRecord>, StoreError> {
    let rows_max = limits::CALL_BLOCKS_READ;
    let mut next: CallCursor = (Timestamp::from_micros(i64::MAX), String::new());
    let mut found = Vec::new();
    loop {
        let rows = match organization {
            None => read.query(&sql::BEFORE, parameters![next.0, &next.1, rows_max])?,
            Some(of) => read.query(&sql::BEFORE_OF, parameters![next.0, &next.1, rows_max, of])?,
        };
        let is_last = !is_full(&rows);
        for block in rows.into_iter().map(Block::of) {
            next = (block.first_at, block.first_id.clone());
            found.extend(block.records()?);
        }
        found.sort_unstable_by(|one, other| place(one).cmp(&place(other)));
        // No earlier block has anything that is younger than what the last one could have.
        let certain = next.0.plus(limits::CALL_BLOCK_SPAN);
        if is_last || found.len() - found.partition_point(|record| record.at <= certain) >= wanted {
            return Ok(found.split_off(found.len().saturating_sub(wanted)));
        }
    }
}

fn is_full(rows: &[Row]) -> bool {
    i64::try_from(rows.len()).is_ok_and(|count| count >= limits::CALL_BLOCKS_READ)
}

/// The order of records.
fn place(record: &CallRecord) -> (Timestamp, &str) {
    (record.at, &record.request_id)
}

/// A block as it lies in the store.
struct Block {
    first_at: Timestamp,
    first_id: String,
    organization: String,
    bytes: i64,
    compressed: Vec<u8>,
}

impl Block {
    fn of(mut row: Row) -> Self {
        Self {
            first_at: row.take(0),
            first_id: row.take(1),
            organization: row.take(2),
            bytes: row.take(3),
            compressed: row.take(4),
        }
    }

    fn records(self) -> Result<Vec<CallRecord>, StoreError> {
        let damaged = |error: &dyn std::fmt::Display| {
            StoreError::Impaired(format!("the block of calls {} cannot be read: {error}", self.first_id))
        };
        let capacity = usize::try_from(self.bytes).unwrap_or(usize::MAX).min(limits::CALL_BLOCK_BYTES_READ);
        let text = zstd::bulk::decompress(&self.compressed, capacity).map_err(|error| damaged(&error))?;
        let stored: Vec<Stored<String>> = serde_json::from_slice(&text).map_err(|error| damaged(&error))?;
        Ok(stored.into_iter().map(|stored| record(stored, &self.organization)).collect())
    }
}
