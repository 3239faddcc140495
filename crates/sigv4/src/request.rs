//! The parts of an HTTP request that a signature covers.

use crate::Refusal;

/// Everything of a request but its body, as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The method, in the case in which it was sent.
    pub method: &'a str,
    /// The path of the request target, still percent-encoded; may be empty.
    pub path: &'a str,
    /// The query of the request target without `?`, still percent-encoded; empty if there is none.
    pub query: &'a str,
    /// Header names (any case) and values, in the order in which they came. With HTTP/2 the caller puts
    /// `:authority` here as `host`.
    pub headers: &'a [(&'a str, &'a [u8])],
}

/// The body of a request, or what is known about it.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// The whole body.
    Bytes(&'a [u8]),
    /// The SHA-256 digest of a body that was not kept in memory.
    Sha256([u8; 32]),
}

/// Where a request carries its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In the `Authorization` header.
    Header,
    /// In the query: a presigned request.
    Query,
}

impl<'a> Head<'a> {
    /// The values of header `name` (lower case), in the order in which they came.
    pub(crate) fn values(&self, name: &[u8]) -> impl Iterator<Item = &'a [u8]> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.as_bytes().eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The value of header `name` (lower case), which may come only once.
    pub(crate) fn value(&self, name: &'static str) -> Result<Option<&'a [u8]>, Refusal> {
        let mut values = self.values(name.as_bytes());
        let first = values.next();
        if values.next().is_some() {
            return Err(Refusal::Repeated { what: name });
        }
        Ok(first)
    }

    /// As [`Head::value`], for a header that must be text.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&'a str>, Refusal> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        match std::str::from_utf8(value) {
            Ok(text) => Ok(Some(text.trim_ascii())),
            Err(_) => Err(Refusal::NotText { what: name }),
        }
    }
}
