//! Tokens of an issuer that the test is itself: what is believed, what is refused, and when keys are asked for.

#![allow(clippy::unwrap_used, reason = "a test ends this way")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::encoding::{AsBigEndian, EcPublicKeyUncompressedBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use postroom_oidc::{Fetch, Fetching, Issuer, Refused, Trust, limits};
use postroom_types::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;

const ISSUER: &str = "https://id.example.com/staff";
const METADATA: &str = "https://id.example.com/staff/.well-known/openid-configuration";
const KEYS: &str = "https://id.example.com/keys";
const NOW: i64 = 1_800_000_000;

/// The documents of an issuer, and how often its keys were asked for.
#[derive(Default)]
struct Web {
    documents: Mutex<HashMap<String, String>>,
    asked: Mutex<Vec<String>>,
    /// Whether questions hang until it says no more.
    hangs: watch::Sender<bool>,
}

/// The web as an issuer's client sees it.
struct Seen(Arc<Web>);

impl Fetch for Seen {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        self.0.asked.lock().unwrap().push(url.to_owned());
        let found = self.0.documents.lock().unwrap().get(url).cloned();
        let mut hangs = self.0.hangs.subscribe();
        Box::pin(async move {
            hangs.wait_for(|hangs| !hangs).await.map_err(|_| "the test is over".to_owned())?;
            found.map(String::into_bytes).ok_or_else(|| "nobody answers".to_owned())
        })
    }
}

impl Web {
    fn put(&self, url: &str, document: &Value) {
        self.documents.lock().unwrap().insert(url.to_owned(), document.to_string());
    }

    fn tell(&self, keys: &[Value]) {
        self.put(METADATA, &json!({"issuer": ISSUER, "jwks_uri": KEYS}));
        self.put(KEYS, &json!({"keys": keys}));
    }

    fn asked_for_keys(&self) -> usize {
        self.asked.lock().unwrap().iter().filter(|url| *url == KEYS).count()
    }
}

