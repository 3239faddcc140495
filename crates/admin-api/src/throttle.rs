//! How often one access key may call.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::wire::{ErrorName, Fault};

/// A token bucket per access key. Only keys that have authenticated get one, so a peer cannot fill it.
pub(crate) struct Throttle(DefaultKeyedRateLimiter<Arc<str>>);

impl Throttle {
    /// At most `calls_per_second` in the long run and `calls_burst` at once.
    pub(crate) fn new(calls_per_second: NonZeroU32, calls_burst: NonZeroU32) -> Self {
        Self(RateLimiter::keyed(Quota::per_second(calls_per_second).allow_burst(calls_burst)))
    }

    /// Counts one call of `access_key_id`; `ThrottlingException` when it calls too often.
    pub(crate) fn admit(&self, access_key_id: &Arc<str>) -> Result<(), Fault> {
        let admitted = self.0.check_key(access_key_id);
        admitted.map_err(|_| Fault::new(ErrorName::ThrottlingException, "Rate exceeded"))
    }
}
