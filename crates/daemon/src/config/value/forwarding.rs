//! In which header of HTTP a proxy names the client.

use super::Setting;

/// The one header that is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForwardingHeader {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardingHeader {
    /// The header's name, lower case; it is the setting's word too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    /// The one that is not believed then.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::XForwardedFor => Self::Forwarded,
            Self::Forwarded => Self::XForwardedFor,
        }
    }
}

impl Setting for ForwardingHeader {
    fn allowed() -> String {
        "\"x-forwarded-for\" or \"forwarded\"".to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let word = value.as_str()?;
        // Names of headers have no case (RFC 9110 §5.1).
        [Self::XForwardedFor, Self::Forwarded]
            .into_iter()
            .find(|header| header.name().eq_ignore_ascii_case(word))
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.name().to_owned())
    }
}
