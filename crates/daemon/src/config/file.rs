//! The configuration file: TOML, every key known.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::KEYS;
use super::layers::Given;
use super::{Layers, Problems, Source};

/// Largest configuration file, bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Puts what the file at `path` says into `layers`.
pub(crate) fn read(path: &Path, layers: &mut Layers, problems: &mut Problems) {
    let at = |line| Source::File { path: path.to_owned(), line };
    let text = match std::fs::metadata(path) {
        Ok(found) if found.len() > FILE_BYTES_MAX => Err(format!("is larger than {FILE_BYTES_MAX} bytes")),
        Ok(_) => std::fs::read_to_string(path).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let text = match text {
        Ok(text) => text,
        Err(cause) => {
            return problems.other(&at(0), format!("the configuration file cannot be read: {cause}"));
        }
    };
    match DeTable::parse(&text) {
        Ok(table) => {
            let line = |offset| 1 + text[..offset].matches('\n').count();
            let mut entries = Vec::new();
            flatten("", table.get_ref(), &mut entries);
            for (name, offset, value) in entries {
                layers.put(&name, Given::Toml(value), at(line(offset)), problems);
            }
        }
        Err(error) => {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            problems.other(&at(line), format!("this is not TOML: {}", error.message()));
        }
    }
}

/// The entries of `table` with dotted names and the place of their key; a table that is a setting's own value stays.
fn flatten(prefix: &str, table: &DeTable<'_>, entries: &mut Vec<(String, usize, toml::Value)>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let section = format!("{name}.");
        match value.get_ref() {
            DeValue::Table(inner) if KEYS.iter().any(|known| known.name.starts_with(&section)) => {
                flatten(&section, inner, entries);
            }
            _ => entries.push((name, key.span().start, plain(value))),
        }
    }
}

/// `value` without its places.
fn plain(value: &Spanned<DeValue<'_>>) -> toml::Value {
    use serde::Deserialize as _;
    let copy = Spanned::new(value.span(), value.get_ref().clone());
    // Numbers out of range are the one thing that can fail here; their text is then refused by the setting.
    toml::Value::deserialize(toml::de::ValueDeserializer::from(copy))
        .unwrap_or_else(|error| toml::Value::String(error.message().to_owned()))
}
