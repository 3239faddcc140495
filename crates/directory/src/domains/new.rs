//! A domain that is to be registered.

use base64::Engine as _;
use postroom_store::Random;
use serde::{Deserialize, Serialize};

use super::Hosts;
use crate::DirectoryError;

/// A domain with the token that proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDomain {
    /// The domain, lower case.
    pub name: String,
    /// The organization's own token for it: 44 characters of base 64 (WB §6.2).
    pub token: String,
}

impl NewDomain {
    /// `name` with a fresh token. `Invalid` when it is no host name (RFC 1035 §2.3.4, RFC 1123 §2.1: labels of 1 to 63
    /// letters, digits and inner hyphens, at least two of them, 253 in all) or lies below the test domains' suffix.
    pub fn mint(random: &dyn Random, hosts: &Hosts, name: &str) -> Result<Self, DirectoryError> {
        let name = name.to_ascii_lowercase();
        if !is_domain(&name) {
            return Err(DirectoryError::Invalid(format!("{name} is not a domain name.")));
        }
        hosts.must_be_foreign(&name)?;
        Ok(Self { name, token: Self::token(random) })
    }

    /// A fresh token.
    pub(crate) fn token(random: &dyn Random) -> String {
        base64::engine::general_purpose::STANDARD.encode(random.bytes::<32>())
    }
}

fn is_domain(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let numeric = labels.last().is_some_and(|top| top.bytes().all(|byte| byte.is_ascii_digit()));
    name.len() <= 253 && labels.len() >= 2 && !numeric && labels.iter().all(|label| is_label(label))
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_names() {
        for good in ["example.com", "a.b", "1.example.com", "xn--bcher-kva.example"] {
            assert!(is_domain(good), "{good}");
        }
        for bad in ["example", "", "a..b", ".a.b", "a.b.", "-a.b", "a-.b", "a_b.c", "1.2.3.4"] {
            assert!(!is_domain(bad), "{bad}");
        }
        assert!(!is_domain(&format!("{}.b", "a".repeat(64))));
        assert!(!is_domain(&format!("{}b", "abcdefg.".repeat(32))));
    }
}
