//! Fetching what an identity provider tells of itself: its metadata and its keys.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::header::{ACCEPT, HOST};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use postroom_directory::log_in::{Fetch, Fetching, Issuer, Trust, oidc_limits};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::config::{Config, is_this_machine};
use crate::problem::Problem;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How long one document may take, from the name's look-up to the last byte.
const FETCH_TIME_MAX: Duration = Duration::from_secs(5);

/// The issuer whose access tokens are taken, if the configuration names one.
pub(crate) fn issuer(config: &Config) -> Result<Option<Arc<Issuer>>, Problem> {
    let Some(oauth) = &config.oauth else { return Ok(None) };
    let trust = Trust {
        issuer: oauth.issuer.clone(),
        audience: oauth.audience.clone(),
        user_claim: oauth.user_claim.clone(),
    };
    let is_https = oauth.issuer.starts_with("https:");
    let tls = is_https.then(|| tls(&oauth.authorities)).transpose()?;
    Ok(Some(Arc::new(Issuer::new(trust, Box::new(Web { tls })))))
}

/// Trusts the certificate authorities in the file `authorities`.
fn tls(authorities: &Path) -> Result<TlsConnector, Problem> {
    let wrong = |error: String| {
        Problem::told(format!("oauth.authorities: {} cannot be used", authorities.display()), error)
            .advise("name a file of PEM certificates, the issuer's authority among them")
    };
    let mut roots = RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(authorities).map_err(|error| wrong(error.to_string()))?;
    // Bundles of systems may hold some that are not understood.
    let (_, _) = roots.add_parsable_certificates(found.flatten());
    if roots.is_empty() {
        return Err(wrong("it holds no certificate".to_owned()));
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Documents of the web: over TLS, or in clear from this machine.
struct Web {
    /// `None`: the issuer is on this machine.
    tls: Option<TlsConnector>,
}

impl Fetch for Web {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            match tokio::time::timeout(FETCH_TIME_MAX, self.get(url)).await {
                Ok(Ok(document)) => Ok(document),
                Ok(Err(error)) => Err(format!("{url}: {error}")),
                Err(_) => Err(format!("{url}: no answer in {} seconds", FETCH_TIME_MAX.as_secs())),
            }
        })
    }
}

impl Web {
    async fn get(&self, url: &str) -> Result<Vec<u8>, BoxError> {
        let uri: Uri = url.parse()?;
        let host = uri.host().ok_or("no host")?.trim_start_matches('[').trim_end_matches(']').to_owned();
        match (uri.scheme_str(), &self.tls) {
            (Some("https"), Some(tls)) => {
                let stream = TcpStream::connect((&*host, uri.port_u16().unwrap_or(443))).await?;
                let stream = tls.connect(ServerName::try_from(host)?, stream).await?;
                get(stream, &uri).await
            }
            (Some("http"), None) if is_this_machine(&host) => {
                get(TcpStream::connect((&*host, uri.port_u16().unwrap_or(80))).await?, &uri).await
            }
            _ => Err("neither https as the issuer, nor http on this machine as the issuer".into()),
        }
    }
}

async fn get<S>(stream: S, uri: &Uri) -> Result<Vec<u8>, BoxError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().ok_or("no host")?.as_str();
    let request = http::Request::get(path).header(HOST, authority).header(ACCEPT, "application/json");
    let request = request.body(Empty::<Bytes>::new())?;
    let answer = async {
        let answer = sender.send_request(request).await?;
        if answer.status() != http::StatusCode::OK {
            return Err(format!("the answer is {}", answer.status()).into());
        }
        let body = Limited::new(answer.into_body(), oidc_limits::DOCUMENT_BYTES_MAX).collect().await?;
        Ok::<_, BoxError>(body.to_bytes().to_vec())
    };
    let mut answer = std::pin::pin!(answer);
    let mut connection = std::pin::pin!(connection);
    // The connection carries the answer; it may end before the answer has been looked at.
    tokio::select! {
        answer = &mut answer => answer,
        ended = &mut connection => {
            ended?;
            answer.await
        }
    }
}
