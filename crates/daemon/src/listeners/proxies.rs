//! Which proxies are believed, and in which header.

use std::net::IpAddr;

use crate::config::{ForwardingHeader, Network};

/// The proxies that are believed when they say who the client is.
#[derive(Debug)]
pub(crate) struct Proxies {
    networks: Vec<Network>,
    /// Where they say it on HTTP. A proxy hands on other headers as the client sent them.
    pub(crate) header: ForwardingHeader,
}

impl Proxies {
    /// The proxies in `networks`, which write `header`.
    pub(crate) fn new(networks: Vec<Network>, header: ForwardingHeader) -> Self {
        Self { networks, header }
    }

    /// Whether `address` is one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }
}
