//! The master key: outside the store, so that a stolen disk or backup without it is worth nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::derive::hkdf;
use super::{SealError, Secret};
use crate::durable::{create_folders, sync_folder};
use crate::{OpenError, Random};

/// Wraps and unwraps data keys, once for each place that is opened.
///
/// Called from async tasks, so it must answer at once, as a key in memory does. A KMS fits behind it once the callers
/// in `keyring` await it.
pub trait MasterKey: Send + Sync {
    /// `key`, sealed and bound to `context`.
    fn wrap(&self, random: &dyn Random, context: &[u8], key: &Secret) -> Result<Vec<u8>, SealError>;
    /// The key that [`MasterKey::wrap`] sealed for `context`.
    ///
    /// `WrongMasterKey` when it does not open, `MasterKeyUnavailable` when it may open later.
    fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Secret, SealError>;
}

// A wrapped key: | version 1 | nonce 12 | sealed key 32 | tag 16 |, context authenticated.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;

/// A master key in a file: 32 random bytes, readable by its owner only.
pub struct FileMasterKey {
    wrapping: LessSafeKey,
}

impl FileMasterKey {
    /// Reads the key in `path`.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let file = File::open(path).map_err(|error| failed(path, &error.to_string()))?;
        let mode = file.metadata().map_or(0o600, |metadata| metadata.permissions().mode());
        if mode & 0o077 != 0 {
            tracing::warn!(path = %path.display(), "other users may read the master key: set its mode to 0600");
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        (&file).take(33).read_to_end(&mut bytes).map_err(|error| failed(path, &error.to_string()))?;
        let secret =
            Secret::from_slice(&bytes).ok_or_else(|| failed(path, "it must have exactly 32 bytes"))?;
        Ok(Self::new(&secret))
    }

    /// Creates `path` with a new key and reads it; a file that is there is never overwritten, but read.
    ///
    /// The key is on the disk under its name when this returns, also when an earlier process created it and died
    /// before it synced the folder.
    pub fn create_or_open(path: &Path, random: &dyn Random) -> Result<Self, OpenError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let created = create_folders(folder).and_then(|()| {
            if !path.try_exists()? {
                create(folder, path, random)?;
            }
            sync_folder(folder)
        });
        created.map_err(|error| failed(path, &error.to_string()))?;
        Self::open(path)
    }

    /// The key of these bytes.
    pub fn new(secret: &Secret) -> Self {
        let mut key = Secret::new([0; 32]);
        hkdf(secret.expose(), b"postroom master key", &[b"wrap data keys"], key.bytes_mut());
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).expect("the key has 32 bytes");
        Self { wrapping: LessSafeKey::new(key) }
    }
}

impl MasterKey for FileMasterKey {
    fn wrap(&self, random: &dyn Random, context: &[u8], key: &Secret) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_BYTES] = random.bytes();
        let mut body = Zeroizing::new(Vec::with_capacity(32 + 16));
        body.extend_from_slice(key.expose());
        let sealed = self.wrapping.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context),
            &mut *body,
        );
        sealed.map_err(|_| SealError::MasterKeyUnavailable("the cipher failed".to_owned()))?;
        let mut wrapped = vec![VERSION];
        wrapped.extend_from_slice(&nonce);
        wrapped.extend_from_slice(&body);
        Ok(wrapped)
    }

    fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Secret, SealError> {
        let (&version, rest) = wrapped.split_first().ok_or(SealError::NotAuthentic)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::NotAuthentic)?;
        if version != VERSION {
            return Err(SealError::NotAuthentic);
        }
        let mut body = Zeroizing::new(body.to_vec());
        let opened = self
            .wrapping
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut body)
            .map_err(|_| SealError::WrongMasterKey)?;
        Secret::from_slice(opened).ok_or(SealError::NotAuthentic)
    }
}

/// Writes the key beside `path` and links it there, so that a crash leaves the whole key or none and a key that
/// another process put there in the meantime stays.
fn create(folder: &Path, path: &Path, random: &dyn Random) -> std::io::Result<()> {
    let beside = folder.join(format!(".master.key.{}", postroom_types::hex(&random.bytes::<8>())));
    let mut secret = Secret::new([0; 32]);
    random.fill(secret.bytes_mut());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    let written = file.write_all(secret.expose()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| match fs::hard_link(&beside, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&beside);
    linked.and(removed)
}

fn failed(path: &Path, cause: &str) -> OpenError {
    OpenError { what: format!("the master key {}", path.display()), cause: cause.to_owned() }
}
