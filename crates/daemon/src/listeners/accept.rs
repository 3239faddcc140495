//! From an accepted socket to its protocol.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::timed::Timed;
use super::{Kind, Listener, Shared, client, http, imap};

/// Pause after a failed accept: mostly out of descriptors, and connections need time to end.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a peer is silent before the kernel asks, how often it asks again, and how many times in vain: ten minutes.
const ASKED_AFTER: Duration = Duration::from_secs(5 * 60);
/// See [`ASKED_AFTER`].
const ASKED_EVERY: Duration = Duration::from_secs(60);
/// See [`ASKED_AFTER`].
const ASKED_TIMES: u32 = 5;

/// Serves `listener` until the daemon stops, then finishes what is in flight.
pub(crate) async fn serve(listener: Listener, shared: Arc<Shared>) {
    let connections = shared.limits.connections;
    let places = Arc::new(Semaphore::new(connections as usize));
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = shared.stopping() => break,
        };
        let Some((place, stream, peer)) = accepted else { continue };
        let (kind, shared) = (listener.kind, Arc::clone(&shared));
        tokio::spawn(async move {
            if let Err(error) = connection(kind, stream, peer, &shared).await {
                tracing::debug!(listener = kind.name(), %peer, %error, "a connection ended early");
            }
            drop(place);
        });
    }
    let (name, address) = (listener.kind.name(), listener.address);
    drop(listener);
    // When every place is free again, every connection has ended.
    let ended = tokio::time::timeout(shared.limits.drain_time_max, places.acquire_many(connections));
    if ended.await.is_err() {
        let open = connections as usize - places.available_permits();
        tracing::warn!(listener = name, %address, open, "connections that did not end in time are cut off");
    }
}

async fn accept(
    listener: &Listener,
    places: &Arc<Semaphore>,
) -> Option<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.socket.accept().await {
        Ok((stream, peer)) => Some((place, stream, peer)),
        Err(error) => {
            tracing::warn!(listener = listener.kind.name(), %error, "a connection could not be accepted");
            tokio::time::sleep(PAUSE).await;
            None
        }
    }
}

/// Lets the kernel ask a silent peer whether it is there: a machine that went without a word does not hold a place until
/// the session's own patience ends.
fn keep_alive(stream: &TcpStream) -> std::io::Result<()> {
    rustix::net::sockopt::set_socket_keepalive(stream, true)?;
    rustix::net::sockopt::set_tcp_keepidle(stream, ASKED_AFTER)?;
    rustix::net::sockopt::set_tcp_keepintvl(stream, ASKED_EVERY)?;
    rustix::net::sockopt::set_tcp_keepcnt(stream, ASKED_TIMES)?;
    Ok(())
}

/// One connection from its first byte to its last.
async fn connection(
    kind: Kind,
    mut stream: TcpStream,
    peer: SocketAddr,
    shared: &Arc<Shared>,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    keep_alive(&stream)?;
    let head_time_max = shared.limits.head_time_max;
    let begun = tokio::select! {
        begun = tokio::time::timeout(head_time_max, client::learn(kind, &mut stream, peer, shared)) => begun?,
        () = shared.stopping() => return Ok(()),
    };
    let mut client = begun?;
    let stream = Timed::new(stream, shared.limits.body_time_max);
    // Each boxed: thousands of connections wait, none in the room that the largest protocol would need.
    match kind {
        Kind::Http => Box::pin(http::connection(stream, client, shared)).await,
        Kind::Https => {
            let acceptor = shared.tls.acceptor();
            let stream = tokio::time::timeout(head_time_max, Box::pin(acceptor.accept(stream))).await??;
            client.secure = true;
            Box::pin(http::connection(stream, client, shared)).await
        }
        Kind::Imap => {
            let place = imap::place(&client, shared)?;
            Box::pin(imap::connection(stream, client, place, shared)).await
        }
        Kind::Imaps => {
            let place = imap::place(&client, shared)?;
            let acceptor = shared.tls.mail_acceptor();
            let stream = tokio::time::timeout(head_time_max, Box::pin(acceptor.accept(stream))).await??;
            Box::pin(imap::encrypted(stream, client, place, shared, true)).await
        }
    }
}
