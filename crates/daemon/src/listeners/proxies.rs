//! Which proxies are believed.

use std::net::IpAddr;

use crate::config::Network;

/// The proxies that are believed when they say who the client is.
#[derive(Debug)]
pub(crate) struct Proxies(Vec<Network>);

impl Proxies {
    /// The proxies in `networks`.
    pub(crate) fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether `address` is one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}
