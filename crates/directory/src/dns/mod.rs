//! Questions to the DNS, passed in so that tests and simulations answer them.

mod resolver;

use std::fmt;
use std::pin::Pin;

pub use resolver::Resolver;

/// An answer that comes later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DnsError>> + Send + 'a>>;

/// Nobody could say whether there are such records: time-out, refusal, a broken zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsError(pub String);

impl fmt::Display for DnsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the DNS does not answer: {}", self.0)
    }
}

impl std::error::Error for DnsError {}

/// Looks records up. That there are none is an answer, not an error. Each answer comes within
/// [`DNS_TIME_MAX`](crate::limits::DNS_TIME_MAX).
pub trait DnsLookup: Send + Sync {
    /// The texts of `name`, each put together from its strings; CNAMEs are followed.
    fn txt<'a>(&'a self, name: &'a str) -> Answer<'a, Vec<String>>;
    /// The mail exchangers of `name`: preference and host.
    fn mx<'a>(&'a self, name: &'a str) -> Answer<'a, Vec<(u16, String)>>;
    /// What `name` is an alias of.
    fn cname<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>>;
}

/// Whether two host names are the same: case and the root's point do not count.
pub(crate) fn same_host(one: &str, other: &str) -> bool {
    one.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.'))
}
