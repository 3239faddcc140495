//! Page tokens: where a listing goes on, as opaque text that only this store can make and read.
//!
//! A token carries the key of the last row that was given out, sealed with AES-256-GCM-SIV under a key derived from
//! the directory's data key, so it is the same on every node and after a restart. It discloses nothing: the key may
//! be the folded name of an entity that the caller may no longer see. It is bound to the operation, the organization
//! and the filters, so it cannot be carried to another listing. It does not expire and pins no snapshot: a page holds
//! the rows beyond the key as they are then.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::{Place, limits};

// Layout, before base64 (RFC 4648 §4, which stays inside the characters that WorkMail's NextToken allows):
//
//   | version 1 | nonce 12 | sealed ( scope 16 | key 0..=KEY_BYTES_MAX ) | tag 16 |
//
// The nonce is a keyed hash of what is sealed: equal pages have equal tokens, and nothing random is drawn.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
const SCOPE_BYTES: usize = 16;
const TAG_BYTES: usize = 16;

/// What a page token is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageScope<'a> {
    /// Name of the operation.
    pub operation: &'a str,
    /// Where it lists.
    pub place: Place,
    /// The filters and the order, in any form that is equal when they are equal. Not the page size.
    pub filters: &'a [u8],
}

/// Why a page token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageTokenError {
    /// It was not made here, or was changed on the way.
    Broken,
    /// It was made here for another operation, organization or filter.
    Foreign,
}

impl fmt::Display for PageTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "the page token is not one that this service gave out",
            Self::Foreign => "the page token belongs to another operation, organization or filter",
        })
    }
}

impl std::error::Error for PageTokenError {}

/// Makes and reads page tokens.
pub struct PageTokens {
    seal: LessSafeKey,
    nonce: Zeroizing<[u8; 32]>,
}

impl PageTokens {
    /// The tokens of `secret`, which every node derives alike.
    pub fn new(secret: &[u8; 32]) -> Self {
        let key = Zeroizing::new(blake3::derive_key("postroom 2026 page token seal", secret));
        let unbound = UnboundKey::new(&AES_256_GCM_SIV, key.as_slice()).expect("the key has 32 bytes");
        let nonce = Zeroizing::new(blake3::derive_key("postroom 2026 page token nonce", secret));
        Self { seal: LessSafeKey::new(unbound), nonce }
    }

    /// The token for going on after the row whose key is `last_key`.
    ///
    /// `last_key`: at most `limits::PAGE_KEY_BYTES_MAX`; a longer one is a bug of the listing (it panics).
    #[track_caller]
    pub fn encode(&self, scope: &PageScope<'_>, last_key: &[u8]) -> String {
        assert!(
            last_key.len() <= limits::PAGE_KEY_BYTES_MAX,
            "the key of a row is too long for a page token"
        );
        let mut sealed = Vec::with_capacity(SCOPE_BYTES + last_key.len() + TAG_BYTES);
        sealed.extend_from_slice(&scope.digest());
        sealed.extend_from_slice(last_key);
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&blake3::keyed_hash(&self.nonce, &sealed).as_bytes()[..NONCE_BYTES]);
        self.seal
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from([VERSION]), &mut sealed)
            .expect("a page token is far below the cipher's limit");
        let mut token = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
        token.push(VERSION);
        token.extend_from_slice(&nonce);
        token.extend_from_slice(&sealed);
        STANDARD.encode(token)
    }

    /// The key after which to go on.
    pub fn decode(&self, scope: &PageScope<'_>, token: &str) -> Result<Vec<u8>, PageTokenError> {
        if token.len() > limits::PAGE_TOKEN_CHARACTERS_MAX {
            return Err(PageTokenError::Broken);
        }
        let bytes = STANDARD.decode(token).map_err(|_| PageTokenError::Broken)?;
        let (&version, rest) = bytes.split_first().ok_or(PageTokenError::Broken)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(PageTokenError::Broken)?;
        if version != VERSION {
            return Err(PageTokenError::Broken);
        }
        let mut sealed = sealed.to_vec();
        let opened = self
            .seal
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from([version]), &mut sealed)
            .map_err(|_| PageTokenError::Broken)?;
        let (digest, key) = opened.split_first_chunk::<SCOPE_BYTES>().ok_or(PageTokenError::Broken)?;
        if *digest == scope.digest() { Ok(key.to_vec()) } else { Err(PageTokenError::Foreign) }
    }
}

