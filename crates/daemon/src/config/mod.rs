//! Configuration: file, environment and options → [`Config`], checked as a whole → parts for the crates.
//!
//! Read once at start. No other crate reads files or the environment.

mod check;
mod environment;
mod file;
mod keys;
mod layers;
mod problems;
mod reference;
mod source;
mod table;
mod value;

use std::path::PathBuf;

pub(crate) use check::{Config, Limits};
pub(crate) use environment::{ID_VARIABLE, SECRET_VARIABLE};
pub(crate) use keys::{KEYS, Settings};
pub(crate) use layers::Layers;
pub(crate) use problems::Problems;
pub(crate) use reference::{reference, sample};
pub(crate) use source::Source;
pub(crate) use table::Shown;
pub(crate) use value::{
    BodiesUrl, Certificate, Engine, ForwardingHeader, LogFormat, Network, is_this_machine,
};

use layers::Given;

/// What the command line says about the configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    /// The configuration file.
    pub(crate) file: Option<PathBuf>,
    /// The data directory.
    pub(crate) data: Option<PathBuf>,
    /// `key=value`, later ones win.
    pub(crate) set: Vec<String>,
    /// Bind every listener that is not turned off to a free port of the loopback interface.
    pub(crate) any_port: bool,
}

/// The settings of all layers: file, environment (its `variables` by name), options.
pub(crate) fn settings(
    overrides: &Overrides,
    variables: &[(String, String)],
    problems: &mut Problems,
) -> Settings {
    let mut layers = Layers::default();
    if let Some(path) = &overrides.file {
        file::read(path, &mut layers, problems);
    }
    environment::read(variables, &mut layers, problems);
    if let Some(data) = &overrides.data {
        let given = Given::Toml(toml::Value::String(data.display().to_string()));
        layers.put("data_directory", given, Source::Option("--data"), problems);
    }
    for assignment in &overrides.set {
        let source = Source::Option("--set");
        match assignment.split_once('=') {
            Some((name, text)) => {
                layers.put(name.trim(), Given::Text(text.trim().to_owned()), source, problems);
            }
            None => problems.other(&source, format!("{assignment:?} is not of the form KEY=VALUE")),
        }
    }
    if overrides.any_port {
        for name in ["http.listen", "https.listen", "imap.listen", "imaps.listen"] {
            // What somebody has turned off stays off, and what is wrong is told.
            let listen = layers.find(name).map(|(given, _)| given.read::<value::Listen>());
            if listen.is_none_or(|listen| listen.is_ok_and(|listen| !listen.0.is_empty())) {
                let given = Given::Text("127.0.0.1:0".to_owned());
                layers.put(name, given, Source::Option("--any-port"), problems);
            }
        }
    }
    Settings::read(&layers, problems)
}

/// The configuration, or everything that is wrong with it.
pub(crate) fn load(overrides: &Overrides, variables: &[(String, String)]) -> Result<Config, Problems> {
    let mut problems = Problems::default();
    let settings = settings(overrides, variables, &mut problems);
    let config = Config::check(&settings, &mut problems);
    problems.or(config)
}

#[cfg(test)]
mod tests;
