//! The text of a token, and what the store keeps of it.
//!
//! ```text
//! prp . 0123…cdef . 6c4a…        . Zm9v…
//! |     |           |              | secret: 32 random bytes, base64url without padding
//! |     |           | public id of the token
//! |     | the organization's id without `m-`
//! | prp: personal access token; pri: impersonation token
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postroom_store::Random;
use postroom_store::seal::Secret;
use postroom_types::{Constrained, OrganizationId};
use zeroize::Zeroizing;

const SECRET_BYTES: usize = 32;
/// Bytes of a token that is looked at; a longer text is none.
const TEXT_BYTES_MAX: usize = 256;

/// Which kind of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Personal,
    Impersonation,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Personal => "prp",
            Self::Impersonation => "pri",
        }
    }
}

/// What the store keeps of a new token. The text itself is given to the caller once.
#[derive(Debug, Clone)]
pub struct MintedToken {
    /// The public id.
    pub id: String,
    /// Keyed hash of the secret and the id.
    pub mac: [u8; 32],
}

/// A text that has the form of a token. It proves nothing.
pub(super) struct Claim<'t> {
    pub(super) organization: OrganizationId,
    pub(super) id: &'t str,
    secret: Zeroizing<Vec<u8>>,
}

/// A new token with this id: its text, and what is kept of it.
pub(super) fn mint(
    random: &dyn Random,
    key: &Secret,
    kind: Kind,
    organization: &OrganizationId,
    id: String,
) -> (MintedToken, Zeroizing<String>) {
    let secret: Zeroizing<[u8; SECRET_BYTES]> = Zeroizing::new(random.bytes());
    let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(&secret[..]));
    let hex = organization.as_str().trim_start_matches("m-");
    let text = Zeroizing::new(format!("{}.{hex}.{id}.{}", kind.prefix(), *encoded));
    let mac = key.mac(&authenticated(&id, &secret[..]));
    (MintedToken { id, mac }, text)
}

impl<'t> Claim<'t> {
    /// The parts of `text`, if it has the form of a token of `kind`.
    pub(super) fn parse(kind: Kind, text: &'t str) -> Option<Self> {
        if text.len() > TEXT_BYTES_MAX {
            return None;
        }
        let mut parts = text.split('.');
        let (prefix, organization, id, secret) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if prefix != kind.prefix() || parts.next().is_some() {
            return None;
        }
        if !is_public_id(id) {
            return None;
        }
        let organization = OrganizationId::parse(&format!("m-{organization}")).ok()?;
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.decode(secret).ok()?);
        (secret.len() == SECRET_BYTES).then_some(Self { organization, id, secret })
    }

    /// Whether this is the token whose row has `mac`; takes the same time whatever differs.
    pub(super) fn is_genuine(&self, key: &Secret, mac: &[u8]) -> bool {
        key.verify(&authenticated(self.id, &self.secret), mac)
    }
}

/// Whether `text` can be an id of ours. PostgreSQL, for one, refuses to compare a text with a NUL in it.
fn is_public_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The secret has a fixed length, so that nothing can shift between the parts.
fn authenticated(id: &str, secret: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len() + id.len()));
    bytes.extend_from_slice(secret);
    bytes.extend_from_slice(id.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use postroom_store::SeededRandom;
    use postroom_types::ImpersonationToken;
    use proptest::prelude::*;

    fn minted() -> (MintedToken, Zeroizing<String>) {
        let organization = OrganizationId::mint([0xab; 16]);
        let key = Secret::new([1; 32]);
        mint(&SeededRandom::new(1), &key, Kind::Impersonation, &organization, "an-id".to_owned())
    }

    #[test]
    fn a_token_is_recognised_by_its_own_row_and_key_only() {
        let (kept, text) = minted();
        assert!(ImpersonationToken::parse(&text).is_ok(), "{}", *text);
        let claim = Claim::parse(Kind::Impersonation, &text).unwrap();
        assert_eq!((claim.organization, claim.id), (OrganizationId::mint([0xab; 16]), "an-id"));
        let claim = || Claim::parse(Kind::Impersonation, &text).unwrap();
        assert!(claim().is_genuine(&Secret::new([1; 32]), &kept.mac));
        assert!(!claim().is_genuine(&Secret::new([2; 32]), &kept.mac));
        let renamed = text.replace("an-id", "no-id");
        let renamed = Claim::parse(Kind::Impersonation, &renamed).unwrap();
        assert!(!renamed.is_genuine(&Secret::new([1; 32]), &kept.mac));
    }

    #[test]
    fn what_has_another_form_is_no_token() {
        let (_, text) = minted();
        assert!(Claim::parse(Kind::Personal, &text).is_none());
        for wrong in
            ["", ".", "pri...", "password", "pri.x.y.z", &format!("{}.x", *text), &text[..text.len() - 1]]
        {
            assert!(Claim::parse(Kind::Impersonation, wrong).is_none(), "{wrong}");
        }
        assert!(Claim::parse(Kind::Impersonation, &"x".repeat(10_000)).is_none());
    }

    /// Pieces of tokens, to get past the first checks.
    fn piece() -> impl Strategy<Value = String> {
        let hex = "ab".repeat(16);
        let secret = "A".repeat(43);
        let words =
            ["prp", "pri", ".", "..", "an-id", "m-", "=", "\0", "\u{e9}", hex.as_str(), secret.as_str()];
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        prop_oneof![6 => prop::sample::select(words), 1 => any::<String>()]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn what_is_made_up_is_never_genuine(pieces in prop::collection::vec(piece(), 0..9), mac in any::<[u8; 32]>()) {
            let text = pieces.concat();
            for kind in [Kind::Personal, Kind::Impersonation] {
                if let Some(claim) = Claim::parse(kind, &text) {
                    prop_assert!(text.starts_with(kind.prefix()) && text.len() <= TEXT_BYTES_MAX);
                    prop_assert!(is_public_id(claim.id), "{:?}", claim.id);
                    prop_assert!(!claim.is_genuine(&Secret::new([1; 32]), &mac));
                }
            }
        }

        #[test]
        fn an_edited_token_is_not_genuine(at in 0..200_usize, length in 0..4_usize, with in ".{0,4}") {
            let (kept, text) = minted();
            let (from, to) = (at.min(text.len()), (at + length).min(text.len()));
            let edited = format!("{}{with}{}", &text[..from], &text[to..]);
            let genuine = Claim::parse(Kind::Impersonation, &edited)
                .is_some_and(|claim| claim.is_genuine(&Secret::new([1; 32]), &kept.mac));
            // The organization is not part of what is authenticated: it chooses the key and the row.
            let elsewhere = edited.get(4..36) != text.get(4..36);
            prop_assert!(!genuine || edited == *text || elsewhere, "{}", edited);
        }
    }
}
