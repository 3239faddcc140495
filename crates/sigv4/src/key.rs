//! Signing keys: made from a secret for one day, region and service.

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

/// What a signing key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The day in UTC, `YYYYMMDD`.
    pub date: &'a str,
    /// The region, `us-east-1`.
    pub region: &'a str,
    /// The service's signing name, `workmail`.
    pub service: &'a str,
}

/// A key that signs for one access key on one day in one region for one service.
///
/// It holds the HMAC's inner and outer state, so that signing costs no key set-up. The cryptographic library wipes
/// that state when the key is dropped; `Debug` prints the scope only.
pub struct SigningKey {
    key: hmac::Key,
    /// `date/region/service/aws4_request`
    scope: Box<str>,
}

impl SigningKey {
    /// Derives the key from the secret. Spec: SigV4, "Calculate the signature".
    ///
    /// Costs five HMACs (some microseconds): see [`crate::SigningKeyCache`].
    pub fn derive(secret: &[u8], scope: &Scope<'_>) -> Self {
        // One wiped buffer of its final size, so that no copy of the secret is left behind by growing.
        let mut first = Zeroizing::new(Vec::with_capacity(4 + secret.len()));
        first.extend_from_slice(b"AWS4");
        first.extend_from_slice(secret);
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, &first);
        for message in [scope.date, scope.region, scope.service, "aws4_request"] {
            let mut next = Zeroizing::new([0; 32]);
            hmac::sign_to_buffer(&key, message.as_bytes(), &mut next[..])
                .expect("HMAC-SHA256 writes 32 bytes into a buffer of 32");
            key = hmac::Key::new(hmac::HMAC_SHA256, &next[..]);
        }
        let scope =
            format!("{}/{}/{}/aws4_request", scope.date, scope.region, scope.service).into_boxed_str();
        Self { key, scope }
    }

    /// `date/region/service/aws4_request`
    pub(crate) fn scope_text(&self) -> &str {
        &self.scope
    }

    /// Whether `signature` is the signature of `string_to_sign`; takes the same time wherever they differ.
    pub(crate) fn is_signature(&self, string_to_sign: &[u8], signature: &[u8; 32]) -> bool {
        // `hmac::verify` ends in the library's constant-time comparison.
        hmac::verify(&self.key, string_to_sign, signature).is_ok()
    }

    /// The signature of `string_to_sign`.
    pub(crate) fn sign(&self, string_to_sign: &[u8]) -> hmac::Tag {
        hmac::sign(&self.key, string_to_sign)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("scope", &self.scope).finish_non_exhaustive()
    }
}
