//! Choices that a seed repeats.

/// A small generator (SplitMix64): fast, repeatable, no secret.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// The generator that `seed` names.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator of its own for part `part` of what `seed` names.
    pub fn of(seed: u64, part: u64) -> Self {
        Self(Self(seed ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93)).bits())
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.bits()) * (end as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// The same for numbers of the ledger.
    pub fn number(&mut self, end: i64) -> i64 {
        i64::try_from(self.below(usize::try_from(end).unwrap_or(0))).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_numbers_stay_below() {
        let (mut one, mut two) = (Draw::of(7, 3), Draw::of(7, 3));
        for end in [1, 2, 3, 100, usize::MAX] {
            let drawn = one.below(end);
            assert!(drawn < end);
            assert_eq!(drawn, two.below(end));
        }
        assert_ne!(Draw::of(7, 3).bits(), Draw::of(7, 4).bits());
        assert_eq!(Draw::new(1).below(0), 0);
    }
}
