//! How long to wait after a failed try, and when to stop.

use std::time::Duration;

use crate::Random;

/// Pauses that double, with a random part so that jobs which failed together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackOff {
    /// Pause after the first failed try.
    pub first: Duration,
    /// Longest pause.
    pub max: Duration,
    /// Tries in all; after that the job has failed for good.
    pub attempts_max: i64,
}

impl Default for BackOff {
    /// 1 s, 2 s … 10 min; 20 tries take about two hours.
    fn default() -> Self {
        Self { first: Duration::from_secs(1), max: Duration::from_secs(600), attempts_max: 20 }
    }
}

impl BackOff {
    /// The pause after failed try number `attempt` (from 1): between 80 and 120 per cent of the doubled one.
    pub fn pause(&self, attempt: i64, random: &dyn Random) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1).clamp(0, 31)).unwrap_or(31);
        let pause = self.first.saturating_mul(1 << doublings).min(self.max);
        let per_mille = 800 + u32::from(u16::from_le_bytes(random.bytes())) % 401;
        pause.saturating_mul(per_mille) / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandom;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let policy = BackOff { first: Duration::from_secs(1), max: Duration::from_secs(10), attempts_max: 5 };
        let random = SeededRandom::new(1);
        for (attempt, seconds) in [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (60, 10), (i64::MAX, 10)]
        {
            let expected = Duration::from_secs(seconds);
            for _ in 0..100 {
                let pause = policy.pause(attempt, &random);
                assert!(pause >= expected * 8 / 10 && pause <= expected * 12 / 10, "{attempt}: {pause:?}");
            }
        }
    }

    #[test]
    fn pauses_differ() {
        let random = SeededRandom::new(1);
        let policy = BackOff::default();
        assert!((0..10).any(|_| policy.pause(1, &random) != policy.pause(1, &random)));
    }
}
