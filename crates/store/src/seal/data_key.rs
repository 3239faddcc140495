//! The key of one place: seals values, derives further keys.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::derive::hkdf;
use super::frames::FrameCipher;
use super::{SealError, Secret, framed};
use crate::Random;

// A sealed value:
//
//   | version 1 | generation 4, big-endian | salt 32 | sealed bytes | tag 16 |
//
// Each value has a key and a nonce of its own, HKDF of the data key with the random salt, so no number of values
// wears a key out. Authenticated beside it: version, generation, purpose and context.
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 1 + 4;
const SALT_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

/// What a sealed value or a derived key is for. Two uses with different purposes never share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Purpose(&'static str);

impl Purpose {
    /// Keys of page tokens (derived, directory).
    pub const PAGE_TOKENS: Self = Self("page tokens");
    /// Hashes of personal access tokens and app passwords (derived, organization).
    pub const PERSONAL_ACCESS_TOKENS: Self = Self("personal access tokens");
    /// Hashes of impersonation tokens (derived, organization).
    pub const IMPERSONATION_TOKENS: Self = Self("impersonation tokens");
    /// Pseudonyms in the audit of the API (derived).
    pub const API_AUDIT: Self = Self("api audit");
    /// Secrets of AWS access keys (sealed, directory).
    pub const ACCESS_KEYS: Self = Self("access keys");
    /// Private keys for DKIM (sealed, organization).
    pub const DKIM_KEYS: Self = Self("dkim keys");

    /// A purpose of a capability; `name` is unique in the program and never changes.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }
}

/// The data key of the directory or of an organization. It has no `Debug`.
pub struct DataKey {
    generation: u32,
    secret: Secret,
}

impl DataKey {
    pub(super) fn new(generation: u32, secret: Secret) -> Self {
        Self { generation, secret }
    }

    /// The key derived for `purpose`: the same on every node and after a restart.
    pub fn derive(&self, purpose: Purpose) -> Secret {
        let mut derived = Secret::new([0; 32]);
        hkdf(self.secret.expose(), b"postroom derived key", &[purpose.0.as_bytes()], derived.bytes_mut());
        derived
    }

    /// Seals `bytes`. Draws randomness, so seal before the transaction and not in it.
    ///
    /// `context` says which row and column it belongs to (an id, not the organization's short number): a sealed value
    /// that is moved elsewhere does not open there.
    pub fn seal(&self, random: &dyn Random, purpose: Purpose, context: &[u8], bytes: &[u8]) -> Vec<u8> {
        let salt: [u8; SALT_BYTES] = random.bytes();
        let mut sealed = Vec::with_capacity(HEADER_BYTES + SALT_BYTES + bytes.len() + TAG_BYTES);
        sealed.extend_from_slice(&self.header());
        sealed.extend_from_slice(&salt);
        // The cipher overwrites the plain text in this copy.
        let mut body = Zeroizing::new(Vec::with_capacity(bytes.len() + TAG_BYTES));
        body.extend_from_slice(bytes);
        let (key, nonce) = self.value_key(purpose, &salt);
        key.seal_in_place_append_tag(nonce, self.authenticated(purpose, context), &mut *body)
            .expect("a sealed value is far below the cipher's limit of 64 GiB");
        sealed.extend_from_slice(&body);
        sealed
    }

    /// Opens what [`DataKey::seal`] made for the same purpose and context.
    pub fn open(
        &self,
        purpose: Purpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (header, rest) = sealed.split_first_chunk::<HEADER_BYTES>().ok_or(SealError::NotAuthentic)?;
        let (salt, body) = rest.split_first_chunk::<SALT_BYTES>().ok_or(SealError::NotAuthentic)?;
        if *header != self.header() {
            return Err(SealError::NotAuthentic);
        }
        let (key, nonce) = self.value_key(purpose, salt);
        let mut body = Zeroizing::new(body.to_vec());
        let opened = key
            .open_in_place(nonce, self.authenticated(purpose, context), &mut body)
            .map_err(|_| SealError::NotAuthentic)?;
        let size = opened.len();
        body.truncate(size);
        Ok(body)
    }

    /// The header of a value that is sealed in frames.
    pub(super) fn framed_header(&self, salt: &[u8; SALT_BYTES]) -> [u8; framed::HEADER_BYTES] {
        let mut header = [framed::VERSION; framed::HEADER_BYTES];
        header[1..HEADER_BYTES].copy_from_slice(&self.generation.to_be_bytes());
        header[HEADER_BYTES..].copy_from_slice(salt);
        header
    }

