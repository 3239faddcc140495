//! How often one access key may call.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::limits::{CALLS_BURST, CALLS_PER_SECOND};
use crate::wire::{ErrorName, Fault};

/// A token bucket per access key. Only keys that have authenticated get one, so a peer cannot fill it.
pub(crate) struct Throttle(DefaultKeyedRateLimiter<String>);

impl Default for Throttle {
    fn default() -> Self {
        let rate = NonZeroU32::new(CALLS_PER_SECOND).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(CALLS_BURST).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)))
    }
}

impl Throttle {
    /// Counts one call of `access_key_id`; `ThrottlingException` when it calls too often.
    pub(crate) fn admit(&self, access_key_id: &str) -> Result<(), Fault> {
        let admitted = self.0.check_key(&access_key_id.to_owned());
        admitted.map_err(|_| Fault::new(ErrorName::ThrottlingException, "Rate exceeded"))
    }
}
