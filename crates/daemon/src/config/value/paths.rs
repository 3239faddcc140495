//! Paths of files and directories.

use std::path::PathBuf;

use super::Setting;

/// Longest path, bytes. Source: PATH_MAX of Linux.
const PATH_BYTES_MAX: usize = 4_095;

fn path(text: &str) -> Option<PathBuf> {
    (text.len() <= PATH_BYTES_MAX && !text.contains('\0')).then(|| PathBuf::from(text))
}

/// A path.
#[derive(Debug, Clone)]
pub(crate) struct PathText(pub(crate) PathBuf);

impl Setting for PathText {
    fn allowed() -> String {
        "a path; one that does not begin with / counts from the configuration file's directory, or from the current \
         one when it is not from a file"
            .to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        value.as_str().filter(|text| !text.is_empty()).and_then(path).map(Self)
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.display().to_string())
    }
}

/// A path, or nothing.
#[derive(Debug, Clone)]
pub(crate) struct OptionalPath(pub(crate) Option<PathBuf>);

impl Setting for OptionalPath {
    fn allowed() -> String {
        format!("an empty text or {}", PathText::allowed())
    }

    fn read(value: &toml::Value) -> Option<Self> {
        match value.as_str()? {
            "" => Some(Self(None)),
            text => path(text).map(|path| Self(Some(path))),
        }
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.as_ref().map_or_else(String::new, |path| path.display().to_string()))
    }
}
