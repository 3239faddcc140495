//! `X-Forwarded-For` or `Forwarded` (RFC 7239): who the client of a request is, when a trusted proxy says so in the one that
//! is believed.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

use super::Proxies;
use super::client::Client;
use crate::config::ForwardingHeader;

/// Hops that are looked at; a chain that is longer counts from the last of them.
const HOPS_MAX: usize = 32;

/// Whether the request names a client, in the header that is believed.
pub(crate) fn is_named(headers: &HeaderMap, proxies: &Proxies) -> bool {
    headers.contains_key(proxies.header.name())
}

/// The client of a request that came over the connection of `proxy`, which is trusted.
///
/// Each proxy adds the address that it saw to the end, so the chain is believed from its end: the first address that
/// is no trusted proxy is the client. What stands before it, anybody can have written. An entry that is no address
/// (`unknown`, a hidden name) ends the chain: the proxy after it is taken for the client.
pub(crate) fn client(proxy: Client, headers: &HeaderMap, proxies: &Proxies) -> Client {
    let hops = match proxies.header {
        ForwardingHeader::XForwardedFor => x_forwarded(headers),
        ForwardingHeader::Forwarded => forwarded(headers),
    };
    let mut client = proxy;
    for hop in hops.into_iter().rev().take(HOPS_MAX) {
        let Some(address) = hop.address else { break };
        client = Client { address, secure: hop.secure.unwrap_or(client.secure) };
        if !proxies.trusts(address) {
            break;
        }
    }
    client
}

/// What one proxy says about the side that it was called from.
struct Hop {
    address: Option<IpAddr>,
    /// Whether it was called over TLS, when it says so.
    secure: Option<bool>,
}

/// All values of a header as one list (RFC 9110 §5.3); `None` for one that is not ASCII.
fn elements<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = Option<&'a str>> {
    headers.get_all(name).into_iter().flat_map(|value| {
        let text = value.to_str().ok();
        let parts = text.into_iter().flat_map(|text| text.split(',')).map(Some);
        parts.chain(text.is_none().then_some(None)).map(|part| part.map(str::trim))
    })
}

fn x_forwarded(headers: &HeaderMap) -> Vec<Hop> {
    let mut hops: Vec<Hop> = elements(headers, "x-forwarded-for")
        .map(|element| Hop { address: element.and_then(address), secure: None })
        .collect();
    // One word for the whole chain, or one a hop: either way the last one is what the nearest proxy says.
    let protocols: Vec<_> = elements(headers, "x-forwarded-proto").collect();
    if let (Some(hop), Some(Some(protocol))) = (hops.last_mut(), protocols.last()) {
        hop.secure = Some(protocol.eq_ignore_ascii_case("https"));
    }
    hops
}

fn forwarded(headers: &HeaderMap) -> Vec<Hop> {
    elements(headers, "forwarded")
        .map(|element| {
            let mut hop = Hop { address: None, secure: None };
            for (name, value) in
                element.into_iter().flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='))
            {
                let value = value.trim().trim_matches('"');
                match name.trim() {
                    name if name.eq_ignore_ascii_case("for") => hop.address = address(value),
                    name if name.eq_ignore_ascii_case("proto") => {
                        hop.secure = Some(value.eq_ignore_ascii_case("https"));
                    }
                    _ => {}
                }
            }
            hop
        })
        .collect()
}

/// An address, with or without a port, IPv6 with or without brackets; IPv4-mapped becomes IPv4.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Network;

    const X: ForwardingHeader = ForwardingHeader::XForwardedFor;
    const F: ForwardingHeader = ForwardingHeader::Forwarded;

    /// Who the client is when `believed` is, and whether it is named at all.
    fn found(believed: ForwardingHeader, headers: &[(&'static str, &str)]) -> (bool, String, bool) {
        let networks = ["10.0.0.0/8", "127.0.0.1", "fd00::/8"].map(|text| Network::parse(text).unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let proxy = Client { address: "127.0.0.1".parse().unwrap(), secure: false };
        let proxies = Proxies::new(networks.to_vec(), believed);
        let found = client(proxy, &map, &proxies);
        (is_named(&map, &proxies), found.address.to_string(), found.secure)
    }

    fn check(believed: ForwardingHeader, headers: &[(&'static str, &str)], address: &str, secure: bool) {
        assert_eq!(found(believed, headers), (true, address.to_owned(), secure), "{headers:?}");
    }

    #[test]
    fn the_last_address_that_is_no_proxy_is_the_client() {
        check(X, &[("x-forwarded-for", "192.0.2.1")], "192.0.2.1", false);
        check(X, &[("x-forwarded-for", "192.0.2.1, 10.1.1.1")], "192.0.2.1", false);
        check(X, &[("x-forwarded-for", "1.2.3.4, 192.0.2.1, 10.1.1.1")], "192.0.2.1", false);
        check(X, &[("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "192.0.2.1")], "192.0.2.1", false);
        check(X, &[("x-forwarded-for", "10.2.2.2, 10.1.1.1")], "10.2.2.2", false);
        check(X, &[("x-forwarded-for", "::ffff:192.0.2.1")], "192.0.2.1", false);
        check(X, &[("x-forwarded-for", "192.0.2.1:4711"), ("x-forwarded-proto", "https")], "192.0.2.1", true);
    }

    #[test]
    fn the_standard_header_is_believed_where_it_is_chosen() {
        check(F, &[("forwarded", "for=192.0.2.1;proto=https;by=10.0.0.1")], "192.0.2.1", true);
        check(F, &[("forwarded", "For=\"[2001:db8::1]:4711\", for=10.0.0.1")], "2001:db8::1", false);
        check(F, &[("forwarded", "for=1.2.3.4, for=192.0.2.1")], "192.0.2.1", false);
        // What a client leaves open does not swallow what the proxy adds.
        check(F, &[("forwarded", "for=\"1.2.3.4, for=192.0.2.1")], "192.0.2.1", false);
    }

    #[test]
    fn the_header_that_is_not_chosen_says_nothing() {
        let (forwarded, x) = (("forwarded", "for=1.2.3.4;proto=https"), ("x-forwarded-for", "192.0.2.1"));
        let https = ("x-forwarded-proto", "https");
        for both in [[forwarded, x], [x, forwarded]] {
            check(X, &both, "192.0.2.1", false);
        }
        check(
            F,
            &[("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "1.2.3.4"), https],
            "192.0.2.1",
            false,
        );
        for (believed, other) in [(X, vec![forwarded]), (F, vec![x, https]), (X, vec![https])] {
            assert_eq!(found(believed, &other), (false, "127.0.0.1".to_owned(), false), "{other:?}");
        }
    }

    #[test]
    fn what_is_no_address_ends_the_chain() {
        check(X, &[("x-forwarded-for", "1.2.3.4, unknown")], "127.0.0.1", false);
        check(X, &[("x-forwarded-for", "1.2.3.4, unknown, 10.0.0.9")], "10.0.0.9", false);
        check(F, &[("forwarded", "for=_hidden")], "127.0.0.1", false);
        check(X, &[("x-forwarded-for", "")], "127.0.0.1", false);
        check(X, &[("x-forwarded-for", "1.2.3.4, ü")], "127.0.0.1", false);
    }
}
