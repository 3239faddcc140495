//! Listeners: accept, hand to a protocol, drain.

pub(crate) mod http;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// Connections open at once; more wait in the kernel's queue.
const CONNECTIONS_MAX: u32 = 16_384;
/// Time for what is in flight when the daemon stops; what is left then is cut off.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(30);

/// Serves `listener` until `drain` turns true, then finishes what is in flight.
pub(crate) async fn serve(listener: TcpListener, http: Arc<http::Http>, mut drain: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX as usize));
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = requested(&mut drain) => break,
        };
        let Some((place, stream, peer)) = accepted else { continue };
        let (http, drain) = (Arc::clone(&http), drain.clone());
        tokio::spawn(async move {
            http::connection(stream, peer.ip(), http, drain).await;
            drop(place);
        });
    }
    drop(listener);
    // Every place is free again: every connection has ended.
    if tokio::time::timeout(DRAIN_TIME_MAX, places.acquire_many(CONNECTIONS_MAX)).await.is_err() {
        tracing::warn!("connections that did not end in time are cut off");
    }
}

type Accepted = (tokio::sync::OwnedSemaphorePermit, tokio::net::TcpStream, std::net::SocketAddr);

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            drop(stream.set_nodelay(true));
            Some((place, stream, peer))
        }
        Err(error) => {
            // Out of descriptors, mostly: the pause lets connections end.
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

/// Ends when the daemon drains.
async fn requested(drain: &mut watch::Receiver<bool>) {
    drop(drain.wait_for(|draining| *draining).await);
}
