//! What several test files share.
#![allow(dead_code, missing_docs, reason = "each test file uses a part")]

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use postroom_directory::DirectoryError;
use postroom_directory::directory::DirectoryTx;
use postroom_directory::seal::Sealer;
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Store};
use zeroize::Zeroizing;

/// Seals under a key that tests know.
pub struct TestSealer(LessSafeKey);

pub fn sealer() -> Arc<dyn Sealer> {
    let key = UnboundKey::new(&AES_256_GCM_SIV, &[7; 32]).unwrap();
    Arc::new(TestSealer(LessSafeKey::new(key)))
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

impl Sealer for TestSealer {
    fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let mut sealed = plain.to_vec();
        self.0.seal_in_place_append_tag(nonce(), Aad::from(context), &mut sealed).unwrap();
        sealed
    }
    fn open(&self, context: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let plain = self.0.open_in_place(nonce(), Aad::from(context), &mut sealed).ok()?;
        Some(Zeroizing::new(plain.to_vec()))
    }
}

/// A change of the directory by the operator.
pub fn directory<T, F>(store: &Store, work: F) -> Result<T, DirectoryError>
where
    T: Send + 'static,
    F: Fn(&mut DirectoryTx<'_, '_>) -> Result<T, DirectoryError> + Send + 'static,
{
    store.write_blocking(Place::Directory, move |tx| {
        work(&mut DirectoryTx::begin(tx, &Permitted::operator("test")))
    })
}
