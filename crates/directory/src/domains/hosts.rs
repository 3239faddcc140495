//! The operator's host names, as organizations are told to publish them.

use crate::DirectoryError;

/// What organizations point their domains to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// Below it every organization has its test domain.
    pub test_domain_suffix: String,
    /// Where mail for a domain is delivered.
    pub mx: String,
    /// What `autodiscover.<domain>` points to.
    pub autodiscover: String,
    /// Whose SPF record names the servers that send; bounces come back to it too.
    pub spf: String,
    /// The zone in which the operator publishes DKIM keys itself; without it each organization publishes its keys.
    pub dkim_zone: Option<String>,
}

impl Hosts {
    /// Everything on one host.
    pub fn single(test_domain_suffix: &str, host: &str) -> Self {
        Self {
            test_domain_suffix: test_domain_suffix.to_owned(),
            mx: host.to_owned(),
            autodiscover: host.to_owned(),
            spf: host.to_owned(),
            dkim_zone: None,
        }
    }

    /// Refuses a domain that lies below (or is) the suffix of test domains, which only aliases give out.
    pub fn must_be_foreign(&self, domain: &str) -> Result<(), DirectoryError> {
        let (domain, suffix) = (domain.to_ascii_lowercase(), self.test_domain_suffix.to_ascii_lowercase());
        let below = domain.strip_suffix(&suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        if below {
            return Err(DirectoryError::Invalid(format!("Domains below {suffix} cannot be registered.")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_domains_are_not_registered() {
        let hosts = Hosts::single("mail.example.net", "mx.example.net");
        for (domain, foreign) in [
            ("mail.example.net", false),
            ("a.mail.Example.net", false),
            ("a.b.mail.example.net", false),
            ("amail.example.net", true),
            ("example.net", true),
            ("mail.example.net.example.com", true),
        ] {
            assert_eq!(hosts.must_be_foreign(domain).is_ok(), foreign, "{domain}");
        }
    }
}
