//! TLS: which certificate a client gets, replaced without a restart.

mod by_name;
mod files;
mod own;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use postroom_types::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use tokio_rustls::TlsAcceptor;

use crate::config::Config;
use crate::problem::Problem;
use by_name::ByName;

/// The certificates in force.
pub(crate) struct Certificates {
    names: Arc<Swapped>,
    server: Arc<ServerConfig>,
    /// The same without ALPN: mail clients offer protocols of their own there, or none.
    mail_server: Arc<ServerConfig>,
}

/// What rustls asks for a certificate; the names are swapped below it.
#[derive(Debug)]
struct Swapped(ArcSwap<ByName>);

impl rustls::server::ResolvesServerCert for Swapped {
    fn resolve(&self, hello: rustls::server::ClientHello<'_>) -> Option<Arc<rustls::sign::CertifiedKey>> {
        self.0.load().find(hello.server_name())
    }
}

impl Certificates {
    /// The certificates of `config`; without any, one signed by our own CA in `<data>/tls/ca.pem`.
    pub(crate) fn load(config: &Config, now: Timestamp) -> Result<Self, Problem> {
        let names = Arc::new(Swapped(ArcSwap::from_pointee(names(config, now)?)));
        let mut server = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| {
                Problem::told("cannot set up TLS", error).advise("report it: this build has no TLS")
            })?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&names) as _);
        let mail_server = Arc::new(server.clone());
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { names, server: Arc::new(server), mail_server })
    }

    /// Reads the certificates again; connections that are open keep theirs. Nothing changes on error.
    pub(crate) fn reload(&self, config: &Config, now: Timestamp) -> Result<(), Problem> {
        self.names.0.store(Arc::new(names(config, now)?));
        Ok(())
    }

    /// What takes the handshake of a mail client.
    pub(crate) fn mail_acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.mail_server))
    }

    /// What takes a connection's handshake.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.server))
    }
}

/// Whether the configured certificates can be used; says what is wrong with the first that cannot.
pub(crate) fn check(config: &Config) -> Result<(), Problem> {
    files::load(&config.certificates, &provider()).map(drop)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn names(config: &Config, now: Timestamp) -> Result<ByName, Problem> {
    if !config.certificates.is_empty() {
        return Ok(ByName::new(files::load(&config.certificates, &provider())?));
    }
    let hosts = [&config.hosts.mail, &config.hosts.mx, &config.hosts.autodiscover].map(String::as_str);
    let listening = config.https.iter().chain(&config.imap).chain(&config.imaps);
    let mut addresses: Vec<IpAddr> =
        listening.map(|address| address.ip()).filter(|address| !address.is_unspecified()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let own = own::make(&config.data.join("tls"), &hosts, &addresses, now, &provider())?;
    Ok(ByName::new(vec![own]))
}

/// Where the CA of our own certificate is, unless certificates are configured.
pub(crate) fn ca_file(config: &Config) -> Option<std::path::PathBuf> {
    config.certificates.is_empty().then(|| Path::new(&config.data).join("tls").join("ca.pem"))
}
