//! Ids of requests: random, and no secrets.

use std::sync::{Arc, Mutex, PoisonError};

use postroom_store::Random;

/// Random bytes that are drawn at once: to draw 16 costs as much as to draw a thousand.
const BLOCK_BYTES: usize = 1_024;
const ID_BYTES: usize = 16;

/// Makes the ids of requests. Each random byte is used once.
pub(crate) struct RequestIds(Mutex<Block>);

struct Block {
    bytes: [u8; BLOCK_BYTES],
    used: usize,
}

impl Default for RequestIds {
    fn default() -> Self {
        Self(Mutex::new(Block { bytes: [0; BLOCK_BYTES], used: BLOCK_BYTES }))
    }
}

impl RequestIds {
    /// An id that no other request has.
    pub(crate) fn next(&self, random: &dyn Random) -> Arc<str> {
        let mut block = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if block.used + ID_BYTES > BLOCK_BYTES {
            // Used up first: should the generator panic, the old bytes are not given out again.
            block.used = BLOCK_BYTES;
            random.fill(&mut block.bytes);
            block.used = 0;
        }
        let mut id = [0; ID_BYTES];
        id.copy_from_slice(&block.bytes[block.used..block.used + ID_BYTES]);
        block.used += ID_BYTES;
        drop(block);
        postroom_types::uuid(id).into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use postroom_store::SeededRandom;

    use super::*;

    #[test]
    fn no_two_requests_have_the_same_id() {
        let (ids, random) = (RequestIds::default(), SeededRandom::new(7));
        let made: HashSet<Arc<str>> = (0..1_000).map(|_| ids.next(&random)).collect();
        assert_eq!(made.len(), 1_000);
    }
}
