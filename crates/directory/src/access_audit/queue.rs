//! Taking events and writing them down.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postroom_store::seal::Secret;
use postroom_store::{Alarm, Place, Store, StoreError, Tx};
use postroom_types::{OrganizationKey, Timestamp};
use serde::Serialize;
use tokio::sync::Notify;

use super::event::AccessLog;
use super::held::{Held, Name, Record};
use super::rows::{self, NOT_RECORDED};
use crate::limits;

/// Takes events of access and writes records of them down.
pub struct AccessAudit {
    store: Store,
    naming: Secret,
    state: Mutex<State>,
    arrived: Notify,
    /// Rings when nothing can be written down.
    alarm: Alarm,
}

#[derive(Default)]
struct State {
    held: Held,
    queue: VecDeque<Record>,
    /// Events of each organization that no record is made of.
    dropped: HashMap<OrganizationKey, i64>,
    /// The minute of the last failures, and how many each organization has had in it.
    failures: (i64, HashMap<OrganizationKey, u32>),
}

impl State {
    fn push(&mut self, records: Vec<Record>) {
        for record in records {
            if self.queue.len() < limits::ACCESS_QUEUED_MAX {
                self.queue.push_back(record);
            } else {
                *self.dropped.entry(record.organization).or_default() += record.count;
            }
        }
    }

    /// Counts a failure; false when the organization has had enough of them this minute.
    fn admit_failure(&mut self, organization: OrganizationKey, at: Timestamp) -> bool {
        let minute = at.seconds().div_euclid(60);
        if self.failures.0 != minute {
            self.failures = (minute, HashMap::new());
        }
        let count = self.failures.1.entry(organization).or_default();
        *count += 1;
        *count <= limits::ACCESS_FAILURES_PER_MINUTE_MAX
    }
}

/// Something that happened, as its record says it.
pub(crate) struct Event<'a, D> {
    pub(crate) organization: OrganizationKey,
    pub(crate) log: AccessLog,
    /// Empty when nobody is known.
    pub(crate) user_id: &'a str,
    /// What repetitions have in common.
    pub(crate) input: D,
    pub(crate) detail: D,
    pub(crate) count: u32,
    /// Somebody without a right to anything causes it: there is a limit to how much of it is stored.
    pub(crate) failure: bool,
}

impl AccessAudit {
    /// The audit of access in the organizations of `store`.
    pub fn new(store: Store) -> Self {
        let naming = Secret::new(store.random().bytes());
        Self { store, naming, state: Mutex::default(), arrived: Notify::new(), alarm: Alarm::new() }
    }

    /// Takes an event; what is to be stored of it is written down soon. Never waits.
    pub(crate) fn note<D: Serialize>(&self, event: &Event<'_, D>) {
        let now = self.store.clock().now();
        let detail = json(&event.detail);
        tracing::debug!(
            target: "postroom::access",
            organization = event.organization.0,
            log = event.log.as_str(),
            user = event.user_id,
            count = event.count,
            "{detail}"
        );
        let name = self.name(event);
        let record = Record {
            organization: event.organization,
            log: event.log,
            at: now,
            first_at: now,
            last_at: now,
            count: i64::from(event.count),
            user_id: event.user_id.into(),
            detail: detail.into(),
        };
        let mut state = self.state();
        if event.failure && !state.admit_failure(event.organization, now) {
            *state.dropped.entry(event.organization).or_default() += record.count;
            return;
        }
        let stored = state.held.take(name, record);
        let arrived = !stored.is_empty();
        state.push(stored);
        drop(state);
        if arrived {
            self.arrived.notify_one();
        }
    }

    /// Writes records down as they come, in batches, until it is dropped. One task runs it; [`AccessAudit::finish`] at the
    /// end writes the rest.
    pub async fn run(&self) {
        const GATHERED: Duration = Duration::from_millis(500);
        loop {
            let waited = tokio::time::timeout(limits::ACCESS_COUNTS_LOOKED_AT, self.arrived.notified()).await;
            if waited.is_ok() {
                tokio::time::sleep(GATHERED).await;
            }
            self.flush().await;
        }
    }

    /// Writes down what is queued, and the counts whose hour is over. What cannot be written is dropped, counted and
    /// logged: it must not fill the memory.
    pub async fn flush(&self) {
        let now = self.store.clock().now();
        {
            let mut state = self.state();
            let due = state.held.take_due(now);
            state.push(due);
        }
        self.write_queued(now).await;
    }

    /// As [`AccessAudit::flush`], with all counts: for the end of the process.
    pub async fn finish(&self) {
        let now = self.store.clock().now();
        {
            let mut state = self.state();
            let all = state.held.take_all(now);
            state.push(all);
        }
        self.write_queued(now).await;
    }

    /// How many events are held to be compared with: for tests of the bound.
    pub fn held(&self) -> usize {
        self.state().held.len()
    }

    async fn write_queued(&self, now: Timestamp) {
        for (organization, records) in self.take_queued(now) {
            // In pieces, so that none keeps the writer for long.
            for piece in records.chunks(limits::ACCESS_WRITTEN_AT_ONCE) {
                self.write(organization, piece.to_vec()).await;
            }
        }
    }

    async fn write(&self, organization: OrganizationKey, records: Vec<Record>) {
        let count: i64 = records.iter().map(|record| record.count).sum();
        // Drawn before the transaction, which may run more than once.
        let ids: Vec<String> =
            records.iter().map(|_| postroom_types::uuid(self.store.random().bytes())).collect();
        let work = move |tx: &mut Tx<'_>| rows::write(tx, organization, &records, &ids);
        let written = self.store.write::<_, StoreError, _>(Place::Organization(organization), work).await;
        if let Err(error) = written {
            if matches!(error, StoreError::Impaired(_)) {
                // Deleted, and its trail with it; or what an alarm says already.
                tracing::debug!(%error, organization.key = organization.0, count, "events of access were not written down");
            } else if self.alarm.rings() {
                tracing::error!(%error, organization.key = organization.0, count, "events of access were not written down");
            }
            let mut state = self.state();
            // An organization that is gone would be counted for ever.
            if matches!(error, StoreError::Unavailable { .. } | StoreError::Conflict(_)) {
                *state.dropped.entry(organization).or_default() += count;
            }
        }
    }

    /// The queue by organization, with a record of what was dropped.
    fn take_queued(&self, now: Timestamp) -> HashMap<OrganizationKey, Vec<Record>> {
        let mut state = self.state();
        let mut queued: HashMap<OrganizationKey, Vec<Record>> = HashMap::new();
        for record in std::mem::take(&mut state.queue) {
            queued.entry(record.organization).or_default().push(record);
        }
        for (organization, count) in state.dropped.drain() {
            queued.entry(organization).or_default().push(Record {
                organization,
                log: AccessLog::Authentication,
                at: now,
                first_at: now,
                last_at: now,
                count,
                user_id: Arc::from(""),
                detail: NOT_RECORDED.into(),
            });
        }
        queued
    }

    fn name<D: Serialize>(&self, event: &Event<'_, D>) -> Name {
        let input = json(&event.input);
        let text =
            [event.log.as_str(), "\n", event.user_id, "\n", &event.organization.0.to_string(), "\n", &input];
        self.naming.mac(text.concat().as_bytes())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held leaves whole records behind.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn json<D: Serialize>(detail: &D) -> String {
    serde_json::to_string(detail).expect("plain values are always JSON")
}
