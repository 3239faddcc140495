//! IMAP connections: STARTTLS on the way, the rest is the session's.

use std::io::Result;
use std::sync::Arc;

use postroom_imap_server::{Ended, Peer, serve};
use tokio::io::{AsyncRead, AsyncWrite};

use super::Shared;
use super::client::Client;

/// A connection that begins in clear.
pub(crate) async fn connection<S>(stream: S, client: Client, shared: &Arc<Shared>) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    // Within this machine nobody can listen.
    let secure = client.secure || client.address.is_loopback();
    let peer = Peer { address: client.address, secure, may_start_tls: !client.secure };
    let Ended::StartTls(stream) = serve(&shared.imap, stream, peer, true, shared.stopping()).await? else {
        return Ok(());
    };
    let handshake = shared.tls.mail_acceptor().accept(stream);
    let stream = tokio::time::timeout(shared.limits.head_time_max, handshake).await??;
    encrypted(stream, client, shared, false).await
}

/// A connection that is encrypted. After STARTTLS there is no second greeting.
pub(crate) async fn encrypted<S>(stream: S, client: Client, shared: &Arc<Shared>, greet: bool) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let peer = Peer { address: client.address, secure: true, may_start_tls: false };
    serve(&shared.imap, stream, peer, greet, shared.stopping()).await.map(drop)
}
