//! A place for one connection: connects when needed, again when lost, with pauses that grow.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::connection::{PgSql, Role};
use super::failure::{Failure, Next, unavailable};
use super::options::Server;
use crate::lock::lock;
use crate::{StoreError, limits};

/// The database that all connections of a cell go to, and since when it is away.
pub(super) struct Target {
    server: Server,
    away_wait_max: Duration,
    away_since: Mutex<Option<Instant>>,
}

impl Target {
    pub(super) fn new(server: Server, away_wait_max: Duration) -> Arc<Self> {
        Arc::new(Self { server, away_wait_max, away_since: Mutex::default() })
    }

    /// Until when something that came at `since` may wait for a connection.
    pub(super) fn deadline(&self, since: Instant) -> Instant {
        let away = *lock(&self.away_since);
        if away.is_some_and(|away| away.elapsed() > self.away_wait_max) {
            Instant::now()
        } else {
            since + self.away_wait_max
        }
    }

    fn connect(&self, role: Role) -> Result<PgSql, Failure> {
        let result = PgSql::connect(&self.server, role);
        let mut away = lock(&self.away_since);
        match &result {
            Ok(_) => {
                if let Some(since) = away.take() {
                    tracing::info!(away_ms = since.elapsed().as_millis(), "the database is back");
                }
            }
            Err(failure) => {
                if away.is_none() {
                    tracing::error!(error = %failure.error, "the database is away; trying again in the background");
                }
                away.get_or_insert_with(Instant::now);
            }
        }
        result
    }
}

/// A connection that may be there.
pub(super) struct Link {
    target: Arc<Target>,
    role: Role,
    sql: Option<PgSql>,
    failures: u32,
    /// When the next attempt is due; `None` while connected or never used.
    next_try: Option<Instant>,
    last_cause: String,
    /// Whether the last failure is one that waiting does not mend.
    refused: bool,
}

impl Link {
    pub(super) fn new(target: &Arc<Target>, role: Role) -> Self {
        let target = Arc::clone(target);
        Self {
            target,
            role,
            sql: None,
            failures: 0,
            next_try: None,
            last_cause: String::new(),
            refused: false,
        }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// The connection; waits for one until `deadline`.
    pub(super) fn connected(&mut self, deadline: Instant) -> Result<&mut PgSql, StoreError> {
        while self.sql.is_none() {
            let pause = self.pause().unwrap_or_default();
            if pause.is_zero() {
                self.try_connect();
            } else if self.refused {
                return Err(unavailable(self.last_cause.clone()));
            } else if Instant::now() + pause > deadline {
                return Err(unavailable(format!("the database is away: {}", self.last_cause)));
            } else {
                std::thread::sleep(pause);
            }
        }
        self.sql.as_mut().ok_or_else(|| unavailable("no connection"))
    }

    /// How long until the next attempt is due; `None` when none is needed.
    pub(super) fn pause(&self) -> Option<Duration> {
        self.next_try.map(|next| next.saturating_duration_since(Instant::now()))
    }

    /// Connects once.
    pub(super) fn try_connect(&mut self) {
        match self.target.connect(self.role) {
            Ok(sql) => {
                self.sql = Some(sql);
                self.failures = 0;
                self.next_try = None;
            }
            Err(failure) => {
                self.refused = failure.next == Next::Answer;
                self.last_cause = match failure.error {
                    StoreError::Unavailable { cause, .. } => cause,
                    other => other.to_string(),
                };
                self.failures += 1;
                let pause = back_off(self.failures, limits::BACK_OFF_MIN * 10, limits::RECONNECT_PAUSE_MAX);
                self.next_try = Some(Instant::now() + pause);
            }
        }
    }

    /// Throws the connection away; the next one is due at once.
    pub(super) fn lose(&mut self) {
        self.sql = None;
        self.next_try = Some(Instant::now());
    }

    /// Throws the connection away if it is of no more use; answers whether it was.
    pub(super) fn settle(&mut self) -> bool {
        let lost = self.sql.as_ref().is_some_and(|sql| !sql.is_sound());
        if lost {
            self.lose();
        }
        lost
    }

    /// Ends the snapshot that is open, if any.
    pub(super) fn end_read(&mut self) {
        if let Some(sql) = self.sql.as_mut() {
            sql.end_read();
        }
        self.settle();
    }
}

/// The pause before try number `tries` (1, 2, …): doubling from `first`, at most `longest`, somewhere in its upper half
/// so that those who met once do not meet again.
pub(super) fn back_off(tries: u32, first: Duration, longest: Duration) -> Duration {
    let whole = first.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(longest);
    let random = RandomState::new().build_hasher().finish();
    #[expect(clippy::cast_precision_loss, reason = "a pause needs no precision")]
    let part = 0.5 + (random as f64 / u64::MAX as f64) / 2.0;
    whole.mul_f64(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_differ() {
        let (first, longest) = (Duration::from_millis(8), Duration::from_millis(100));
        for (tries, whole) in [(1, 8), (2, 16), (3, 32), (4, 64), (5, 100), (40, 100)] {
            let whole = Duration::from_millis(whole);
            for _ in 0..50 {
                let pause = back_off(tries, first, longest);
                assert!(pause >= whole / 2 && pause <= whole, "try {tries}: {pause:?}");
            }
        }
        let pauses: std::collections::BTreeSet<_> = (0..10).map(|_| back_off(1, first, longest)).collect();
        assert!(pauses.len() > 1);
    }
}
