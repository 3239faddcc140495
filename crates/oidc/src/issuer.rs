//! An issuer: its keys, fetched when they are needed, and the verdict on a token.

use std::pin::Pin;
use std::sync::Arc;

use postroom_types::Timestamp;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::error::{Away, Refused};
use crate::keys::{self, Key};
use crate::limits;
use crate::token::{Bearer, Token};

/// Which tokens are believed.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The issuer's URL, exactly as its tokens say it.
    pub issuer: String,
    /// Whom tokens must be for.
    pub audience: String,
    /// The claim that says who the bearer is.
    pub user_claim: String,
}

/// A document on its way.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send + 'a>>;

/// Fetches documents of the issuer.
pub trait Fetch: Send + Sync {
    /// The document at `url`, of [`limits::DOCUMENT_BYTES_MAX`] at most, or why not. It has to end in time, follow no
    /// redirection, and speak in clear with this machine only.
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

/// Verifies the tokens of one issuer.
pub struct Issuer {
    trust: Trust,
    fetch: Box<dyn Fetch>,
    /// Who fetches holds it, so that many log-ins at once are one fetch.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: Arc<Vec<Key>>,
    /// When they were fetched.
    fetched_at: Option<Timestamp>,
    /// When it was tried last.
    tried_at: Option<Timestamp>,
    /// Why the last try failed.
    failed: Option<Away>,
}

/// OpenID Connect Discovery 1.0 §3.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl Issuer {
    /// The issuer of `trust`; nothing is fetched yet.
    pub fn new(trust: Trust, fetch: Box<dyn Fetch>) -> Self {
        Self { trust, fetch, known: Mutex::default() }
    }

    /// Where its metadata is, for clients that ask (RFC 7628 §3.2.2).
    pub fn metadata_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.trust.issuer.trim_end_matches('/'))
    }

    /// What `token` says of its bearer. An error: nothing was decided.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Result<Bearer, Refused>, Away> {
        let token = match Token::parse(token) {
            Ok(token) => token,
            Err(refused) => return Ok(Err(refused)),
        };
        let fits = |key: &&Key| key.fits(token.key_id.as_deref(), token.algorithm);
        let keys = self.keys(now, |keys| keys.iter().any(|key| fits(&key))).await?;
        let mut fitting = keys.iter().filter(fits).peekable();
        if fitting.peek().is_none() {
            return Ok(Err(Refused::UnknownKey));
        }
        if !fitting.any(|key| key.verifies(token.signed, &token.signature)) {
            return Ok(Err(Refused::Signature));
        }
        Ok(token.judge(&self.trust, now))
    }

    /// The issuer's keys: those that are known, if they are fresh and `are_enough`, else what it tells now.
    async fn keys(&self, now: Timestamp, are_enough: impl Fn(&[Key]) -> bool) -> Result<Arc<Vec<Key>>, Away> {
        let mut known = self.known.lock().await;
        let within = |at: Option<Timestamp>, time| at.is_some_and(|at| at <= now && now < at.plus(time));
        let fresh = within(known.fetched_at, limits::KEYS_FRESH) && are_enough(&known.keys);
        if !fresh && !within(known.tried_at, limits::FETCH_PAUSE) {
            known.tried_at = Some(now);
            match self.ask().await {
                Ok(keys) => {
                    (known.keys, known.fetched_at, known.failed) = (Arc::new(keys), Some(now), None);
                }
                Err(away) => {
                    tracing::warn!(issuer = self.trust.issuer, %away, "tokens of the issuer may be refused");
                    known.failed = Some(away);
                }
            }
        }
        if within(known.fetched_at, limits::KEYS_KEPT) {
            return Ok(Arc::clone(&known.keys));
        }
        Err(known.failed.clone().unwrap_or_else(|| Away("they were not asked for yet".to_owned())))
    }

    async fn ask(&self) -> Result<Vec<Key>, Away> {
        let url = self.metadata_url();
        let document = self.fetch.fetch(&url).await.map_err(Away)?;
        let metadata: Metadata = serde_json::from_slice(&document)
            .map_err(|error| Away(format!("{url} is no metadata of an issuer: {error}")))?;
        // OpenID Connect Discovery 1.0 §4.3: or else another could speak for it.
        if metadata.issuer != self.trust.issuer {
            return Err(Away(format!("{url} is of another issuer: {:?}", metadata.issuer)));
        }
        let document = self.fetch.fetch(&metadata.jwks_uri).await.map_err(Away)?;
        keys::parse(&document).ok_or_else(|| Away(format!("{} is no set of keys", metadata.jwks_uri)))
    }
}
