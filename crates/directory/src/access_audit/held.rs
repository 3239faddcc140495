//! Events that were said lately, so that a repetition is counted and not stored.

use std::collections::HashMap;
use std::sync::Arc;

use postroom_types::{OrganizationKey, Timestamp};

use super::event::AccessLog;
use crate::limits;

/// What events have in common that say the same: a hash of log, organization and input.
pub(super) type Name = [u8; 32];

/// A record on its way to the store.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) organization: OrganizationKey,
    pub(super) log: AccessLog,
    /// When it was made, which is after what it tells.
    pub(super) at: Timestamp,
    pub(super) first_at: Timestamp,
    pub(super) last_at: Timestamp,
    pub(super) count: i64,
    pub(super) user_id: Arc<str>,
    /// JSON object of the record's own fields.
    pub(super) detail: Arc<str>,
}

/// The repetitions of an event since it was stored.
struct Repeated {
    stored_at: Timestamp,
    record: Record,
}

/// The events of the last hour.
#[derive(Default)]
pub(super) struct Held {
    events: HashMap<Name, Repeated>,
    /// When counts are looked through again.
    look_at: Timestamp,
}

impl Held {
    /// Takes an event that says `name`; answers the records to store now.
    pub(super) fn take(&mut self, name: Name, event: Record) -> Vec<Record> {
        if let Some(known) = self.events.get_mut(&name) {
            let repeated = &mut known.record;
            if repeated.count == 0 {
                repeated.first_at = event.first_at;
            }
            repeated.count += event.count;
            repeated.last_at = event.last_at;
            // The newest stands for those that are counted.
            repeated.detail = event.detail;
            return Vec::new();
        }
        let mut stored = Vec::new();
        if self.events.len() >= limits::ACCESS_EVENTS_HELD_MAX {
            stored = self.take_all(event.at);
        }
        let repeated = Repeated { stored_at: event.at, record: Record { count: 0, ..event.clone() } };
        self.events.insert(name, repeated);
        stored.push(event);
        stored
    }

    /// The counts whose hour is over; looks at most once a minute.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Vec<Record> {
        if now < self.look_at {
            return Vec::new();
        }
        self.look_at = now.plus(limits::ACCESS_COUNTS_LOOKED_AT);
        let over = now.minus(limits::ACCESS_REPEATED);
        let mut due = Vec::new();
        self.events.retain(|_, known| {
            if known.stored_at > over {
                return true;
            }
            if known.record.count == 0 {
                return false;
            }
            due.push(Record { at: now, ..known.record.clone() });
            known.stored_at = now;
            known.record.count = 0;
            true
        });
        due
    }

    /// Every count; nothing is held any more.
    pub(super) fn take_all(&mut self, now: Timestamp) -> Vec<Record> {
        let counted = self.events.drain().map(|(_, known)| known.record).filter(|record| record.count > 0);
        counted.map(|record| Record { at: now, ..record }).collect()
    }

    /// How many are held.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }
}
