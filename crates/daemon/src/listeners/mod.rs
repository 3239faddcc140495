//! Listeners: accept, learn who the client is, hand to a protocol, drain.

mod accept;
mod client;
mod forwarded;
pub(crate) mod http;
mod http1;
mod imap;
mod proxies;
mod proxy_protocol;
mod timed;
pub(crate) mod tls;

use std::net::SocketAddr;
use std::sync::Arc;

use postroom_imap_server::Imap;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::config::Limits;
use crate::problem::Problem;
pub(crate) use accept::serve;
pub(crate) use proxies::Proxies;

/// What all listeners share.
pub(crate) struct Shared {
    /// What HTTP carries.
    pub(crate) http: http::Http,
    /// What IMAP sessions share.
    pub(crate) imap: Arc<Imap>,
    /// Certificates.
    pub(crate) tls: Arc<tls::Certificates>,
    /// Who is believed about the client's address.
    pub(crate) proxies: Proxies,
    /// Limits of connections.
    pub(crate) limits: Limits,
    /// Turns true when the daemon stops.
    pub(crate) drain: watch::Receiver<bool>,
}

impl Shared {
    /// Ends when the daemon stops.
    async fn stopping(&self) {
        let mut drain = self.drain.clone();
        drop(drain.wait_for(|draining| *draining).await);
    }
}

/// What a listener speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// HTTP in clear.
    Http,
    /// HTTP over TLS.
    Https,
    /// IMAP, with STARTTLS.
    Imap,
    /// IMAP over TLS.
    Imaps,
}

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Self; 4] = [Self::Http, Self::Https, Self::Imap, Self::Imaps];

    /// Whether a client waits for a greeting.
    pub(crate) fn server_speaks_first(self) -> bool {
        match self {
            Self::Imap => true,
            // Over TLS the client's hello comes first.
            Self::Http | Self::Https | Self::Imaps => false,
        }
    }

    /// The name in `endpoints.json`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Imap => "imap",
            Self::Imaps => "imaps",
        }
    }
}

/// A socket that listens.
pub(crate) struct Listener {
    pub(crate) kind: Kind,
    /// Where it listens, with the port that it got.
    pub(crate) address: SocketAddr,
    pub(crate) socket: TcpListener,
}

impl Listener {
    /// Listens on `address`.
    pub(crate) async fn bind(kind: Kind, address: SocketAddr) -> Result<Self, Problem> {
        let problem = |error: std::io::Error| {
            let problem = Problem::new(format!("{}.listen: cannot listen on {address}", kind.name()), &error);
            match error.kind() {
                std::io::ErrorKind::AddrInUse => problem.advise(
                    "another process listens there: end it, choose another port, or use --any-port to try things out",
                ),
                std::io::ErrorKind::PermissionDenied => problem.advise(
                    "ports below 1024 need the capability CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=)",
                ),
                _ => problem,
            }
        };
        let socket = TcpListener::bind(address).await.map_err(problem)?;
        let address = socket.local_addr().map_err(problem)?;
        Ok(Self { kind, address, socket })
    }
}
