//! Where the database is, and what every connection is set to.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::tls::Tls;
use crate::limits;

/// How a node reaches PostgreSQL.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/database?…` or libpq's `key=value` words. Several hosts may be named: the
    /// one that takes writes is used. With `sslmode=require&sslrootcert=FILE` the connection is encrypted and the
    /// server's certificate checked.
    pub url: String,
    /// Threads that run transactions, each with a connection.
    pub writers: usize,
    /// Threads that run snapshots, and connections that these and blocking readers share.
    pub readers: usize,
    /// How long a write or a read waits for the database to come back before it answers `Unavailable`; when the
    /// database has been away that long already, nothing waits.
    pub away_wait_max: Duration,
    /// How often to look for other nodes' changes.
    pub poll_interval: Duration,
    /// How long changes are kept for other nodes; the same on all of them. A node that has not looked for less than
    /// half of it no longer knows what it missed, and its listeners look at everything.
    pub changes_kept: Duration,
    /// How long a change that commits after later ones is awaited with every look; then it is asked for by itself.
    pub change_late_after: Duration,
}

impl PostgresOptions {
    /// The database at `url`, with the default number of connections.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            writers: limits::POSTGRES_WRITERS_DEFAULT,
            readers: limits::POSTGRES_READERS_DEFAULT,
            away_wait_max: limits::POSTGRES_AWAY_WAIT_MAX,
            poll_interval: limits::POLL_INTERVAL,
            changes_kept: limits::CHANGES_KEPT,
            change_late_after: limits::CHANGE_LATE_AFTER,
        }
    }

    /// Whether the URL can be used; `Err` says what is wrong with it, without its password. Connects to nothing.
    pub fn check(&self) -> Result<(), String> {
        self.server().map(drop)
    }

    /// What the URL says. `Err` says what is wrong with it, without its password.
    pub(super) fn server(&self) -> Result<Server, String> {
        let (url, tls) = tls_of(&self.url)?;
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
            format!("the store's URL cannot be read: {error} {cause}")
        })?;
        if config.get_ssl_mode() == SslMode::Require && tls.is_none() {
            return Err("sslmode=require needs sslrootcert=FILE beside it: the certificates (PEM) of the \
                        authority that signed the server's, for example /etc/ssl/certs/ca-certificates.crt"
                .to_owned());
        }
        // Without a checked certificate, TLS keeps nobody out who can get between.
        config.ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable });
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(limits::POSTGRES_CONNECT_TIME_MAX);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(limits::POSTGRES_BEGIN_TIME_MAX);
        }
        config.keepalives_idle(Duration::from_secs(10));
        if config.get_keepalives_interval().is_none() {
            config.keepalives_interval(Duration::from_secs(5)).keepalives_retries(3);
        }
        // After a failover the old primary, or a standby, must not be taken for the store.
        if config.get_target_session_attrs() == TargetSessionAttrs::Any {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        Ok(Server { config, tls })
    }
}

/// Takes libpq's `sslrootcert` out of `url`, which the client does not know, and `sslmode` values that it lacks.
fn tls_of(url: &str) -> Result<(String, Option<Tls>), String> {
    let Some((before, query)) = url.split_once('?') else { return Ok((url.to_owned(), None)) };
    let (mut kept, mut authorities) = (Vec::new(), None);
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslrootcert", file)) => authorities = Some(percent_decoded(file)?),
            // We always check both the authority and the name.
            Some(("sslmode", "verify-ca" | "verify-full")) => kept.push("sslmode=require"),
            _ => kept.push(pair),
        }
    }
    let tls = match authorities {
        Some(file) if kept.contains(&"sslmode=require") => Some(Tls::trusting(Path::new(&file))?),
        Some(_) => return Err("sslrootcert is of use only with sslmode=require".to_owned()),
        None => None,
    };
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    Ok((format!("{before}{query}"), tls))
}

fn percent_decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            bytes.push(byte);
            rest = after;
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(decoded.ok_or_else(|| format!("sslrootcert: '{text}' has a % without two digits"))?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| "sslrootcert is not UTF-8".to_owned())
}

/// A server, or several of which one takes writes, and how to get there.
pub(super) struct Server {
    pub(super) config: Config,
    pub(super) tls: Option<Tls>,
}

impl Server {
    /// Hosts that are reached over a network in clear.
    pub(super) fn in_clear(&self) -> Vec<&str> {
        let hosts = self.config.get_hosts().iter().filter_map(|host| match host {
            Host::Tcp(name) => Some(name.as_str()),
            #[cfg(unix)]
            Host::Unix(_) => None,
        });
        let is_local = |host: &str| {
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        };
        if self.tls.is_some() { Vec::new() } else { hosts.filter(|host| !is_local(host)).collect() }
    }
}

impl fmt::Display for Server {
    /// Host and database, never a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL database '{}' at ", self.config.get_dbname().unwrap_or("?"))?;
        for (index, host) in self.config.get_hosts().iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            match host {
                Host::Tcp(name) => f.write_str(name)?,
                #[cfg(unix)]
                Host::Unix(path) => write!(f, "{}", path.display())?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.server();
        let place =
            place.map_or_else(|_| "a URL that cannot be used".to_owned(), |server| server.to_string());
        f.debug_struct("PostgresOptions")
            .field("place", &place)
            .field("writers", &self.writers)
            .field("readers", &self.readers)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_decoded() {
        assert_eq!(percent_decoded("/a%2Fb%20c").as_deref(), Ok("/a/b c"));
        for wrong in ["%", "%2", "%zz", "%ff"] {
            assert!(percent_decoded(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_goes_over_a_network_in_clear_is_known() {
        for (url, expected) in [
            ("postgres://db.example.com/d", vec!["db.example.com"]),
            ("postgres://127.0.0.1/d", vec![]),
            ("postgres://localhost,10.0.0.1/d", vec!["10.0.0.1"]),
            ("postgres://u@%2Frun/d", vec![]),
        ] {
            assert_eq!(PostgresOptions::new(url).server().unwrap().in_clear(), expected, "{url}");
        }
    }
}
