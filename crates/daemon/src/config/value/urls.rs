//! URLs of identity providers, and words of their tokens.

use super::Setting;

/// Longest URL and word, bytes.
const BYTES_MAX: usize = 1_024;

/// The URL of an issuer, or nothing: `https`, or `http` on this machine, without query and fragment.
#[derive(Debug, Clone)]
pub(crate) struct IssuerUrl(pub(crate) Option<String>);

impl Setting for IssuerUrl {
    fn allowed() -> String {
        "an empty text or a URL such as \"https://id.example.com/realms/staff\", without query and fragment; in clear \
         (http://) on this machine only"
            .to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        match value.as_str()? {
            "" => Some(Self(None)),
            text => is_issuer(text).then(|| Self(Some(text.to_owned()))),
        }
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.clone().unwrap_or_default())
    }
}

fn is_issuer(text: &str) -> bool {
    let plain = text.bytes().all(|byte| matches!(byte, b'!'..=b'~') && !b"\"\\?#@<>".contains(&byte));
    let Ok(uri) = text.parse::<http::Uri>() else { return false };
    let Some(host) = uri.host() else { return false };
    let safe = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_this_machine(host),
        _ => false,
    };
    plain && safe && text.len() <= BYTES_MAX
}

/// Whether a host of a URL is an address of this machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// A word of a token: printable, not empty.
#[derive(Debug, Clone)]
pub(crate) struct Word(pub(crate) String);

impl Setting for Word {
    fn allowed() -> String {
        format!("a text of 1 to {BYTES_MAX} bytes without control characters")
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let text = value.as_str()?;
        let plain = !text.is_empty() && text.len() <= BYTES_MAX && !text.contains(char::is_control);
        plain.then(|| Self(text.to_owned()))
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.clone())
    }
}
