//! Whole numbers with bounds.

use super::Setting;

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranged<const MIN: u32, const MAX: u32>(pub(crate) u32);

impl<const MIN: u32, const MAX: u32> Setting for Ranged<MIN, MAX> {
    fn allowed() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let number = u32::try_from(value.as_integer()?).ok()?;
        (MIN..=MAX).contains(&number).then_some(Self(number))
    }

    fn show(&self) -> toml::Value {
        toml::Value::Integer(i64::from(self.0))
    }
}
