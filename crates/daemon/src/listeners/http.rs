//! HTTP connections: who the client of a request is, then the protocol behind path and host.

use std::io::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::HeaderMap;
use postroom_admin_api::limits::BODY_BYTES_MAX;
use postroom_admin_api::{Api, Peer, respond};
use tokio::io::{AsyncRead, AsyncWrite};

use super::client::Client;
use super::http1::{self, Limits};
use super::{Shared, forwarded};

/// What HTTP carries.
pub(crate) struct Http {
    /// The admin API.
    pub(crate) api: Arc<Api>,
}

/// The life of one connection. When the daemon stops it ends after the request in flight.
pub(crate) async fn connection<S>(stream: S, connection: Client, shared: &Arc<Shared>) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let told = &AtomicBool::new(false);
    let limits = Limits {
        head_time_max: shared.limits.head_time_max,
        body_time_max: shared.limits.body_time_max,
        body_bytes_max: BODY_BYTES_MAX,
    };
    let answer = |head: http::request::Parts, body| async move {
        let client = who(shared, connection, told, &head.headers);
        let peer = Peer { address: client.address, secure: client.secure };
        respond(&shared.http.api, peer, &head, body).await
    };
    http1::serve(stream, limits, shared.stopping(), answer).await
}

/// The client of one request. A forwarding header that is ignored is logged once a connection.
fn who(shared: &Shared, connection: Client, told: &AtomicBool, headers: &HeaderMap) -> Client {
    if !forwarded::is_named(headers, &shared.proxies) {
        let (other, believed) = (shared.proxies.header.other().name(), shared.proxies.header.name());
        let is_proxy = shared.proxies.trusts(connection.address);
        if is_proxy && headers.contains_key(other) && !told.swap(true, Ordering::Relaxed) {
            let address = connection.address;
            tracing::warn!(
                %address,
                "a trusted proxy has sent {other} and not {believed}, so it is taken for the client: see forwarding_header"
            );
        }
        connection
    } else if shared.proxies.trusts(connection.address) {
        forwarded::client(connection, headers, &shared.proxies)
    } else {
        if !told.swap(true, Ordering::Relaxed) {
            let address = connection.address;
            tracing::info!(%address, "ignored: a forwarding header from an address that is not in trusted_proxies");
        }
        connection
    }
}
