//! UIDs that are gone: with them, the UIDs of a folder are known without a walk over its items.
//!
//! A folder's UIDs are all those below its next one but for the holes. A block of 4096 UIDs that something left has a
//! row of 512 bytes; one that everything left has an empty row. Bit `n` of block `b` (lowest bit of a byte first) is
//! UID `4096 b + n`; UID 0 does not exist and counts as gone.

use postroom_store::{Read, StoreError, Tx, parameters};

use crate::MailError;
use crate::item::Place;
use crate::sql::items as sql;
use crate::uids::{Uid, UidSet};

const BLOCK: u32 = 4096;
const BYTES: usize = BLOCK as usize / 8;

/// Notes that the UIDs `gone` left the folder.
pub(crate) fn add(tx: &mut Tx<'_>, place: Place, gone: &UidSet) -> Result<(), StoreError> {
    let Place { organization, mailbox, folder } = place;
    let mut uids = gone.iter().peekable();
    while let Some(&first) = uids.peek() {
        let block = first / BLOCK;
        let [a, b, c, d] = [organization.0, mailbox.0, folder.0, i64::from(block)];
        let known = tx.query_first(&sql::HOLES_OF_BLOCK, parameters![a, b, c, d])?;
        let mut bits = known.map_or_else(|| new_block(block), |mut row| row.take::<Vec<u8>>(0));
        if bits.is_empty() {
            bits = vec![0xff; BYTES];
        }
        bits.resize(BYTES, 0);
        while let Some(uid) = uids.next_if(|uid| uid / BLOCK == block) {
            bits[(uid % BLOCK / 8) as usize] |= 1 << (uid % 8);
        }
        if bits.iter().all(|byte| *byte == 0xff) {
            bits.clear();
        }
        tx.execute(&sql::SET_HOLES, parameters![a, b, c, d, &bits])?;
    }
    Ok(())
}

fn new_block(block: u32) -> Vec<u8> {
    let mut bits = vec![0; BYTES];
    if block == 0 {
        bits[0] = 1;
    }
    bits
}

/// The UIDs of the items of `place`, below `uid_next`. Costs by blocks that something left, not by items.
pub fn live(read: &mut dyn Read, place: Place, uid_next: Uid) -> Result<UidSet, MailError> {
    let mut live = UidSet::range(1, uid_next.saturating_sub(1));
    let Place { organization, mailbox, folder } = place;
    let rows = read.query(&sql::HOLES, parameters![organization.0, mailbox.0, folder.0])?;
    for mut row in rows {
        let (block, bits): (i64, Vec<u8>) = (row.take(0), row.take(1));
        let first = u32::try_from(block).ok().and_then(|block| block.checked_mul(BLOCK));
        let first = first.ok_or_else(|| MailError::damaged("a block of UIDs"))?;
        if bits.is_empty() {
            live.remove_range(first, first + (BLOCK - 1));
            continue;
        }
        for (from, to) in runs(&bits) {
            live.remove_range(first + from, first + to);
        }
    }
    Ok(live)
}

/// Runs of bits that are set.
fn runs(bits: &[u8]) -> Vec<(u32, u32)> {
    let (mut runs, mut began) = (Vec::new(), None);
    let all = bits.iter().take(BYTES).flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
    for (at, set) in (0_u32..).zip(all.chain(std::iter::once(false))) {
        match (set, began) {
            (true, None) => began = Some(at),
            (false, Some(from)) => {
                runs.push((from, at - 1));
                began = None;
            }
            _ => {}
        }
    }
    runs
}