enum Signer {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

impl Signer {
    fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn key(&self, id: &str) -> Value {
        match self {
            Self::Rsa(pair) => {
                let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
                let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
                json!({"kty": "RSA", "kid": id, "use": "sig", "alg": "RS256", "n": base64(n), "e": base64(e)})
            }
            Self::P256(pair) => {
                let point: EcPublicKeyUncompressedBin<'_> = pair.public_key().as_be_bytes().unwrap();
                let (x, y) = point.as_ref()[1..].split_at(32);
                json!({"kty": "EC", "kid": id, "crv": "P-256", "x": base64(x), "y": base64(y)})
            }
        }
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::P256(pair) => pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
        };
        format!("{signed}.{}", base64(signature))
    }
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn header(algorithm: &str, key: &str) -> Value {
    json!({"alg": algorithm, "typ": "at+jwt", "kid": key})
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": "postroom", "sub": "u-1", "email": "ann@a.example", "exp": NOW + 300})
}

fn claims_with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

fn issuer(web: &Arc<Web>) -> Issuer {
    let (issuer, audience, user_claim) = (ISSUER.to_owned(), "postroom".to_owned(), "sub".to_owned());
    Issuer::new(Trust { issuer, audience, user_claim }, Box::new(Seen(Arc::clone(web))))
}

fn after(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(NOW).plus(Duration::from_secs(seconds))
}

async fn verdict(issuer: &Issuer, token: &str) -> Result<String, Refused> {
    issuer.verify(token, after(0)).await.expect("the issuer is there").map(|bearer| bearer.user)
}

#[tokio::test]
async fn tokens_of_both_algorithms_are_believed() {
    let (web, rsa, p256) = (Arc::new(Web::default()), Signer::rsa(), Signer::p256());
    web.tell(&[json!({"kty": "oct", "k": "AAAA"}), rsa.key("r"), p256.key("e")]);
    let issuer = issuer(&web);
    let bearer = issuer.verify(&rsa.sign(&header("RS256", "r"), &claims()), after(0)).await.unwrap().unwrap();
    assert_eq!((bearer.user.as_str(), bearer.email.as_deref()), ("u-1", Some("ann@a.example")));
    assert_eq!(bearer.expires_at, Timestamp::from_seconds(NOW + 300));
    assert_eq!(verdict(&issuer, &p256.sign(&header("ES256", "e"), &claims())).await, Ok("u-1".to_owned()));
    let nameless = rsa.sign(&json!({"alg": "RS256"}), &claims_with("aud", json!(["other", "postroom"])));
    assert_eq!(verdict(&issuer, &nameless).await, Ok("u-1".to_owned()));
    assert_eq!(web.asked_for_keys(), 1, "keys are kept");
}

#[tokio::test]
async fn no_algorithm_is_taken_for_another() {
    let (web, rsa, p256) = (Arc::new(Web::default()), Signer::rsa(), Signer::p256());
    web.tell(&[rsa.key("r"), p256.key("e")]);
    let issuer = issuer(&web);
    for name in ["none", "None", "", "HS256", "RS512", "PS256", "rs256", "ES384"] {
        let token = rsa.sign(&header(name, "r"), &claims());
        assert_eq!(verdict(&issuer, &token).await, Err(Refused::Algorithm), "{name}");
    }
    let unsigned = format!("{}.{}.", base64(header("RS256", "r").to_string()), base64(claims().to_string()));
    assert_eq!(verdict(&issuer, &unsigned).await, Err(Refused::Signature));
    // The key of one kind under the algorithm of the other is no key.
    for (token, expected) in [
        (rsa.sign(&header("ES256", "r"), &claims()), Refused::UnknownKey),
        (p256.sign(&header("RS256", "e"), &claims()), Refused::UnknownKey),
        (rsa.sign(&header("ES256", "e"), &claims()), Refused::Signature),
    ] {
        assert_eq!(verdict(&issuer, &token).await, Err(expected));
    }
}

#[tokio::test]
async fn what_somebody_else_wrote_is_refused() {
    let (web, key, other) = (Arc::new(Web::default()), Signer::p256(), Signer::p256());
    web.tell(&[key.key("e")]);
    let issuer = issuer(&web);
    let good = key.sign(&header("ES256", "e"), &claims());
    let changed = base64(claims_with("sub", "u-2").to_string());
    let parts: Vec<&str> = good.split('.').collect();
    for (token, expected) in [
        (other.sign(&header("ES256", "e"), &claims()), Refused::Signature),
        (format!("{}.{changed}.{}", parts[0], parts[2]), Refused::Signature),
        (parts[..2].join("."), Refused::Malformed),
        (format!("{good}.{good}"), Refused::Malformed),
        (String::new(), Refused::Malformed),
        (key.sign(&json!({"alg": "ES256", "kid": "e", "crit": ["x"]}), &claims()), Refused::Malformed),
        ("a".repeat(limits::TOKEN_BYTES_MAX + 1), Refused::Malformed),
    ] {
        assert_eq!(verdict(&issuer, &token).await, Err(expected), "{token}");
    }
}

#[tokio::test]
async fn claims_decide() {
    let (web, key) = (Arc::new(Web::default()), Signer::p256());
    web.tell(&[key.key("e")]);
    let issuer = issuer(&web);
    let skew = i64::try_from(limits::SKEW.as_secs()).unwrap();
    for (name, value, expected) in [
        ("iss", json!("https://id.example.com/staff/"), Err(Refused::Issuer)),
        ("iss", json!(null), Err(Refused::Issuer)),
        ("aud", json!("other"), Err(Refused::Audience)),
        ("aud", json!([]), Err(Refused::Audience)),
        ("aud", json!(null), Err(Refused::Audience)),
        ("exp", json!(NOW - skew), Err(Refused::Expired)),
        ("exp", json!(NOW - skew + 1), Ok(())),
        ("exp", json!(null), Err(Refused::Malformed)),
        ("exp", json!("soon"), Err(Refused::Malformed)),
        ("exp", json!(1e300), Err(Refused::Malformed)),
        ("exp", json!(-1), Err(Refused::Malformed)),
        ("nbf", json!(NOW + skew), Ok(())),
        ("nbf", json!(NOW + skew + 1), Err(Refused::NotYet)),
        ("nbf", json!(NOW as f64 - 0.5), Ok(())),
        ("sub", json!(""), Err(Refused::Malformed)),
        ("sub", json!(7), Err(Refused::Malformed)),
    ] {
        let token = key.sign(&header("ES256", "e"), &claims_with(name, value.clone()));
        assert_eq!(verdict(&issuer, &token).await.map(drop), expected, "{name} {value}");
    }
}

#[tokio::test]
async fn a_new_key_is_asked_for_and_a_made_up_one_not_often() {
    let (web, old, new) = (Arc::new(Web::default()), Signer::p256(), Signer::p256());
    web.tell(&[old.key("old")]);
    let issuer = issuer(&web);
    let by_old = old.sign(&header("ES256", "old"), &claims());
    let by_new = new.sign(&header("ES256", "new"), &claims());
    assert!(verdict(&issuer, &by_old).await.is_ok());
    web.tell(&[new.key("new")]);
    let pause = limits::FETCH_PAUSE.as_secs();
    for _ in 0..100 {
        assert_eq!(issuer.verify(&by_new, after(pause - 1)).await.unwrap(), Err(Refused::UnknownKey));
    }
    assert_eq!(web.asked_for_keys(), 1);
    assert!(issuer.verify(&by_new, after(pause)).await.unwrap().is_ok());
    assert_eq!(issuer.verify(&by_old, after(pause)).await.unwrap(), Err(Refused::UnknownKey));
    assert_eq!(web.asked_for_keys(), 2);
}

#[tokio::test]
async fn keys_outlive_an_issuer_that_is_away_for_a_while() {
    let (web, key) = (Arc::new(Web::default()), Signer::p256());
    let issuer = issuer(&web);
    let claims = claims_with("exp", NOW + 10 * 86_400);
    let token = key.sign(&header("ES256", "e"), &claims);
    assert!(issuer.verify(&token, after(0)).await.is_err(), "nobody has the keys");
    web.tell(&[key.key("e")]);
    assert!(issuer.verify(&token, after(1)).await.is_err(), "it was asked just now");
    assert!(issuer.verify(&token, after(20)).await.unwrap().is_ok());
    web.documents.lock().unwrap().clear();
    let kept = limits::KEYS_KEPT.as_secs();
    assert!(issuer.verify(&token, after(20 + kept - 1)).await.unwrap().is_ok());
    assert!(issuer.verify(&token, after(40 + kept)).await.is_err());
    web.tell(&[]);
    assert_eq!(issuer.verify(&token, after(60 + kept)).await.unwrap(), Err(Refused::UnknownKey));
}

/// What a test does while the issuer hangs would wait for ever where it waits at all.
#[tokio::test]
async fn a_known_key_does_not_wait_for_a_made_up_one() {
    let (web, key) = (Arc::new(Web::default()), Signer::p256());
    web.tell(&[key.key("e")]);
    let issuer = Arc::new(issuer(&web));
    let claims = claims_with("exp", NOW + 10 * 86_400);
    let (good, made_up) =
        (key.sign(&header("ES256", "e"), &claims), key.sign(&header("ES256", "x"), &claims));
    assert!(issuer.verify(&good, after(0)).await.unwrap().is_ok());
    web.hangs.send_replace(true);
    let at = limits::FETCH_PAUSE.as_secs();
    let waits = tokio::spawn({
        let issuer = Arc::clone(&issuer);
        async move { issuer.verify(&made_up, after(at)).await }
    });
    while web.asked.lock().unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }
    assert!(issuer.verify(&good, after(at)).await.unwrap().is_ok());
    assert!(!waits.is_finished(), "a made-up key waits for the issuer");
    web.hangs.send_replace(false);
    assert_eq!(waits.await.unwrap().unwrap(), Err(Refused::UnknownKey));
    assert_eq!(web.asked_for_keys(), 2, "one question for both");
}

