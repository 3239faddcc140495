//! Certificates by the names in them.

use std::collections::HashMap;
use std::sync::Arc;

use rustls::sign::CertifiedKey;

/// A certificate with its key, and the names that it is for.
pub(super) struct Named {
    /// DNS names in lower case; `*.` in front stands for one label.
    pub(super) names: Vec<String>,
    pub(super) key: Arc<CertifiedKey>,
}

/// Certificates by name; the first one also serves who asks for none of them.
#[derive(Debug)]
pub(super) struct ByName {
    names: HashMap<String, Arc<CertifiedKey>>,
    first: Option<Arc<CertifiedKey>>,
}

impl ByName {
    /// The table of `certificates`; where two have the same name, the earlier one wins.
    pub(super) fn new(certificates: Vec<Named>) -> Self {
        let first = certificates.first().map(|named| Arc::clone(&named.key));
        let mut names = HashMap::new();
        for named in certificates {
            for name in named.names {
                names.entry(name).or_insert_with(|| Arc::clone(&named.key));
            }
        }
        Self { names, first }
    }

    /// The certificate for a client that names `host`: by the whole name, by a wildcard, else the first.
    pub(super) fn find(&self, host: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let named = host.and_then(|host| {
            let host = host.to_ascii_lowercase();
            let wildcard = || host.split_once('.').and_then(|(_, rest)| self.names.get(&format!("*.{rest}")));
            self.names.get(&host).or_else(wildcard)
        });
        named.or(self.first.as_ref()).cloned()
    }
}