impl PageScope<'_> {
    /// A short digest of the scope. Each part is preceded by its length, so that parts cannot shift.
    fn digest(&self) -> [u8; SCOPE_BYTES] {
        let mut hasher = blake3::Hasher::new_derive_key("postroom 2026 page token scope");
        hasher.update(&self.place.number().to_be_bytes());
        for part in [self.operation.as_bytes(), self.filters] {
            hasher.update(&(part.len() as u64).to_be_bytes()).update(part);
        }
        let mut digest = [0; SCOPE_BYTES];
        hasher.finalize_xof().fill(&mut digest);
        digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postroom_types::OrganizationKey;

    const SCOPE: PageScope<'_> =
        PageScope { operation: "ListUsers", place: Place::Organization(OrganizationKey(7)), filters: b"f" };

    #[test]
    fn the_longest_key_fits_into_the_models_limit_and_characters() {
        let tokens = PageTokens::new(&[1; 32]);
        for size in [0, 1, limits::PAGE_KEY_BYTES_MAX] {
            let key = vec![0xa5; size];
            let token = tokens.encode(&SCOPE, &key);
            assert!(token.len() <= limits::PAGE_TOKEN_CHARACTERS_MAX, "{}", token.len());
            assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)));
            assert_eq!(tokens.decode(&SCOPE, &token), Ok(key));
        }
    }

    #[test]
    fn another_node_with_the_same_secret_reads_it_and_one_with_another_does_not() {
        let token = PageTokens::new(&[1; 32]).encode(&SCOPE, b"k");
        assert_eq!(token, PageTokens::new(&[1; 32]).encode(&SCOPE, b"k"));
        assert_eq!(PageTokens::new(&[1; 32]).decode(&SCOPE, &token), Ok(b"k".to_vec()));
        assert_eq!(PageTokens::new(&[2; 32]).decode(&SCOPE, &token), Err(PageTokenError::Broken));
    }

    #[test]
    fn it_does_not_show_its_key() {
        let token = PageTokens::new(&[1; 32]).encode(&SCOPE, b"secret-name");
        let bytes = STANDARD.decode(token).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn it_is_refused_in_every_other_scope() {
        let tokens = PageTokens::new(&[1; 32]);
        let token = tokens.encode(&SCOPE, b"k");
        for other in [
            PageScope { operation: "ListGroups", ..SCOPE },
            PageScope { place: Place::Organization(OrganizationKey(8)), ..SCOPE },
            PageScope { place: Place::Directory, ..SCOPE },
            PageScope { filters: b"", ..SCOPE },
            PageScope { operation: "ListUsersf", filters: b"", ..SCOPE },
        ] {
            assert_eq!(tokens.decode(&other, &token), Err(PageTokenError::Foreign), "{other:?}");
        }
    }

    #[test]
    fn a_change_of_any_bit_or_length_is_noticed() {
        let tokens = PageTokens::new(&[1; 32]);
        let token = tokens.encode(&SCOPE, b"the last key");
        let bytes = STANDARD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(tokens.decode(&SCOPE, &STANDARD.encode(changed)), Err(PageTokenError::Broken));
        }
        for length in 0..bytes.len() {
            let cut = STANDARD.encode(&bytes[..length]);
            assert_eq!(tokens.decode(&SCOPE, &cut), Err(PageTokenError::Broken));
        }
        for position in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(tokens.decode(&SCOPE, &changed), Err(PageTokenError::Broken), "{position}");
        }
        assert_eq!(tokens.decode(&SCOPE, &"A".repeat(2000)), Err(PageTokenError::Broken));
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_is_refused(text in ".{0,1100}") {
            proptest::prop_assert!(PageTokens::new(&[1; 32]).decode(&SCOPE, &text).is_err());
        }

        #[test]
        fn an_edited_token_is_refused(at in 0..80_usize, length in 0..4_usize, with in "[a-zA-Z0-9/+=]{0,4}") {
            let tokens = PageTokens::new(&[1; 32]);
            let token = tokens.encode(&SCOPE, b"the last key");
            let (from, to) = (at.min(token.len()), (at + length).min(token.len()));
            let edited = format!("{}{with}{}", &token[..from], &token[to..]);
            proptest::prop_assert_eq!(tokens.decode(&SCOPE, &edited).is_ok(), edited == token, "{}", edited);
        }

        #[test]
        fn bytes_behind_a_good_version_are_refused(rest in proptest::collection::vec(0u8.., 0..120)) {
            let token = STANDARD.encode([&[VERSION], rest.as_slice()].concat());
            proptest::prop_assert!(PageTokens::new(&[1; 32]).decode(&SCOPE, &token).is_err());
        }

        #[test]
        fn every_key_comes_back(key in proptest::collection::vec(0u8.., 0..=limits::PAGE_KEY_BYTES_MAX)) {
            let tokens = PageTokens::new(&[1; 32]);
            proptest::prop_assert_eq!(tokens.decode(&SCOPE, &tokens.encode(&SCOPE, &key)), Ok(key));
        }
    }
}
