//! The macro that the table of settings is written with, and what it knows of each.

use super::value::Setting;
use super::{Layers, Problems, Source};

/// One line of the table, for the reference, the sample file and suggestions.
#[derive(Debug)]
pub(crate) struct Key {
    /// The dotted name.
    pub(crate) name: &'static str,
    /// The default as TOML.
    pub(crate) default: &'static str,
    /// What it is for, one line an element.
    pub(crate) doc: &'static [&'static str],
    /// What it may be, as TOML has it.
    pub(crate) allowed: fn() -> String,
}

impl Key {
    /// The environment variable that sets it.
    pub(crate) fn variable(&self) -> String {
        format!("POSTROOM_{}", self.name.replace('.', "_").to_ascii_uppercase())
    }
}

/// A value and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}

/// A setting as `postroom config` prints it.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) name: &'static str,
    /// The value as TOML; secrets are stars.
    pub(crate) value: toml::Value,
    pub(crate) source: Source,
}

/// Reads `name` from the highest layer that has it. A value that is not allowed is noted and the default stands in,
/// so that all problems are found at once.
pub(crate) fn read<T: Setting>(
    layers: &Layers,
    name: &'static str,
    default: &'static str,
    problems: &mut Problems,
) -> Sourced<T> {
    let fallback = || Sourced { value: default_of(name, default), source: Source::Default };
    let Some((given, source)) = layers.find(name) else { return fallback() };
    match given.read::<T>() {
        Ok(value) => Sourced { value, source: source.clone() },
        Err(shown) => {
            problems.not_allowed(source, name, &shown, &T::allowed());
            fallback()
        }
    }
}

fn default_of<T: Setting>(name: &str, default: &str) -> T {
    let given = super::layers::Given::Text(default.to_owned());
    match given.read() {
        Ok(value) => value,
        Err(shown) => {
            unreachable!("the default {shown} of {name} is not allowed; the test `defaults` is red")
        }
    }
}

/// `settings! { /// What it is for. field: Type = "dotted.name", "default as TOML"; … }`
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $field:ident: $type:ty = $name:literal, $default:literal;)+) => {
        /// Every setting, each allowed by itself, with where it came from.
        #[derive(Debug)]
        pub(crate) struct Settings {
            $($(#[doc = $doc])+ pub(crate) $field: $crate::config::table::Sourced<$type>,)+
        }

        /// The table.
        pub(crate) const KEYS: &[$crate::config::table::Key] = &[$($crate::config::table::Key {
            name: $name,
            default: $default,
            doc: &[$($doc),+],
            allowed: <$type as $crate::config::value::Setting>::allowed,
        }),+];

        impl Settings {
            /// The settings of `layers`; what is not allowed is noted in `problems`.
            pub(crate) fn read(
                layers: &$crate::config::Layers,
                problems: &mut $crate::config::Problems,
            ) -> Self {
                Self { $($field: $crate::config::table::read(layers, $name, $default, problems)),+ }
            }

            /// Every setting as it is printed, in the order of the table.
            pub(crate) fn shown(&self) -> Vec<$crate::config::table::Shown> {
                vec![$($crate::config::table::Shown {
                    name: $name,
                    value: $crate::config::value::Setting::show(&self.$field.value),
                    source: self.$field.source.clone(),
                }),+]
            }
        }
    };
}
pub(crate) use settings;
