//! Whole numbers in JSON.

use serde_json_borrow::Value;

/// The value as a whole number, also where it is written `10.0` or `1e1`; `None` for fractions and beyond 64 bits.
pub fn whole(value: &Value<'_>) -> Option<i64> {
    /// Above this a float no longer holds every whole number.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT_MAX)?;
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
        Some(float as i64)
    })
}
