//! HTTP/1.1 connections.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use postroom_admin_api::limits::BODY_BYTES_MAX;
use postroom_admin_api::{Api, Peer, respond};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::requested;

/// Time for the head of a request, also the time a kept connection may idle.
const HEAD_TIME_MAX: Duration = Duration::from_secs(60);
/// Time for the body of a request.
const BODY_TIME_MAX: Duration = Duration::from_secs(60);

/// What HTTP listeners serve.
pub(crate) struct Http {
    pub(crate) api: Arc<Api>,
}

/// The life of one connection. When `drain` turns true it ends after the request in flight.
pub(crate) async fn connection(
    stream: TcpStream,
    client: IpAddr,
    http: Arc<Http>,
    mut drain: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let http = Arc::clone(&http);
        async move { Ok::<_, Infallible>(answer(&http, client, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = requested(&mut drain) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(http: &Http, client: IpAddr, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let collected = tokio::time::timeout(BODY_TIME_MAX, Limited::new(body, BODY_BYTES_MAX).collect()).await;
    let body = match collected {
        Ok(Ok(body)) => Some(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => None,
        _ => return plain(http::StatusCode::REQUEST_TIMEOUT),
    };
    let peer = Peer { address: client.to_canonical(), secure: false };
    respond(&http.api, peer, &head, body).await.map(Full::new)
}

fn plain(status: http::StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
