//! Who is there and what is spoken.

use std::fmt;

use crate::value::Secret;

/// `LOGIN`. Its `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// As sent.
    pub user: Box<str>,
    /// As sent, in any charset.
    pub password: Secret,
}

/// `AUTHENTICATE`. Its `Debug` shows no message of SASL.
///
/// Without an initial response the caller answers `+` and calls [`crate::Decoder::expect_line`].
#[derive(Clone, PartialEq, Eq)]
pub struct Authenticate {
    /// Name of the mechanism, in upper case.
    pub mechanism: Box<str>,
    /// What came on the same line, decoded from base64; `=` is the empty message. RFC 4959.
    pub initial_response: Option<Secret>,
}

/// An extension that ENABLE names. RFC 5161, RFC 9051 §6.3.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnableItem {
    /// `CONDSTORE`
    CondStore,
    /// `QRESYNC`
    QResync,
    /// `UTF8=ACCEPT`
    Utf8Accept,
    /// `IMAP4rev2`
    Imap4Rev2,
    /// One that needs no enabling or that we do not know; it is ignored.
    Other(Box<str>),
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

impl fmt::Debug for Authenticate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticate").field("mechanism", &self.mechanism).finish_non_exhaustive()
    }
}
