//! Address ranges, and which rules list an address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::RuleSet;

/// `address` with an IPv4-mapped IPv6 address turned into the IPv4 address it stands for.
pub fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// A text that is not an address range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotARange;

impl fmt::Display for NotARange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an address range: write address/prefix, such as 10.0.0.0/8 or 2001:db8::/32")
    }
}

impl std::error::Error for NotARange {}

macro_rules! range {
    ($name:ident, $address:ident, $bits:ident, $what:literal) => {
        #[doc = concat!("A CIDR range of ", $what, " addresses. Bits after the prefix are kept for display and ignored.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name {
            address: $address,
            prefix_bits: u8,
        }

        impl $name {
            /// The range of the addresses that share `prefix_bits` leading bits with `address`; `None` when there
            /// are not that many bits.
            pub fn new(address: $address, prefix_bits: u8) -> Option<Self> {
                (u32::from(prefix_bits) <= $bits::BITS).then_some(Self { address, prefix_bits })
            }

            /// The range that `text` writes as `address/prefix`.
            pub fn parse(text: &str) -> Result<Self, NotARange> {
                let (address, prefix) = text.split_once('/').ok_or(NotARange)?;
                let plain = prefix.bytes().all(|byte| byte.is_ascii_digit()) && prefix.len() <= 3;
                let prefix_bits = prefix.parse().ok().filter(|_| plain).ok_or(NotARange)?;
                Self::new(address.parse().map_err(|_| NotARange)?, prefix_bits).ok_or(NotARange)
            }

            /// The lowest address in it, as a number.
            pub(crate) fn first(self) -> $bits {
                self.address.to_bits() & self.mask()
            }

            /// The number after the highest address in it; `None` when that address is the last there is.
            pub(crate) fn after(self) -> Option<$bits> {
                (self.first() | !self.mask()).checked_add(1)
            }

            /// Whether `address` is in it.
            pub fn contains(self, address: $address) -> bool {
                address.to_bits() & self.mask() == self.first()
            }

            fn mask(self) -> $bits {
                // A shift by all bits is the prefix 0, which covers everything.
                $bits::MAX.checked_shl($bits::BITS - u32::from(self.prefix_bits)).unwrap_or(0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{}", self.address, self.prefix_bits)
            }
        }
    };
}
range!(Ipv4Range, Ipv4Addr, u32, "IPv4");
range!(Ipv6Range, Ipv6Addr, u128, "IPv6");

/// Which rules list an address: the address line cut where the answer changes.
#[derive(Debug, Clone)]
pub(crate) struct RangeMap<N> {
    /// Ascending; each holds from its number until the next entry's. Below the first, no rule.
    cuts: Box<[(N, RuleSet)]>,
}

impl<N: Ord + Copy> RangeMap<N> {
    /// Compiles ranges, given per rule as first number and number after the last (`None`: to the end).
    pub(crate) fn compile(rules: impl Iterator<Item = Vec<(N, Option<N>)>>) -> Self {
        let mut toggles: Vec<(N, RuleSet)> = Vec::new();
        for (rule_index, mut ranges) in rules.enumerate() {
            let set = RuleSet::only(rule_index);
            ranges.sort_unstable_by_key(|range| range.0);
            for (first, after) in merged(&ranges) {
                toggles.push((first, set));
                toggles.extend(after.map(|after| (after, set)));
            }
        }
        toggles.sort_unstable_by_key(|toggle| toggle.0);
        let mut cuts: Vec<(N, RuleSet)> = Vec::with_capacity(toggles.len());
        let mut listing = RuleSet::NONE;
        for (number, set) in toggles {
            listing ^= set;
            match cuts.last_mut() {
                Some(last) if last.0 == number => last.1 = listing,
                _ => cuts.push((number, listing)),
            }
        }
        Self { cuts: cuts.into() }
    }

    /// The rules that list `number`.
    pub(crate) fn listing(&self, number: N) -> RuleSet {
        let after = self.cuts.partition_point(|cut| cut.0 <= number);
        if after == 0 { RuleSet::NONE } else { self.cuts[after - 1].1 }
    }
}

/// Sorted ranges with those that overlap or touch made one.
fn merged<N: Ord + Copy>(ranges: &[(N, Option<N>)]) -> Vec<(N, Option<N>)> {
    let mut found: Vec<(N, Option<N>)> = Vec::with_capacity(ranges.len());
    for &(first, after) in ranges {
        match found.last_mut() {
            Some((_, None)) => break,
            Some((_, Some(end))) if first <= *end => match after {
                Some(after) => *end = after.max(*end),
                None => found.last_mut().expect("just seen").1 = None,
            },
            _ => found.push((first, after)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_parse_and_contain() {
        let check = |text: &str, inside: &str, outside: &str| {
            let range = Ipv4Range::parse(text).unwrap();
            assert!(range.contains(inside.parse().unwrap()), "{inside} in {text}");
            assert!(!range.contains(outside.parse().unwrap()), "{outside} not in {text}");
            assert_eq!(range.to_string(), text);
        };
        check("10.0.0.0/8", "10.255.0.1", "11.0.0.0");
        check("10.1.2.3/8", "10.0.0.0", "9.255.255.255");
        check("192.0.2.7/32", "192.0.2.7", "192.0.2.6");
        assert!(Ipv4Range::parse("0.0.0.0/0").unwrap().contains(Ipv4Addr::BROADCAST));
        assert_eq!(Ipv4Range::parse("0.0.0.0/0").unwrap().after(), None);
        let six = Ipv6Range::parse("2001:db8::/32").unwrap();
        assert!(six.contains("2001:db8:1::1".parse().unwrap()));
        assert!(!six.contains("2001:db9::1".parse().unwrap()));
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0/8", "::/0", "10.0.0.0/"] {
            assert_eq!(Ipv4Range::parse(bad), Err(NotARange), "{bad}");
        }
        assert_eq!(Ipv6Range::parse("::/129"), Err(NotARange));
    }
}
