//! TLS to the server: the certificate's authority and name are checked.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use postroom_store::{Engine, Options, PostgresOptions, Store};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::config::Host;

use crate::support::{logged, once, store, write};

/// An authority, with its certificate in a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(folder: &tempfile::TempDir, name: &str) -> Self {
        let mut parameters = CertificateParams::new(vec![]).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, issuer.pem()).unwrap();
        Self { issuer, file }
    }

    /// A TLS server for `host`.
    fn server(&self, host: &str) -> tokio_rustls::TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Arc::new(config).into()
    }
}

/// Ends TLS before the server of `config`; without `tls` it answers that it has none. Answers its port.
fn terminate(config: &tokio_postgres::Config, tls: Option<tokio_rustls::TlsAcceptor>) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    let config = config.clone();
    std::thread::spawn(move || {
        postroom_store::testing::block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, config.clone(), tls.clone()));
            }
        });
    });
    port
}

async fn serve(
    mut client: TcpStream,
    config: tokio_postgres::Config,
    tls: Option<tokio_rustls::TlsAcceptor>,
) -> std::io::Result<()> {
    // SSLRequest is eight bytes.
    client.read_exact(&mut [0; 8]).await?;
    let Some(tls) = tls else { return client.write_all(b"N").await };
    client.write_all(b"S").await?;
    let mut client = tls.accept(client).await?;
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match &config.get_hosts()[0] {
        Host::Unix(folder) => {
            let mut server = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await?;
            tokio::io::copy_bidirectional(&mut client, &mut server).await.map(drop)
        }
        Host::Tcp(name) => {
            let mut server = TcpStream::connect((name.as_str(), port)).await?;
            tokio::io::copy_bidirectional(&mut client, &mut server).await.map(drop)
        }
    }
}

#[test]
fn a_server_with_the_right_certificate_is_used_and_others_are_refused() {
    let Some(store) = store() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (right, wrong) = (Authority::new(&folder, "right"), Authority::new(&folder, "wrong"));
    let config: tokio_postgres::Config = store.url().unwrap().parse().unwrap();
    let open = |port: u16, mode: &str| {
        let url = format!(
            "postgres://{}@127.0.0.1:{port}/{}?sslmode={mode}&sslrootcert={}",
            config.get_user().unwrap(),
            config.get_dbname().unwrap(),
            right.file.display()
        );
        let postgres = PostgresOptions { away_wait_max: Duration::ZERO, ..PostgresOptions::new(url) };
        Store::open(Options { engine: Engine::Postgres(postgres), ..once(store.options()) })
    };
    for mode in ["require", "verify-full"] {
        let node = open(terminate(&config, Some(right.server("127.0.0.1"))), mode).unwrap();
        write(&node, 1).unwrap();
        assert!(logged(&node, 1).unwrap() >= 1);
        node.close();
    }
    let cases = [
        (Some(wrong.server("127.0.0.1")), "UnknownIssuer"),
        (Some(right.server("elsewhere.example")), "not valid for name"),
        (None, "does not support TLS"),
    ];
    for (server, why) in cases {
        let error = open(terminate(&config, server), "require").err().unwrap().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}
