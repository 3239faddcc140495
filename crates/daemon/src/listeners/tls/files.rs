//! Certificates from PEM files.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::by_name::Named;
use crate::config::Certificate;
use crate::problem::Problem;

/// Certificates of one chain at most.
const CHAIN_MAX: usize = 16;

/// The certificates in `files`.
pub(super) fn load(files: &[Certificate], provider: &Arc<CryptoProvider>) -> Result<Vec<Named>, Problem> {
    files.iter().map(|files| load_one(files, provider)).collect()
}

fn load_one(files: &Certificate, provider: &Arc<CryptoProvider>) -> Result<Named, Problem> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.chain)
        .and_then(|found| found.take(CHAIN_MAX).collect())
        .map_err(|error| wrong(&files.chain, error))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| wrong(&files.key, error))?;
    named(chain, key, provider).map_err(|cause| wrong(&files.chain, cause))
}

/// A certificate that fits its key, with the names in it.
pub(super) fn named(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: &Arc<CryptoProvider>,
) -> Result<Named, String> {
    let first = chain.first().ok_or("there is no certificate in it")?;
    let parsed =
        webpki::EndEntityCert::try_from(first).map_err(|error| format!("not a certificate: {error}"))?;
    let names: Vec<String> = parsed.valid_dns_names().map(str::to_ascii_lowercase).collect();
    let key = provider.key_provider.load_private_key(key).map_err(|error| error.to_string())?;
    let certified = CertifiedKey::new(chain, key);
    certified.keys_match().map_err(|error| format!("it does not fit its private key: {error}"))?;
    Ok(Named { names, key: Arc::new(certified) })
}

fn wrong(file: &Path, cause: impl std::fmt::Display) -> Problem {
    Problem::usage(format!("tls.certificates: {} cannot be used", file.display()), cause).advise(
        "chain: PEM certificates, the host's own first; key: one PEM private key (PKCS #8, PKCS #1 or SEC 1)",
    )
}
