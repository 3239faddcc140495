//! What was given for each setting, from the file up to the command line.

use std::collections::HashMap;

use super::keys::KEYS;
use super::value::Setting;
use super::{Problems, Source};

/// A value as it was given.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    /// Parsed TOML of the file.
    Toml(toml::Value),
    /// Text of an option or a variable: TOML, or a bare word that TOML would have in quotes.
    Text(String),
}

impl Given {
    /// The value, or what was given as it is shown in an error.
    pub(crate) fn read<T: Setting>(&self) -> Result<T, String> {
        match self {
            Self::Toml(value) => T::read(value).ok_or_else(|| show::<T>(&value.to_string())),
            Self::Text(text) => {
                let bare = || T::read(&toml::Value::String(text.clone()));
                let parsed = toml(text).and_then(|value| T::read(&value));
                parsed.or_else(bare).ok_or_else(|| show::<T>(text))
            }
        }
    }
}

/// `text` as a TOML value, if it is one.
fn toml(text: &str) -> Option<toml::Value> {
    use serde::Deserialize as _;
    toml::Value::deserialize(toml::de::ValueDeserializer::parse(text).ok()?).ok()
}

/// A refused value of a setting that may hold a secret is not repeated.
fn show<T: Setting>(text: &str) -> String {
    if T::SECRET { "***".to_owned() } else { text.to_owned() }
}

/// What was given, by the setting's name; a higher layer replaces a lower one.
#[derive(Debug, Default)]
pub(crate) struct Layers(HashMap<&'static str, (Given, Source)>);

impl Layers {
    /// Puts a value on top. A name that is not in the table is a problem.
    pub(crate) fn put(&mut self, name: &str, given: Given, source: Source, problems: &mut Problems) {
        match KEYS.iter().find(|key| key.name == name) {
            Some(key) => drop(self.0.insert(key.name, (given, source))),
            None => problems.unknown(&source, name),
        }
    }

    /// The highest value of `name`.
    pub(crate) fn find(&self, name: &str) -> Option<&(Given, Source)> {
        self.0.get(name)
    }
}
