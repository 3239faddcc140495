//! How and what is logged.

use tracing_subscriber::EnvFilter;

use super::Setting;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Setting for LogFormat {
    fn allowed() -> String {
        "\"text\" or \"json\"".to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        match value.as_str()? {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    fn show(&self) -> toml::Value {
        let text = match self {
            Self::Text => "text",
            Self::Json => "json",
        };
        toml::Value::String(text.to_owned())
    }
}

/// What is logged: directives as `tracing` has them.
#[derive(Debug, Clone)]
pub(crate) struct LogFilter(pub(crate) String);

impl Setting for LogFilter {
    fn allowed() -> String {
        "a level (error, warn, info, debug, trace, off) and `module=level` for parts, with commas, such as \
         \"info,postroom_store=debug\""
            .to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let text = value.as_str().filter(|text| !text.trim().is_empty())?;
        // A bare word that is no level would be taken for a module's name.
        let word = |part: &str| {
            part.contains('=') || part.parse::<tracing_subscriber::filter::LevelFilter>().is_ok()
        };
        let words = text.split(',').all(|part| word(part.trim()));
        (words && EnvFilter::try_new(text).is_ok()).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.clone())
    }
}
