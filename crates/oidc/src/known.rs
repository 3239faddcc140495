//! What is known of an issuer's keys, and when it is asked again.

use std::sync::Arc;
use std::time::Duration;

use postroom_types::Timestamp;
use tokio::sync::watch;

use crate::error::Away;
use crate::keys::Key;
use crate::limits;

/// A question to the issuer: whoever waits for its answer goes on when this is dropped.
pub(crate) type Asked = watch::Sender<()>;

/// The keys as the issuer told them last.
#[derive(Default)]
pub(crate) struct Known {
    keys: Arc<Vec<Key>>,
    /// When they were asked for.
    fetched_at: Option<Timestamp>,
    /// When it was tried last.
    tried_at: Option<Timestamp>,
    /// Why the last try failed.
    failed: Option<Away>,
    /// The question of the last try: many log-ins at once are one.
    asking: Option<watch::Receiver<()>>,
}

impl Known {
    /// The keys, unless they are too old to be used.
    pub(crate) fn kept(&self, now: Timestamp) -> Option<&Arc<Vec<Key>>> {
        within(now, self.fetched_at, limits::KEYS_KEPT).then_some(&self.keys)
    }

    /// Whether they need not be asked for again.
    pub(crate) fn are_fresh(&self, now: Timestamp) -> bool {
        within(now, self.fetched_at, limits::KEYS_FRESH)
    }

    /// Whether the last answer was none.
    pub(crate) fn issuer_is_away(&self) -> bool {
        self.failed.is_some()
    }

    /// The keys, or why there are none.
    pub(crate) fn answer(&self, now: Timestamp) -> Result<Arc<Vec<Key>>, Away> {
        let away = || self.failed.clone().unwrap_or_else(|| Away("they were not asked for yet".to_owned()));
        self.kept(now).cloned().ok_or_else(away)
    }

    /// A question to put to the issuer, unless it was asked just now or has not answered yet.
    pub(crate) fn ask(&mut self, now: Timestamp) -> Option<Asked> {
        let is_open = |asking: &watch::Receiver<()>| asking.has_changed().is_ok();
        if within(now, self.tried_at, limits::FETCH_PAUSE) || self.asking.as_ref().is_some_and(is_open) {
            return None;
        }
        let (asked, asking) = watch::channel(());
        (self.tried_at, self.asking) = (Some(now), Some(asking));
        Some(asked)
    }

    /// The question that was put last; waiting for it ends at once when it is answered.
    pub(crate) fn asking(&self) -> Option<watch::Receiver<()>> {
        self.asking.clone()
    }

    /// What the issuer told, asked at `asked_at`.
    pub(crate) fn told(&mut self, told: Result<Vec<Key>, Away>, asked_at: Timestamp) {
        match told {
            Ok(keys) => (self.keys, self.fetched_at, self.failed) = (Arc::new(keys), Some(asked_at), None),
            Err(away) => self.failed = Some(away),
        }
    }
}

/// Whether `at` is less than `time` from `now`. It may be behind it: who waits for the answer to another one's question began
/// earlier, and clocks are set back.
fn within(now: Timestamp, at: Option<Timestamp>, time: Duration) -> bool {
    at.is_some_and(|at| now < at.plus(time) && at < now.plus(time))
}
