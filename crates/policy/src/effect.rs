//! The two answers.

use std::fmt;

use postroom_types::{AccessControlRuleEffect, AccessEffect, MobileDeviceAccessRuleEffect};

/// What a rule asks for, and what a decision answers.
///
/// The WorkMail model has three choices of the same two texts; conversions go both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `ALLOW`
    Allow,
    /// `DENY`
    Deny,
}

impl Effect {
    /// `ALLOW` or `DENY`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Deny => "DENY",
        }
    }

    /// Whether this is [`Effect::Allow`].
    pub fn is_allow(self) -> bool {
        self == Self::Allow
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! same_as {
    ($($wire:ident),+) => { $(
        impl From<$wire> for Effect {
            fn from(effect: $wire) -> Self {
                match effect { $wire::Allow => Self::Allow, $wire::Deny => Self::Deny }
            }
        }
        impl From<Effect> for $wire {
            fn from(effect: Effect) -> Self {
                match effect { Effect::Allow => Self::Allow, Effect::Deny => Self::Deny }
            }
        }
    )+ };
}
same_as!(AccessControlRuleEffect, AccessEffect, MobileDeviceAccessRuleEffect);
