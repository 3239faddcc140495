//! Names of hosts, domains and regions.

use super::{Setting, list, texts};

/// Regions at most.
const REGIONS_MAX: usize = 64;

/// Whether `text` is a host's or domain's name (RFC 1123 §2.1): labels of letters, digits and inner hyphens.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=63).contains(&label.len()) && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// A domain's name, in lower case.
#[derive(Debug, Clone)]
pub(crate) struct DomainName(pub(crate) String);

impl Setting for DomainName {
    fn allowed() -> String {
        "a domain name such as \"mail.example.com\"".to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        value.as_str().filter(|text| is_domain(text)).map(|text| Self(text.to_ascii_lowercase()))
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.clone())
    }
}

/// A host's name in lower case, or nothing.
#[derive(Debug, Clone)]
pub(crate) struct HostName(pub(crate) String);

impl Setting for HostName {
    fn allowed() -> String {
        "a host name such as \"mail.example.com\"".to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let text = value.as_str()?;
        (text.is_empty() || is_domain(text)).then(|| Self(text.to_ascii_lowercase()))
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.clone())
    }
}

/// Regions that callers may name.
#[derive(Debug, Clone)]
pub(crate) struct Regions(pub(crate) Vec<String>);

impl Setting for Regions {
    fn allowed() -> String {
        format!("a list of 1 to {REGIONS_MAX} region names such as [\"us-east-1\"]")
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let name = |text: &str| {
            let letters = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
            (letters && (1..=64).contains(&text.len())).then(|| text.to_owned())
        };
        let regions: Vec<String> = texts(value)?.into_iter().map(name).collect::<Option<_>>()?;
        (1..=REGIONS_MAX).contains(&regions.len()).then_some(Self(regions))
    }

    fn show(&self) -> toml::Value {
        list(&self.0)
    }
}
