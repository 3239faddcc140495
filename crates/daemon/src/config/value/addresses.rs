//! Addresses with ports.

use std::net::{IpAddr, SocketAddr};

use super::{Setting, list, texts};

/// Listeners of one kind at most.
const LISTENERS_MAX: usize = 16;
/// Name servers at most.
const RESOLVERS_MAX: usize = 8;

/// Where a listener listens.
#[derive(Debug, Clone)]
pub(crate) struct Listen(pub(crate) Vec<SocketAddr>);

impl Setting for Listen {
    fn allowed() -> String {
        format!(
            "a list of at most {LISTENERS_MAX} addresses with ports, such as [\"127.0.0.1:8080\", \"[::1]:8080\"]"
        )
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let addresses: Vec<SocketAddr> =
            texts(value)?.into_iter().map(|text| text.parse().ok()).collect::<Option<_>>()?;
        (addresses.len() <= LISTENERS_MAX).then_some(Self(addresses))
    }

    fn show(&self) -> toml::Value {
        list(&self.0)
    }
}

/// Name servers.
#[derive(Debug, Clone)]
pub(crate) struct Resolvers(pub(crate) Vec<SocketAddr>);

impl Setting for Resolvers {
    fn allowed() -> String {
        format!(
            "a list of at most {RESOLVERS_MAX} addresses, with or without a port, such as [\"192.0.2.53\"]"
        )
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let address = |text: &str| {
            let plain = || text.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, 53));
            text.parse().ok().or_else(plain)
        };
        let addresses: Vec<SocketAddr> = texts(value)?.into_iter().map(address).collect::<Option<_>>()?;
        (addresses.len() <= RESOLVERS_MAX).then_some(Self(addresses))
    }

    fn show(&self) -> toml::Value {
        list(&self.0)
    }
}
