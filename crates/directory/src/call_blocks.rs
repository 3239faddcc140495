//! How calls that changed nothing lie in the store: in blocks, each a compressed list of records of one organization.
//!
//! A row for each call would cost as much as carrying it out, and ten times the room. The records of a block lie within
//! [`limits::CALL_BLOCK_SPAN`] after its first: blocks of two nodes or batches overlap by so much at most, which bounds
//! what a reader has to look at.

use std::collections::{HashMap, VecDeque};

use postroom_store::{Read, Row, StoreError, Tx, parameters};
use postroom_types::Timestamp;

use crate::call_audit::{CallCursor, CallNote, CallRecord};
use crate::limits;
use crate::sql::call_audit as sql;

/// Of zstd.
const LEVEL: i32 = 1;

/// A record in a block: time in microseconds, request, AWS account, actor, address, operation, result, parameters.
type Stored<Text> = (i64, Text, Text, Text, Text, Text, Text, Text);

/// Records on their way to the store, in the blocks that they will lie in.
#[derive(Default)]
pub(crate) struct Waiting {
    blocks: VecDeque<Growing>,
    /// How many blocks were taken from the front so far.
    taken: usize,
    /// The block of an organization that takes more; counted from the first that ever was.
    growing: HashMap<String, usize>,
    records: usize,
}

/// A block that is being filled.
pub(crate) struct Growing {
    organization: String,
    /// Time and request of the first record in the order of records.
    first: (Timestamp, String),
    last_at: Timestamp,
    records: usize,
    /// A JSON list of [`Stored`], without its last bracket.
    text: Vec<u8>,
}

impl Waiting {
    /// How many records wait.
    pub(crate) fn records(&self) -> usize {
        self.records
    }

    /// How many blocks wait. None of them grows any more.
    pub(crate) fn close(&mut self) -> usize {
        self.growing.clear();
        self.blocks.len()
    }

    /// Takes a record in; false when it cannot be written.
    pub(crate) fn push(&mut self, note: &CallNote<'_>) -> bool {
        let open = self.growing.get(note.organization_id).and_then(|number| number.checked_sub(self.taken));
        let open = open.and_then(|at| self.blocks.get_mut(at)).filter(|block| block.has_room_for(note));
        let written = match open {
            Some(block) => block.append(note),
            None => self.begin(note),
        };
        self.records += usize::from(written);
        written
    }

    fn begin(&mut self, note: &CallNote<'_>) -> bool {
        self.growing.insert(note.organization_id.to_owned(), self.taken + self.blocks.len());
        let mut block = Growing::new(note);
        let written = block.append(note);
        self.blocks.push_back(block);
        written
    }

    /// Takes the oldest blocks, at most `blocks_max` and no more when they have [`limits::CALLS_WRITTEN_AT_ONCE`] records.
    pub(crate) fn take(&mut self, blocks_max: usize) -> Vec<Growing> {
        let (mut taken, mut records) = (Vec::new(), 0);
        while taken.len() < blocks_max
            && records < limits::CALLS_WRITTEN_AT_ONCE
            && let Some(block) = self.blocks.pop_front()
        {
            self.taken += 1;
            records += block.records;
            taken.push(block);
        }
        self.records -= records;
        taken
    }
}

impl Growing {
    /// A block of one record.
    pub(crate) fn of(note: &CallNote<'_>) -> Self {
        let mut block = Self::new(note);
        block.append(note);
        block
    }

    fn new(note: &CallNote<'_>) -> Self {
        Self {
            organization: note.organization_id.to_owned(),
            first: (note.at, note.request_id.to_owned()),
            last_at: note.at,
            records: 0,
            text: Vec::new(),
        }
    }

    /// How many records it has.
    pub(crate) fn records(&self) -> usize {
        self.records
    }

    fn has_room_for(&self, note: &CallNote<'_>) -> bool {
        let (first_at, last_at) = (self.first.0.min(note.at), self.last_at.max(note.at));
        self.records < limits::CALL_BLOCK_RECORDS
            && self.text.len() + note.parameters.len() <= limits::CALL_BLOCK_BYTES
            && last_at <= first_at.plus(limits::CALL_BLOCK_SPAN)
    }

