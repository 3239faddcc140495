//! Files of certificates.

use std::path::PathBuf;

use super::Setting;

/// Certificates at most.
const CERTIFICATES_MAX: usize = 1_000;

/// A certificate chain and its private key, as PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// The chain, the host's own certificate first.
    pub(crate) chain: PathBuf,
    /// The private key.
    pub(crate) key: PathBuf,
}

/// The configured certificates.
#[derive(Debug, Clone)]
pub(crate) struct CertificateFiles(pub(crate) Vec<Certificate>);

impl Setting for CertificateFiles {
    fn allowed() -> String {
        format!(
            "a list of at most {CERTIFICATES_MAX} tables, each {{ chain = \"FILE\", key = \"FILE\" }} and nothing else"
        )
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let certificate = |value: &toml::Value| {
            let table = value.as_table().filter(|table| table.len() == 2)?;
            let file =
                |name: &str| table.get(name)?.as_str().filter(|file| !file.is_empty()).map(PathBuf::from);
            Some(Certificate { chain: file("chain")?, key: file("key")? })
        };
        let certificates: Vec<Certificate> =
            value.as_array()?.iter().map(certificate).collect::<Option<_>>()?;
        (certificates.len() <= CERTIFICATES_MAX).then_some(Self(certificates))
    }

    fn show(&self) -> toml::Value {
        let table = |certificate: &Certificate| {
            let text = |path: &PathBuf| toml::Value::String(path.display().to_string());
            let entries = [("chain", text(&certificate.chain)), ("key", text(&certificate.key))];
            toml::Value::Table(entries.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
        };
        toml::Value::Array(self.0.iter().map(table).collect())
    }
}