    /// Seals and opens the frames of the value whose header is `header`.
    pub(super) fn frame_cipher(
        &self,
        header: &[u8; framed::HEADER_BYTES],
        purpose: Purpose,
        context: &[u8],
    ) -> FrameCipher {
        let mut key = Secret::new([0; 32]);
        let labels = [b"postroom sealed frames ".as_slice(), purpose.0.as_bytes()];
        hkdf(self.secret.expose(), &header[HEADER_BYTES..], &labels, key.bytes_mut());
        FrameCipher::new(&key, bound_to(header, purpose, context))
    }

    fn header(&self) -> [u8; HEADER_BYTES] {
        let [a, b, c, d] = self.generation.to_be_bytes();
        [VERSION, a, b, c, d]
    }

    fn value_key(&self, purpose: Purpose, salt: &[u8; SALT_BYTES]) -> (LessSafeKey, Nonce) {
        let mut output = Zeroizing::new([0; 32 + 12]);
        let labels = [b"postroom sealed value ".as_slice(), purpose.0.as_bytes()];
        hkdf(self.secret.expose(), salt, &labels, output.as_mut_slice());
        let (key, nonce) = output.split_at(32);
        let key = UnboundKey::new(&AES_256_GCM, key).expect("the key has 32 bytes");
        (LessSafeKey::new(key), Nonce::try_assume_unique_for_key(nonce).expect("the nonce has 12 bytes"))
    }

    fn authenticated(&self, purpose: Purpose, context: &[u8]) -> Aad<Vec<u8>> {
        Aad::from(bound_to(&self.header(), purpose, context))
    }
}

/// What is authenticated beside a value. Each part is preceded by its length, so that purpose and context cannot shift
/// into each other.
fn bound_to(header: &[u8], purpose: Purpose, context: &[u8]) -> Vec<u8> {
    let mut bytes = header.to_vec();
    for part in [purpose.0.as_bytes(), context] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandom;

    const PURPOSE: Purpose = Purpose::new("test");

    fn key() -> DataKey {
        DataKey::new(1, Secret::new([7; 32]))
    }

    fn seal(bytes: &[u8]) -> Vec<u8> {
        key().seal(&SeededRandom::new(1), PURPOSE, b"row 1", bytes)
    }

    fn opens(key: &DataKey, purpose: Purpose, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        key.open(purpose, context, sealed).ok().map(|opened| opened.to_vec())
    }

    #[test]
    fn what_was_sealed_opens_and_does_not_show() {
        for bytes in [b"".as_slice(), b"x", &[0x55; 10_000]] {
            let sealed = seal(bytes);
            assert_eq!(opens(&key(), PURPOSE, b"row 1", &sealed).as_deref(), Some(bytes));
        }
        assert!(!seal(b"top secret").windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn it_opens_only_with_its_key_purpose_and_context() {
        let sealed = seal(b"x");
        assert_eq!(opens(&key(), Purpose::new("other"), b"row 1", &sealed), None);
        assert_eq!(opens(&key(), PURPOSE, b"row 2", &sealed), None);
        assert_eq!(opens(&DataKey::new(1, Secret::new([8; 32])), PURPOSE, b"row 1", &sealed), None);
        assert_eq!(opens(&DataKey::new(2, Secret::new([7; 32])), PURPOSE, b"row 1", &sealed), None);
    }

    #[test]
    fn a_change_of_any_bit_or_length_is_noticed() {
        let sealed = seal(b"ten bytes.");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(opens(&key(), PURPOSE, b"row 1", &changed), None, "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(opens(&key(), PURPOSE, b"row 1", &sealed[..length]), None, "length {length}");
        }
    }

    #[test]
    fn equal_values_are_sealed_differently() {
        let random = SeededRandom::new(1);
        let one = key().seal(&random, PURPOSE, b"", b"x");
        assert_ne!(one, key().seal(&random, PURPOSE, b"", b"x"));
    }

    #[test]
    fn derived_keys_differ_by_purpose_and_key_and_stay() {
        let derived = *key().derive(PURPOSE).expose();
        assert_eq!(derived, *key().derive(PURPOSE).expose());
        assert_ne!(derived, *key().derive(Purpose::new("other")).expose());
        assert_ne!(derived, *DataKey::new(1, Secret::new([8; 32])).derive(PURPOSE).expose());
        let mac = key().derive(PURPOSE).mac(b"token");
        assert!(key().derive(PURPOSE).verify(b"token", &mac));
        assert!(!key().derive(PURPOSE).verify(b"Token", &mac));
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_do_not_open(bytes in proptest::collection::vec(0u8.., 0..200)) {
            proptest::prop_assert_eq!(opens(&key(), PURPOSE, b"", &bytes), None);
        }
    }
}