    /// Appends a record; false, and nothing is done, when it cannot be written.
    fn append(&mut self, note: &CallNote<'_>) -> bool {
        let size = self.text.len();
        self.text.push(if size == 0 { b'[' } else { b',' });
        let (at, id, account, actor) = (note.at.micros(), note.request_id, note.aws_account, note.actor);
        let (operation, result, parameters) = (note.operation, note.result, note.parameters);
        // The standard's addresses are written as they are printed, without a text of their own before.
        let written = match note.source_ip {
            Some(ip) => serde_json::to_writer(
                &mut self.text,
                &(at, id, account, actor, ip, operation, result, parameters),
            ),
            None => serde_json::to_writer(
                &mut self.text,
                &(at, id, account, actor, "", operation, result, parameters),
            ),
        };
        if written.is_err() {
            self.text.truncate(size);
            return false;
        }
        self.records += 1;
        self.last_at = self.last_at.max(note.at);
        if (note.at, id) < (self.first.0, &*self.first.1) {
            self.first = (note.at, id.to_owned());
        }
        true
    }
}

/// Writes `blocks` down.
pub(crate) fn write(tx: &mut Tx<'_>, blocks: &[Growing]) -> Result<(), StoreError> {
    let bug = |error: std::io::Error| StoreError::Bug(format!("a block of calls: {error}"));
    // One for all blocks: to make one costs as much as a small block.
    let mut compressor = zstd::bulk::Compressor::new(LEVEL).map_err(bug)?;
    for block in blocks.iter().filter(|block| block.records > 0) {
        let text = [block.text.as_slice(), b"]"].concat();
        let bytes = i64::try_from(text.len()).unwrap_or(i64::MAX);
        let compressed = compressor.compress(&text).map_err(bug)?;
        let (first_at, first_id) = (block.first.0, &block.first.1);
        tx.execute(&sql::INSERT, parameters![first_at, first_id, &block.organization, bytes, &compressed])?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn push(waiting: &mut Waiting, at_ms: u64, organization_id: &str) {
        let at = Timestamp::default().plus(Duration::from_millis(at_ms));
        let note = CallNote {
            at,
            request_id: "request",
            aws_account: "",
            organization_id,
            actor: "",
            source_ip: None,
            operation: "",
            result: "",
            parameters: "{}",
        };
        assert!(waiting.push(&note));
    }

    fn sizes(blocks: &[Growing]) -> Vec<usize> {
        blocks.iter().map(Growing::records).collect()
    }

    #[test]
    fn what_comes_after_blocks_are_closed_is_in_none_of_them() {
        let mut waiting = Waiting::default();
        ["a", "b", "a"].into_iter().for_each(|of| push(&mut waiting, 0, of));
        assert_eq!(waiting.close(), 2);
        ["a", "b"].into_iter().for_each(|of| push(&mut waiting, 0, of));
        assert_eq!(sizes(&waiting.take(2)), [2, 1]);
        // A block that was taken while it grew is not looked for any more.
        assert_eq!((sizes(&waiting.take(1)), waiting.records()), (vec![1], 1));
        ["a", "b"].into_iter().for_each(|of| push(&mut waiting, 0, of));
        assert_eq!(sizes(&waiting.take(9)), [2, 1]);
        assert_eq!(waiting.records(), 0);
    }

    #[test]
    fn a_block_ends_with_its_records_and_its_time() {
        let mut waiting = Waiting::default();
        (0..=limits::CALL_BLOCK_RECORDS).for_each(|_| push(&mut waiting, 0, "a"));
        assert_eq!(sizes(&waiting.take(9)), [limits::CALL_BLOCK_RECORDS, 1]);
        [500, 1_500, 501, 499, 1_499].into_iter().for_each(|at| push(&mut waiting, at, "a"));
        assert_eq!(sizes(&waiting.take(9)), [3, 2]);
        let all = 2 * limits::CALLS_WRITTEN_AT_ONCE;
        (0..all).for_each(|_| push(&mut waiting, 0, "a"));
        let taken: usize = sizes(&waiting.take(usize::MAX)).iter().sum();
        assert_eq!((taken, waiting.records()), (limits::CALLS_WRITTEN_AT_ONCE, all - taken));
    }
}
