//! HTTP/1.1 connections: who the client is, the whole body, then the protocol behind path and host.

use std::convert::Infallible;
use std::io::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use postroom_admin_api::limits::BODY_BYTES_MAX;
use postroom_admin_api::{Api, Peer, respond};
use tokio::io::{AsyncRead, AsyncWrite};

use super::client::Client;
use super::{Shared, forwarded};

/// Most header lines of a request.
const HEADERS_MAX: usize = 100;
/// Largest head of a request, bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a body that is too large which are still taken, so that the client gets to read why it is refused.
const EXCESS_BYTES_MAX: usize = 8 * BODY_BYTES_MAX;

/// What HTTP carries.
pub(crate) struct Http {
    /// The admin API.
    pub(crate) api: Arc<Api>,
}

/// The life of one connection. When the daemon stops it ends after the request in flight.
pub(crate) async fn connection<S>(stream: S, client: Client, shared: &Arc<Shared>) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let told = AtomicBool::new(false);
    let service = service_fn(|request| {
        let (shared, told) = (Arc::clone(shared), &told);
        async move { Ok::<_, Infallible>(answer(&shared, client, told, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.head_time_max)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shared.stopping() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    ended.map_err(Error::other)
}

async fn answer(
    shared: &Shared,
    connection: Client,
    told: &AtomicBool,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let client = who(shared, connection, told, &head.headers);
    let body = match tokio::time::timeout(shared.limits.body_time_max, collect(body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return closing(StatusCode::BAD_REQUEST),
        Err(_) => return closing(StatusCode::REQUEST_TIMEOUT),
    };
    let too_large = body.is_none();
    let peer = Peer { address: client.address, secure: client.secure };
    let mut response = respond(&shared.http.api, peer, &head, body).await.map(Full::new);
    if too_large {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The client of one request. A forwarding header that is ignored is logged once a connection.
fn who(shared: &Shared, connection: Client, told: &AtomicBool, headers: &HeaderMap) -> Client {
    if !forwarded::is_named(headers) {
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

/// The body, or `None` when it is over the limit.
async fn collect(mut body: Incoming) -> std::result::Result<Option<Bytes>, hyper::Error> {
    // The size is the peer's word: it saves copies, and is never believed beyond the limit.
    let announced = body.size_hint().lower();
    if announced > (BODY_BYTES_MAX + EXCESS_BYTES_MAX) as u64 {
        return Ok(None);
    }
    let mut collected = Vec::with_capacity(announced.min(BODY_BYTES_MAX as u64) as usize);
    let mut size_bytes = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        size_bytes += data.len();
        if size_bytes > BODY_BYTES_MAX + EXCESS_BYTES_MAX {
            break;
        }
        if size_bytes <= BODY_BYTES_MAX {
            collected.extend_from_slice(&data);
        }
    }
    Ok((size_bytes <= BODY_BYTES_MAX).then(|| collected.into()))
}

/// An answer without a body that ends the connection.
fn closing(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
