//! Networks: an address and how many of its bits count.

use std::fmt;
use std::net::IpAddr;

use super::{Setting, list, texts};

/// Networks at most.
const NETWORKS_MAX: usize = 1_000;

/// A network in CIDR form; an address alone is a network of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// The network that `text` is. Bits behind the prefix must be zero, so that a slip does not widen it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let bits_max = if address.is_ipv4() { 32 } else { 128 };
        let bits: u8 =
            bits.map_or(Some(bits_max), |bits| bits.parse().ok()).filter(|bits| *bits <= bits_max)?;
        // What is compared with it is IPv4 wherever it can be.
        let (address, bits) = match address.to_canonical() {
            canonical @ IpAddr::V4(_) if address.is_ipv6() => (canonical, bits.checked_sub(96)?),
            _ => (address, bits),
        };
        let network = Self { address, bits };
        (network.masked(address) == number(address)).then_some(network)
    }

    /// Whether `address` is in it. IPv4 and IPv6 never match each other.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && self.masked(address) == number(self.address)
    }

    fn masked(&self, address: IpAddr) -> u128 {
        let width: u32 = if address.is_ipv4() { 32 } else { 128 };
        let kept = u128::MAX.checked_shl(width - u32::from(self.bits)).unwrap_or(0);
        number(address) & kept
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// A list of networks.
#[derive(Debug, Clone)]
pub(crate) struct Networks(pub(crate) Vec<Network>);

impl Setting for Networks {
    fn allowed() -> String {
        format!(
            "a list of at most {NETWORKS_MAX} addresses or networks such as [\"192.0.2.7\", \"10.0.0.0/8\", \
             \"fd00::/8\"], with no bits set behind the prefix"
        )
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let networks: Vec<Network> = texts(value)?.into_iter().map(Network::parse).collect::<Option<_>>()?;
        (networks.len() <= NETWORKS_MAX).then_some(Self(networks))
    }

    fn show(&self) -> toml::Value {
        list(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(network: &str, address: &str, expected: bool) {
        let network = Network::parse(network).unwrap();
        assert_eq!(network.contains(address.parse().unwrap()), expected, "{network} {address}");
    }

    #[test]
    fn a_network_has_its_own_addresses_and_no_others() {
        check("10.0.0.0/8", "10.255.255.255", true);
        check("10.0.0.0/8", "11.0.0.0", false);
        check("192.0.2.7", "192.0.2.7", true);
        check("192.0.2.7", "192.0.2.6", false);
        check("0.0.0.0/0", "255.255.255.255", true);
        check("0.0.0.0/0", "::1", false);
        check("::/0", "::1", true);
        check("::/0", "127.0.0.1", false);
        check("fd00::/8", "fdff::1", true);
        check("fd00::/8", "fe00::1", false);
        check("::ffff:10.0.0.0/104", "10.1.1.1", true);
        check("::ffff:10.0.0.0/104", "11.1.1.1", false);
    }

    #[test]
    fn slips_are_refused() {
        for text in [
            "10.0.0.1/8",
            "10.0.0.0/33",
            "fd00::/129",
            "::ffff:10.0.0.0/64",
            "10.0.0.0/",
            "10.0.0/8",
            "localhost",
            "",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
