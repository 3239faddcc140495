//! HTTP/1.1 on one stream: limits of time and size, whole bodies, an end after the request in flight.
//!
//! Knows nothing of this program, so that `bench` can put a handler that does nothing behind the very same code.

use std::convert::Infallible;
use std::future::Future;
use std::io::{Error, Result};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header, request};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

/// Most header lines of a request.
const HEADERS_MAX: usize = 100;
/// Largest head of a request, bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Bodies that are too large are still taken up to this many times the limit, so that the client gets to read why it is
/// refused.
const EXCESS_FACTOR: usize = 8;

/// Limits of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// For the head of a request, and between requests.
    pub(crate) head_time_max: Duration,
    /// For the body of a request.
    pub(crate) body_time_max: Duration,
    /// Largest body that is handed on.
    pub(crate) body_bytes_max: usize,
}

/// The life of one connection. Each request is answered by `answer`, which gets its head and its whole body, or `None` for
/// one over the limit; once `stopping` ends, the connection does after the request in flight.
pub(crate) async fn serve<S, A, F>(
    stream: S,
    limits: Limits,
    stopping: impl Future<Output = ()>,
    answer: A,
) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Fn(request::Parts, Option<Bytes>) -> F,
    F: Future<Output = Response<Bytes>>,
{
    let answer = &answer;
    let service = service_fn(|request: Request<Incoming>| async move {
        let (head, body) = request.into_parts();
        let body =
            match tokio::time::timeout(limits.body_time_max, collect(body, limits.body_bytes_max)).await {
                Ok(Ok(body)) => body,
                Ok(Err(_)) => return Ok(closing(StatusCode::BAD_REQUEST)),
                Err(_) => return Ok(closing(StatusCode::REQUEST_TIMEOUT)),
            };
        let too_large = body.is_none();
        let mut response = answer(head, body).await.map(Full::new);
        if too_large {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok::<_, Infallible>(response)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time_max)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        // Head and body in one piece: to copy a body costs less than a call of the kernel with two pieces.
        .writev(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    ended.map_err(Error::other)
}

/// The body, or `None` when it is over the limit.
async fn collect(mut body: Incoming, bytes_max: usize) -> std::result::Result<Option<Bytes>, hyper::Error> {
    let taken_max = bytes_max.saturating_mul(1 + EXCESS_FACTOR);
    // The size is the peer's word: it saves copies, and is never believed beyond the limit.
    let announced = body.size_hint().lower();
    if announced > taken_max as u64 {
        return Ok(None);
    }
    let mut collected: Option<Vec<u8>> = None;
    let mut size_bytes = 0;
    let mut whole = Bytes::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        size_bytes += data.len();
        if size_bytes > taken_max {
            break;
        }
        if size_bytes > bytes_max {
            continue;
        }
        match &mut collected {
            // Most bodies come in one piece, which is handed on as it is.
            None if whole.is_empty() => whole = data,
            None => {
                let mut bytes = Vec::with_capacity(announced.min(bytes_max as u64) as usize);
                bytes.extend_from_slice(&whole);
                bytes.extend_from_slice(&data);
                collected = Some(bytes);
            }
            Some(bytes) => bytes.extend_from_slice(&data),
        }
    }
    Ok((size_bytes <= bytes_max).then(|| collected.map_or(whole, Bytes::from)))
}

/// An answer without a body that ends the connection.
fn closing(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
