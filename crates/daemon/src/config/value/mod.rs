//! The types of settings: how each reads TOML, what it allows, how it is printed.

mod addresses;
mod bodies;
mod certificates;
mod engine;
mod forwarding;
mod log;
mod names;
mod networks;
mod numbers;
mod paths;
mod urls;

pub(crate) use addresses::{Listen, Resolvers};
pub(crate) use bodies::{BodiesUrl, Endpoint, PlainWord, SecretWord};
pub(crate) use certificates::{Certificate, CertificateFiles};
pub(crate) use engine::{Engine, StoreUrl};
pub(crate) use forwarding::ForwardingHeader;
pub(crate) use log::{LogFilter, LogFormat};
pub(crate) use names::{DomainName, HostName, Regions};
pub(crate) use networks::{Network, Networks};
pub(crate) use numbers::Ranged;
pub(crate) use paths::{OptionalPath, PathText};
pub(crate) use urls::{IssuerUrl, Word, is_this_machine};

/// A type that a setting can have.
pub(crate) trait Setting: Sized {
    /// Whether the value may hold a secret, so that a refused one is not repeated.
    const SECRET: bool = false;
    /// What is allowed, to stand after "it takes".
    fn allowed() -> String;
    /// The value, unless it is not allowed.
    fn read(value: &toml::Value) -> Option<Self>;
    /// The value as TOML, secrets as stars.
    fn show(&self) -> toml::Value;
}

/// The texts of `value`: a list of them, or one text with commas.
fn texts(value: &toml::Value) -> Option<Vec<&str>> {
    match value {
        toml::Value::Array(items) => items.iter().map(toml::Value::as_str).collect(),
        toml::Value::String(text) => {
            Some(text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect())
        }
        _ => None,
    }
}

/// A list of texts as TOML.
fn list<T: ToString>(items: &[T]) -> toml::Value {
    toml::Value::Array(items.iter().map(|item| toml::Value::String(item.to_string())).collect())
}
