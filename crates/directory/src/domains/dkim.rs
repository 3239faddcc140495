//! DKIM keys: two or three selectors of a domain, so that the key that signs can be changed without a gap.
//!
//! One key is *active* and signs. One is *next* and is published ahead. Where the operator publishes keys in a zone
//! of its own, an organization publishes three CNAMEs once and for all, so there is a third, *spare* selector, which
//! becomes the next *next*, with a new key. Without such a zone each change of keys needs a new TXT record.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postroom_store::seal::{DataKey, Purpose, SealError};
use postroom_store::{Random, Read, Row, parameters};
use postroom_types::{OrganizationKey, Timestamp, fold};
use zeroize::Zeroizing;

use crate::DirectoryError;
use crate::sql::domains as sql;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DkimRole {
    /// It signs.
    Active,
    /// It is published ahead and signs after the next rotation.
    Next,
    /// The third of three CNAMEs; or a key that has signed, still published so that mail on its way can be checked.
    Spare,
}

impl DkimRole {
    /// The text in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Next => "next",
            Self::Spare => "spare",
        }
    }

    /// The role of `text`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Next, Self::Spare].into_iter().find(|role| role.as_str() == text)
    }

    #[track_caller]
    fn stored(text: &str) -> Self {
        match Self::parse(text) {
            Some(role) => role,
            None => unreachable!("the store holds {text:?} as the role of a DKIM key"),
        }
    }
}

/// A key without its private half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimKey {
    /// Its selector.
    pub selector: String,
    /// What it is for.
    pub role: DkimRole,
    /// The `p=` of its record.
    pub public_key: String,
    /// Whether the last look-up found the record.
    pub published: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl DkimKey {
    /// The text that the key is published as. Spec: RFC 6376 §3.6.1.
    pub fn record(&self) -> String {
        format!("v=DKIM1; k=rsa; p={}", self.public_key)
    }

    /// Whether `text` publishes this key: same `p=`, and nothing in it that forbids RSA.
    pub fn is_published_by(&self, text: &str) -> bool {
        let mut tags = text.split(';').filter_map(|tag| tag.split_once('=')).map(|(name, value)| {
            let value: String = value.chars().filter(|character| !character.is_whitespace()).collect();
            (name.trim(), value)
        });
        let (mut key, mut kind) = (None, None);
        tags.by_ref().for_each(|(name, value)| match name {
            "p" => key = Some(value),
            "k" => kind = Some(value),
            _ => {}
        });
        key.is_some_and(|key| key == self.public_key) && kind.is_none_or(|kind| kind == "rsa")
    }

    pub(crate) fn from_row(mut row: Row) -> Self {
        let role: String = row.take(1);
        Self {
            selector: row.take(0),
            role: DkimRole::stored(&role),
            public_key: row.take(2),
            published: row.take(3),
            created_at: row.take(4),
        }
    }
}

/// A key that was made and sealed before the transaction that keeps it.
#[derive(Debug, Clone)]
pub struct NewDkimKey {
    /// Its selector.
    pub selector: String,
    /// The `p=` of its record.
    pub public_key: String,
    /// The private half, sealed with the organization's data key.
    pub private_sealed: Vec<u8>,
}

impl NewDkimKey {
    /// Makes an RSA key of 2048 bits for `domain`. Takes tens of milliseconds of computing: not on a thread that others
    /// wait for.
    ///
    /// `selector`: a given one (a CNAME that is published), or a minted one of 16 characters.
    pub fn generate(
        random: &dyn Random,
        seal: &DataKey,
        domain: &str,
        selector: Option<&str>,
    ) -> Result<Self, DirectoryError> {
        let selector = selector.map_or_else(|| mint_selector(random), str::to_owned);
        let failed =
            |_| DirectoryError::Store(postroom_store::StoreError::Bug("no RSA key was made".to_owned()));
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(failed)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
        let context = private_context(domain, &selector);
        let private_sealed = seal.seal(random, Purpose::DKIM_KEYS, context.as_bytes(), private.as_ref());
        Ok(Self { public_key: STANDARD.encode(public.as_ref()), private_sealed, selector })
    }
}

/// 16 lower-case characters of base 32.
fn mint_selector(random: &dyn Random) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    random.bytes::<16>().iter().map(|byte| char::from(DIGITS[usize::from(byte & 31)])).collect()
}

/// What the private half of a key is sealed for.
fn private_context(domain: &str, selector: &str) -> String {
    format!("{selector}._domainkey.{}", domain.to_ascii_lowercase())
}

/// The keys of a domain: active, next, then the others, newest first.
pub fn dkim_keys(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    domain: &str,
) -> Result<Vec<DkimKey>, DirectoryError> {
    let rows = tx.query(&sql::LIST_KEYS, parameters![organization.0, &fold(domain)])?;
    Ok(rows.into_iter().map(DkimKey::from_row).collect())
}

/// What signs for a domain: the selector, and the private half (PKCS #8, DER).
pub type SigningKey = (String, Zeroizing<Vec<u8>>);

/// The key that signs for `domain`; `None` when there is none.
pub fn signing_key(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    seal: &DataKey,
    domain: &str,
) -> Result<Option<SigningKey>, DirectoryError> {
    let row = tx.query_first(&sql::SIGNING_KEY, parameters![organization.0, &fold(domain)])?;
    let Some(mut row) = row else { return Ok(None) };
    let (selector, sealed): (String, Vec<u8>) = (row.take(0), row.take(1));
    let opened = open_private(seal, domain, &selector, &sealed).map_err(|error| {
        let context = private_context(domain, &selector);
        DirectoryError::Store(postroom_store::StoreError::Impaired(format!("{context}: {error}")))
    })?;
    Ok(Some((selector, opened)))
}

/// The private half (PKCS #8, DER) that was sealed for `selector` of `domain`.
pub(crate) fn open_private(
    seal: &DataKey,
    domain: &str,
    selector: &str,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    seal.open(Purpose::DKIM_KEYS, private_context(domain, selector).as_bytes(), sealed)
}

/// Whether `public_key`, the `p=` of a record, is of the private half `private`.
pub(crate) fn is_pair(private: &[u8], public_key: &str) -> bool {
    let Ok(pair) = KeyPair::from_pkcs8(private) else { return false };
    let public: Result<PublicKeyX509Der<'_>, _> = pair.public_key().as_der();
    public.is_ok_and(|public| STANDARD.encode(public.as_ref()) == public_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_compared_by_their_key() {
        let key = DkimKey {
            selector: "s".to_owned(),
            role: DkimRole::Active,
            public_key: "MIIB/+=".to_owned(),
            published: false,
            created_at: Timestamp::from_micros(0),
        };
        assert_eq!(key.record(), "v=DKIM1; k=rsa; p=MIIB/+=");
        for good in [key.record().as_str(), "p=MIIB/+=", "v=DKIM1;k=rsa;h=sha256; p = MI IB/ +=;"] {
            assert!(key.is_published_by(good), "{good}");
        }
        for bad in ["", "p=", "p=MIIB/+", "k=ed25519; p=MIIB/+=", "v=DKIM1"] {
            assert!(!key.is_published_by(bad), "{bad}");
        }
    }
}