#[tokio::test]
async fn who_waits_for_the_question_of_a_later_one_gets_its_answer() {
    let (web, key) = (Arc::new(Web::default()), Signer::p256());
    web.tell(&[key.key("e")]);
    web.hangs.send_replace(true);
    let (issuer, token) = (Arc::new(issuer(&web)), key.sign(&header("ES256", "e"), &claims()));
    let mut waits = Vec::new();
    for began in [5, 4] {
        let (issuer, token) = (Arc::clone(&issuer), token.clone());
        waits.push(tokio::spawn(async move { issuer.verify(&token, after(began)).await }));
        while web.asked.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    }
    tokio::task::yield_now().await;
    web.hangs.send_replace(false);
    for wait in waits {
        assert!(wait.await.unwrap().unwrap().is_ok());
    }
    assert_eq!(web.asked_for_keys(), 1);
}

#[tokio::test]
async fn a_known_key_waits_once_for_an_issuer_that_went_away() {
    let (web, key) = (Arc::new(Web::default()), Signer::p256());
    web.tell(&[key.key("e")]);
    let issuer = issuer(&web);
    let token = key.sign(&header("ES256", "e"), &claims_with("exp", NOW + 10 * 86_400));
    assert!(issuer.verify(&token, after(0)).await.unwrap().is_ok());
    web.documents.lock().unwrap().clear();
    let stale = limits::KEYS_FRESH.as_secs();
    assert!(issuer.verify(&token, after(stale)).await.unwrap().is_ok(), "the answer was none");
    web.hangs.send_replace(true);
    for pauses in 1..4 {
        let at = after(stale + pauses * limits::FETCH_PAUSE.as_secs());
        assert!(issuer.verify(&token, at).await.unwrap().is_ok(), "it is asked, and nobody waits");
    }
}

#[tokio::test]
async fn nobody_else_speaks_for_the_issuer() {
    let (web, key) = (Arc::new(Web::default()), Signer::p256());
    web.tell(&[key.key("e")]);
    web.put(METADATA, &json!({"issuer": "https://evil.example", "jwks_uri": KEYS}));
    let token = key.sign(&header("ES256", "e"), &claims());
    assert!(issuer(&web).verify(&token, after(0)).await.is_err());
    assert_eq!(web.asked_for_keys(), 0);
}
