//! Who is at the other end of a connection.

use std::io::{Error, ErrorKind, Result};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::proxy_protocol::{self, FIXED_BYTES, Proxied, SIGNATURE};
use super::{Kind, Shared};

/// How long a trusted proxy may take for its header where the server speaks first.
const PROXY_TIME_MAX: Duration = Duration::from_secs(1);

/// Who is at the other end, as far as the connection tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    /// The address; IPv4-mapped IPv6 is already IPv4.
    pub(crate) address: IpAddr,
    /// Whether its connection is encrypted.
    pub(crate) secure: bool,
}

/// Reads a PROXY header, if there is one, and answers who the client is.
///
/// A header from an address that is not trusted ends the connection. Without a header a trusted proxy is itself the
/// client (it may still name one in HTTP's headers).
///
/// Where the server speaks first, nothing is to be expected of a client before that: only a trusted proxy is waited for,
/// and not for long, since it may also look whether this server is alive.
pub(crate) async fn learn(
    kind: Kind,
    stream: &mut TcpStream,
    peer: SocketAddr,
    shared: &Shared,
) -> Result<Client> {
    let direct = Client { address: peer.ip().to_canonical(), secure: false };
    if kind.server_speaks_first() {
        let mut first = [0; 1];
        let waited = tokio::time::timeout(PROXY_TIME_MAX, stream.peek(&mut first));
        if !shared.proxies.trusts(direct.address) || waited.await.is_err() {
            return Ok(direct);
        }
    }
    // Neither HTTP nor TLS begins with the signature's first byte, so one look is enough for everybody else.
    let mut first = [0; 1];
    if stream.peek(&mut first).await? == 0 || first[0] != SIGNATURE[0] {
        return Ok(direct);
    }
    if !shared.proxies.trusts(direct.address) {
        tracing::warn!(address = %direct.address, "refused: a PROXY header from an address that is not in trusted_proxies");
        return Err(Error::new(ErrorKind::PermissionDenied, "a PROXY header from an untrusted address"));
    }
    let mut fixed = [0; FIXED_BYTES];
    stream.read_exact(&mut fixed).await?;
    let header = proxy_protocol::parse_fixed(fixed).map_err(invalid)?;
    let mut rest = vec![0; header.rest_bytes];
    stream.read_exact(&mut rest).await?;
    match header.parse_rest(&rest).map_err(invalid)? {
        Proxied::Itself => Ok(direct),
        Proxied::For { address, secure } => Ok(Client { address: address.to_canonical(), secure }),
    }
}

fn invalid(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}
