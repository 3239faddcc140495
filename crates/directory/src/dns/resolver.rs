//! A stub resolver that asks recursive name servers.

use std::net::SocketAddr;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError as WireError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::{Answer, DnsError, DnsLookup};
use crate::limits::{DNS_RECORDS_MAX, DNS_TIME_MAX};

/// Times that a question is repeated when no answer comes.
const REPETITIONS: usize = 2;

/// Asks the name servers of the system or given ones, over UDP and, when an answer is cut, TCP.
#[derive(Clone)]
pub struct Resolver {
    resolver: TokioResolver,
}

impl Resolver {
    /// Asks `servers`, or those of `/etc/resolv.conf` when there are none.
    pub fn new(servers: &[SocketAddr]) -> Result<Self, DnsError> {
        let mut builder = if servers.is_empty() {
            TokioResolver::builder_tokio().map_err(|error| DnsError(error.to_string()))?
        } else {
            let servers = servers.iter().map(|server| name_server(*server)).collect();
            let config = ResolverConfig::from_parts(None, Vec::new(), servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        options.attempts = REPETITIONS;
        options.timeout = DNS_TIME_MAX / 3;
        // An administrator who has just published a record waits for us to see it; the servers asked cache enough.
        options.cache_size = 0;
        let resolver = builder.build().map_err(|error| DnsError(error.to_string()))?;
        Ok(Self { resolver })
    }

    /// The records of `kind` at `name`, CNAMEs followed; empty when there are none.
    async fn records(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, DnsError> {
        // The root's point keeps search domains out.
        let asked = Name::from_ascii(format!("{}.", name.trim_end_matches('.')));
        let asked = asked.map_err(|error| DnsError(format!("{name}: {error}")))?;
        let answer = tokio::time::timeout(DNS_TIME_MAX, self.resolver.lookup(asked, kind)).await;
        match answer {
            Err(_) => Err(DnsError(format!("{name}: no answer in time"))),
            Ok(Err(error)) if is_none(&error) => Ok(Vec::new()),
            Ok(Err(error)) => Err(DnsError(format!("{name}: {error}"))),
            Ok(Ok(found)) => {
                Ok(found.answers().iter().take(DNS_RECORDS_MAX).map(|record| record.data.clone()).collect())
            }
        }
    }
}

fn name_server(server: SocketAddr) -> NameServerConfig {
    let mut config = NameServerConfig::udp_and_tcp(server.ip());
    config.connections.iter_mut().for_each(|connection| connection.port = server.port());
    config
}

/// Whether the servers say that there are no such records; a server that fails says nothing.
fn is_none(error: &NetError) -> bool {
    match error {
        NetError::Dns(WireError::NoRecordsFound(none)) => {
            matches!(none.response_code, ResponseCode::NoError | ResponseCode::NXDomain)
        }
        _ => false,
    }
}

impl DnsLookup for Resolver {
    fn txt<'a>(&'a self, name: &'a str) -> Answer<'a, Vec<String>> {
        Box::pin(async move {
            let records = self.records(name, RecordType::TXT).await?;
            let text = |record| match record {
                // RFC 7208 §3.3, RFC 6376 §3.6.2.2: the strings of one record are put together without spaces.
                RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
                _ => None,
            };
            Ok(records.into_iter().filter_map(text).collect())
        })
    }

    fn mx<'a>(&'a self, name: &'a str) -> Answer<'a, Vec<(u16, String)>> {
        Box::pin(async move {
            let records = self.records(name, RecordType::MX).await?;
            let exchanger = |record| match record {
                RData::MX(mx) => Some((mx.preference, mx.exchange.to_ascii())),
                _ => None,
            };
            Ok(records.into_iter().filter_map(exchanger).collect())
        })
    }

    fn cname<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move {
            let records = self.records(name, RecordType::CNAME).await?;
            let target = |record| match record {
                RData::CNAME(target) => Some(target.0.to_ascii()),
                _ => None,
            };
            Ok(records.into_iter().find_map(target))
        })
    }
}
