//! A hash table made for many small entries.
//!
//! Entries lie densely in chunks, so that growing copies none of them. The index is open addressing with linear
//! probing: a slot is 0, or the upper half of it is the entry's hash and the lower half its position plus one. A
//! look-up reads a slot or two and then, but for one stranger in four thousand million, only its own entry.

use std::hash::BuildHasher;

use super::key::Key;
use crate::Effect;

/// Entries in a chunk.
const CHUNK_ENTRIES: usize = 4_096;
/// Slots of the smallest index.
const SLOTS_MIN: usize = 8;

#[derive(Debug, Clone, Copy)]
struct Entry {
    key: Key,
    effect: Effect,
}

/// Effects by key.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// All full but the last.
    chunks: Vec<Vec<Entry>>,
    entry_count: usize,
    /// None, or a power of two of them, at most three quarters in use.
    slots: Vec<u64>,
}

/// The hash half of a slot.
fn hash_of(slot: u64) -> u32 {
    u32::try_from(slot >> 32).expect("32 bits are left")
}

/// The entry's position in a slot that is in use.
fn position_of(slot: u64) -> usize {
    usize::try_from((slot & 0xffff_ffff) - 1).expect("positions fit memory")
}

fn slot(hash: u32, position: usize) -> u64 {
    let number = u32::try_from(position + 1).expect("fewer entries than OVERRIDES_MAX");
    (u64::from(hash) << 32) | u64::from(number)
}

fn hash_key(key: &Key, hasher: &impl BuildHasher) -> u32 {
    u32::try_from(hasher.hash_one(key.as_bytes()) >> 32).expect("32 bits are left")
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.entry_count
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let entries: usize = self.chunks.iter().map(|chunk| chunk.capacity() * size_of::<Entry>()).sum();
        entries + self.chunks.capacity() * size_of::<Vec<Entry>>() + self.slots.capacity() * size_of::<u64>()
    }

    pub(super) fn get(&self, key: &Key, hasher: &impl BuildHasher) -> Option<Effect> {
        let found = self.find(key, hash_key(key, hasher))?;
        Some(self.entry(position_of(self.slots[found])).effect)
    }

    /// Changes the effect of an entry that is there; answers the one it had.
    pub(super) fn replace(&mut self, key: &Key, effect: Effect, hasher: &impl BuildHasher) -> Option<Effect> {
        let found = self.find(key, hash_key(key, hasher))?;
        let position = position_of(self.slots[found]);
        Some(std::mem::replace(&mut self.entry_mut(position).effect, effect))
    }

    /// Adds an entry that is not there.
    pub(super) fn insert(&mut self, key: Key, effect: Effect, hasher: &impl BuildHasher) {
        if (self.entry_count + 1) * 4 > self.slots.len() * 3 {
            self.resize((self.slots.len() * 2).max(SLOTS_MIN));
        }
        let position = self.entry_count;
        self.occupy(slot(hash_key(&key, hasher), position));
        match self.chunks.last_mut().filter(|chunk| chunk.len() < CHUNK_ENTRIES) {
            Some(chunk) => chunk.push(Entry { key, effect }),
            None => {
                // Small organizations are many: only from the second chunk on is the whole of it reserved.
                let mut chunk = Vec::with_capacity(if self.chunks.is_empty() { 1 } else { CHUNK_ENTRIES });
                chunk.push(Entry { key, effect });
                self.chunks.push(chunk);
            }
        }
        self.entry_count += 1;
    }

    /// Removes an entry; the last one takes its place. Answers the effect it had.
    pub(super) fn remove(&mut self, key: &Key, hasher: &impl BuildHasher) -> Option<Effect> {
        let found = self.find(key, hash_key(key, hasher))?;
        let position = position_of(self.slots[found]);
        let effect = self.entry(position).effect;
        self.vacate(found);
        let last = self.pop()?;
        if position != self.entry_count {
            let hash = hash_key(&last.key, hasher);
            let moved = self.probe(hash, |at| at == slot(hash, self.entry_count))?;
            self.slots[moved] = slot(hash, position);
            *self.entry_mut(position) = last;
        }
        if self.slots.len() > SLOTS_MIN && self.entry_count * 8 < self.slots.len() {
            self.resize(self.slots.len() / 2);
        }
        Some(effect)
    }

    fn entry(&self, position: usize) -> &Entry {
        &self.chunks[position / CHUNK_ENTRIES][position % CHUNK_ENTRIES]
    }

    fn entry_mut(&mut self, position: usize) -> &mut Entry {
        &mut self.chunks[position / CHUNK_ENTRIES][position % CHUNK_ENTRIES]
    }

    fn pop(&mut self) -> Option<Entry> {
        let chunk = self.chunks.last_mut()?;
        let entry = chunk.pop();
        if chunk.is_empty() {
            self.chunks.pop();
        }
        self.entry_count -= 1;
        entry
    }

    /// Where the slot of `key` is.
    fn find(&self, key: &Key, hash: u32) -> Option<usize> {
        self.probe(hash, |at| hash_of(at) == hash && self.entry(position_of(at)).key == *key)
    }

    /// The first slot in use from the hash's own on that is `wanted`, before one that is not in use.
    fn probe(&self, hash: u32, wanted: impl Fn(u64) -> bool) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut place = self.home(hash);
        while self.slots[place] != 0 {
            if wanted(self.slots[place]) {
                return Some(place);
            }
            place = self.next(place);
        }
        None
    }

    fn home(&self, hash: u32) -> usize {
        // The upper half of a hash as an index: 32 bits fit every `usize` this is built for.
        hash as usize & (self.slots.len() - 1)
    }

    fn next(&self, place: usize) -> usize {
        (place + 1) & (self.slots.len() - 1)
    }

    /// Puts a slot's value in the first place free for it.
    fn occupy(&mut self, value: u64) {
        let mut place = self.home(hash_of(value));
        while self.slots[place] != 0 {
            place = self.next(place);
        }
        self.slots[place] = value;
    }

    /// Empties a slot and moves later ones up, so that no probe ends before the slot it looks for.
    fn vacate(&mut self, mut hole: usize) {
        let mask = self.slots.len() - 1;
        let mut place = self.next(hole);
        while self.slots[place] != 0 {
            let home = self.home(hash_of(self.slots[place]));
            let from_home = place.wrapping_sub(home) & mask;
            let from_hole = place.wrapping_sub(hole) & mask;
            if from_home >= from_hole {
                self.slots[hole] = self.slots[place];
                hole = place;
            }
            place = self.next(place);
        }
        self.slots[hole] = 0;
    }

    fn resize(&mut self, slot_count: usize) {
        let old = std::mem::replace(&mut self.slots, vec![0; slot_count]);
        for value in old.into_iter().filter(|&value| value != 0) {
            self.occupy(value);
        }
    }
}
