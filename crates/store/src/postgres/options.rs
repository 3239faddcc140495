//! Where the database is, and what every connection is set to.

use std::fmt;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use crate::limits;

/// How a node reaches PostgreSQL.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/database?…` or libpq's `key=value` words. Several hosts may be named: the
    /// one that takes writes is used.
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
        }
    }

    /// The client's settings. `Err` says what is wrong with the URL, without its password.
    pub(super) fn config(&self) -> Result<Config, String> {
        let mut config: Config = self.url.parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
            format!("the store's URL cannot be read: {error} {cause}")
        })?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err("sslmode=require is not supported yet: use a Unix socket, a private network or a \
                        TLS-terminating proxy beside the node, and leave sslmode out"
                .to_owned());
        }
        config.ssl_mode(SslMode::Disable);
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
        Ok(config)
    }
}

/// Host and database, never a password.
pub(super) fn describe(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    format!("PostgreSQL database '{}' at {}", config.get_dbname().unwrap_or("?"), hosts.join(", "))
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.config().map_or_else(|_| "a URL that cannot be read".to_owned(), |c| describe(&c));
        f.debug_struct("PostgresOptions")
            .field("place", &place)
            .field("writers", &self.writers)
            .field("readers", &self.readers)
            .finish()
    }
}
