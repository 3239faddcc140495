//! The keys of an issuer (RFC 7517), each with the one algorithm that it verifies (RFC 7518).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::limits;

/// What a token may be signed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 and a key of 2,048 bits at least.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Algorithm {
    /// The algorithm of this name, exactly as RFC 7518 §3.1 writes it.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// A key that verifies.
#[derive(Debug)]
pub(crate) struct Key {
    id: Option<Box<str>>,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// A point, uncompressed: SEC 1 §2.3.3.
    P256(Vec<u8>),
}

impl Key {
    fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Rsa { .. } => Algorithm::Rs256,
            Material::P256(_) => Algorithm::Es256,
        }
    }

    /// Whether a token that names `id` may be signed by this key with `algorithm`. A token that names none fits every key.
    pub(crate) fn fits(&self, id: Option<&str>, algorithm: Algorithm) -> bool {
        self.algorithm() == algorithm && (id.is_none() || self.id.as_deref() == id)
    }

    /// Whether `signature` of `message` is this key's.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Rsa { modulus, exponent } => {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            Material::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
        }
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// RFC 7517 §4, RFC 7518 §6.
#[derive(Deserialize)]
struct Written {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    kid: Option<Box<str>>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The keys of a key set that verify; others, and those for another use, are left out. `None`: it is no key set.
pub(crate) fn parse(document: &[u8]) -> Option<Vec<Key>> {
    let set: KeySet = serde_json::from_slice(document).ok()?;
    let written = set.keys.into_iter().take(limits::KEYS_MAX);
    Some(written.filter_map(|value| key(serde_json::from_value(value).ok()?)).collect())
}

fn key(written: Written) -> Option<Key> {
    if written.usage.is_some_and(|usage| usage != "sig") {
        return None;
    }
    let decoded = |text: Option<String>| BASE64_URL_SAFE_NO_PAD.decode(text?).ok();
    let material = match written.kty.as_str() {
        "RSA" => Material::Rsa { modulus: decoded(written.n)?, exponent: decoded(written.e)? },
        "EC" if written.crv.as_deref() == Some("P-256") => {
            let (x, y) = (decoded(written.x)?, decoded(written.y)?);
            (x.len() == 32 && y.len() == 32).then(|| Material::P256([&[4], &x[..], &y[..]].concat()))?
        }
        _ => return None,
    };
    let key = Key { id: written.kid, material };
    // A key may say for which algorithm it is: another one is not its.
    let is_for = written.alg.is_none_or(|name| Algorithm::parse(&name) == Some(key.algorithm()));
    is_for.then_some(key)
}
