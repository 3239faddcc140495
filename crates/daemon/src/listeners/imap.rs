//! IMAP connections: STARTTLS on the way, the rest is the session's.

use std::io::{Error, Result};
use std::sync::Arc;

use postroom_imap_server::{Ended, Peer, StrangersPlace, serve};
use tokio::io::{AsyncRead, AsyncWrite};

use super::Shared;
use super::client::Client;

/// A place for a connection until somebody has logged in, TLS handshake included; an error when the address has too many.
pub(crate) fn place(client: &Client, shared: &Shared) -> Result<StrangersPlace> {
    let place = shared.imap.places.stranger(client.address);
    place.ok_or_else(|| Error::other("too many connections of its address wait for a log-in"))
}

/// A connection that begins in clear.
pub(crate) async fn connection<S>(
    stream: S,
    client: Client,
    place: StrangersPlace,
    shared: &Arc<Shared>,
) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    // Within this machine nobody can listen.
    let secure = client.secure || client.address.is_loopback();
    let peer = Peer { address: client.address, secure, may_start_tls: !client.secure };
    let served = serve(&shared.imap, stream, peer, place, true, shared.stopping()).await?;
    let Ended::StartTls(stream, place) = served else { return Ok(()) };
    let handshake = shared.tls.mail_acceptor().accept(stream);
    let stream = tokio::time::timeout(shared.limits.head_time_max, handshake).await??;
    encrypted(stream, client, place, shared, false).await
}

/// A connection that is encrypted. After STARTTLS there is no second greeting.
pub(crate) async fn encrypted<S>(
    stream: S,
    client: Client,
    place: StrangersPlace,
    shared: &Arc<Shared>,
    greet: bool,
) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let peer = Peer { address: client.address, secure: true, may_start_tls: false };
    serve(&shared.imap, stream, peer, place, greet, shared.stopping()).await.map(drop)
}
