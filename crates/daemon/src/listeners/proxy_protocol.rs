//! The PROXY protocol, version 2: bytes to values. Source: HAProxy's `proxy-protocol.txt`, §2.2.
//!
//! ```text
//! | signature 12 | version 4 bits, command 4 bits | family 4 bits, transport 4 bits | rest's size 2, big-endian |
//! | source address | destination address | source port 2 | destination port 2 | (type 1, size 2, value)* |
//! ```

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What every header begins with.
pub(crate) const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Size of the part that says how long the rest is.
pub(crate) const FIXED_BYTES: usize = 16;
/// Largest rest that is read; proxies send some hundred bytes at most.
const REST_BYTES_MAX: usize = 4_096;

/// The type of the TLS entry, and the bit in it that says that the client came over TLS.
const TYPE_SSL: u8 = 0x20;
const CLIENT_SSL: u8 = 0x01;

/// The first part of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    command: u8,
    family: u8,
    /// How many bytes follow.
    pub(crate) rest_bytes: usize,
}

/// Whom a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proxied {
    /// For the proxy (a health check, or a client that it does not name).
    Itself,
    /// For a client.
    For {
        /// Its address.
        address: IpAddr,
        /// Whether it came to the proxy over TLS.
        secure: bool,
    },
}

/// Reads the first part.
pub(crate) fn parse_fixed(fixed: [u8; FIXED_BYTES]) -> Result<Header, &'static str> {
    let [.., version_command, family, high, low] = fixed;
    if fixed[..SIGNATURE.len()] != SIGNATURE || version_command >> 4 != 2 {
        return Err("not a PROXY header of version 2");
    }
    let rest_bytes = usize::from(u16::from_be_bytes([high, low]));
    if rest_bytes > REST_BYTES_MAX {
        return Err("a PROXY header that is too long");
    }
    match version_command & 15 {
        command @ (0 | 1) => Ok(Header { command, family, rest_bytes }),
        _ => Err("a PROXY header with an unknown command"),
    }
}

impl Header {
    /// Reads the rest.
    pub(crate) fn parse_rest(&self, rest: &[u8]) -> Result<Proxied, &'static str> {
        const SHORT: &str = "a PROXY header that is too short for its addresses";
        let (address, entries): (IpAddr, _) = match (self.command, self.family) {
            // LOCAL, and UNSPEC: "the receiver … must use the real connection endpoints".
            (0, _) | (_, 0) => return Ok(Proxied::Itself),
            (_, 0x11) => {
                let (addresses, entries) = rest.split_first_chunk::<12>().ok_or(SHORT)?;
                let [a, b, c, d, ..] = *addresses;
                (Ipv4Addr::new(a, b, c, d).into(), entries)
            }
            (_, 0x21) => {
                let (addresses, entries) = rest.split_first_chunk::<36>().ok_or(SHORT)?;
                let source = addresses.first_chunk::<16>().ok_or(SHORT)?;
                (Ipv6Addr::from(*source).into(), entries)
            }
            _ => return Err("a PROXY header of a family other than TCP over IPv4 or IPv6"),
        };
        Ok(Proxied::For { address, secure: secure(entries)? })
    }
}

/// Whether the entries say that the client came over TLS.
fn secure(mut entries: &[u8]) -> Result<bool, &'static str> {
    let mut secure = false;
    while let Some((&[kind, high, low], after)) = entries.split_first_chunk::<3>() {
        let size = usize::from(u16::from_be_bytes([high, low]));
        let (value, next) = after.split_at_checked(size).ok_or("a PROXY header with a cut entry")?;
        secure |= kind == TYPE_SSL && value.first().is_some_and(|flags| flags & CLIENT_SSL != 0);
        entries = next;
    }
    if entries.is_empty() { Ok(secure) } else { Err("a PROXY header with a cut entry") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<Proxied, &'static str> {
        let (fixed, rest) = bytes.split_first_chunk::<FIXED_BYTES>().ok_or("short")?;
        let header = parse_fixed(*fixed)?;
        header.parse_rest(rest.get(..header.rest_bytes).ok_or("short")?)
    }

    fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let size = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[0x20 | command, family], &size, rest].concat()
    }

    const IPV4: [u8; 12] = [192, 0, 2, 1, 198, 51, 100, 1, 0x30, 0x39, 0x01, 0xbb];

    #[test]
    fn addresses() {
        let check = |bytes: &[u8], address: &str, secure| {
            let address = address.parse().unwrap();
            assert_eq!(parse(bytes), Ok(Proxied::For { address, secure }));
        };
        check(&header(1, 0x11, &IPV4), "192.0.2.1", false);
        check(&header(1, 0x11, &[&IPV4[..], &[0x20, 0, 5, 1, 0, 0, 0, 0]].concat()), "192.0.2.1", true);
        check(
            &header(1, 0x11, &[&IPV4[..], &[0x01, 0, 2, b'h', b'2', 0x20, 0, 5, 0, 0, 0, 0, 0]].concat()),
            "192.0.2.1",
            false,
        );
        let mut ipv6 = [0; 36];
        ipv6[0..16].copy_from_slice(&"2001:db8::1".parse::<Ipv6Addr>().unwrap().octets());
        check(&header(1, 0x21, &ipv6), "2001:db8::1", false);
    }

    #[test]
    fn the_proxy_itself() {
        assert_eq!(parse(&header(0, 0x11, &IPV4)), Ok(Proxied::Itself));
        assert_eq!(parse(&header(0, 0, &[])), Ok(Proxied::Itself));
        assert_eq!(parse(&header(1, 0, b"whatever")), Ok(Proxied::Itself));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for bytes in [
            header(1, 0x11, &IPV4[..11]),
            header(1, 0x21, &IPV4),
            header(1, 0x12, &IPV4),
            header(2, 0x11, &IPV4),
            header(1, 0x11, &[&IPV4[..], &[0x20, 0]].concat()),
            header(1, 0x11, &[&IPV4[..], &[0x20, 0, 5, 1]].concat()),
            header(1, 0x11, &[0; 4_097]),
            b"\r\n\r\n\0\r\nQUIT\n\x11\x11\0\0".to_vec(),
            b"\r\n\r\nGET / HTTP".to_vec(),
        ] {
            assert!(parse(&bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let whole = header(1, 0x11, &[&IPV4[..], &[0x20, 0, 1, 1]].concat());
        for index in 0..whole.len() {
            for byte in 0..=255 {
                let mut changed = whole.clone();
                changed[index] = byte;
                let _ = parse(&changed);
            }
            assert!(parse(&whole[..index]).is_err());
        }
    }
}
