//! An issuer: its keys, fetched when they are needed, and the verdict on a token.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postroom_types::Timestamp;
use serde::Deserialize;

use crate::error::{Away, Refused};
use crate::keys::{self, Key};
use crate::known::{Asked, Known};
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
    /// The document at `url`, of [`crate::limits::DOCUMENT_BYTES_MAX`] at most, or why not. It has to end in time, follow no
    /// redirection, and speak in clear with this machine only.
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

/// Verifies the tokens of one issuer.
pub struct Issuer(Arc<Inner>);

struct Inner {
    trust: Trust,
    fetch: Box<dyn Fetch>,
    known: Mutex<Known>,
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
        Self(Arc::new(Inner { trust, fetch, known: Mutex::default() }))
    }

    /// Where its metadata is, for clients that ask (RFC 7628 §3.2.2).
    pub fn metadata_url(&self) -> String {
        self.0.metadata_url()
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
        Ok(token.judge(&self.0.trust, now))
    }

    /// The issuer's keys: those that are known, if they are fresh and `are_enough`, else what it tells now.
    ///
    /// Keys that are enough wait for an issuer only once they are old, and not for one that is away: a token that
    /// names a made-up key keeps nobody else waiting.
    async fn keys(&self, now: Timestamp, are_enough: impl Fn(&[Key]) -> bool) -> Result<Arc<Vec<Key>>, Away> {
        let asking = {
            let mut known = lock(&self.0.known);
            let enough = known.kept(now).is_some_and(|keys| are_enough(keys));
            if enough && known.are_fresh(now) {
                return known.answer(now);
            }
            if let Some(asked) = known.ask(now) {
                tokio::spawn(Arc::clone(&self.0).ask_and_tell(now, asked));
            }
            if enough && known.issuer_is_away() {
                return known.answer(now);
            }
            known.asking()
        };
        if let Some(mut asking) = asking {
            // Nothing is sent: it ends with the question.
            let _ = asking.changed().await;
        }
        lock(&self.0.known).answer(now)
    }
}

impl Inner {
    /// Asks the issuer for its keys. `asked` ends when they are known, or why they are not.
    async fn ask_and_tell(self: Arc<Self>, now: Timestamp, asked: Asked) {
        let told = self.ask().await;
        if let Err(away) = &told {
            tracing::warn!(issuer = self.trust.issuer, %away, "tokens of the issuer may be refused");
        }
        lock(&self.known).told(told, now);
        drop(asked);
    }

    fn metadata_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.trust.issuer.trim_end_matches('/'))
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

/// Nothing that holds it can panic half-way.
fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}
