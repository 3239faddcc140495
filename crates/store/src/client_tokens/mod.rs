//! Client tokens: a request that is sent twice takes effect once and gets the same answer, for 24 hours.
//!
//! The token's row is in the same store as the effect and written in the same transaction, keyed (AWS account,
//! operation, token) with a hash of the request and the stored answer. Of two racing requests one claims the token;
//! on PostgreSQL the other waits for its commit, on SQLite it runs after it.
//!
//! Entry points: [`once`], or [`claim`] and [`store_answer`] where the effect needs more than a `&mut Tx`.

mod schema;
mod statements;

use std::fmt;

use crate::{Read, StoreError, Tx, limits, parameters};
pub(crate) use schema::{IN_DIRECTORY, IN_ORGANIZATION};
use statements as sql;
pub(crate) use statements::ALL as STATEMENTS;

/// A caller's token for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientToken {
    /// The caller's AWS account.
    pub aws_account: String,
    /// Name of the operation.
    pub operation: &'static str,
    /// The token with the region that it counts in: visible ASCII characters (WB §0.1), checked where the request is
    /// read.
    pub token: String,
    /// What the request asks for; a reused token with another hash is refused.
    pub request_hash: [u8; 32],
}

impl ClientToken {
    /// The token of a request whose canonical form (without the token) is `request`.
    pub fn new(
        aws_account: impl Into<String>,
        operation: &'static str,
        token: impl Into<String>,
        request: &[u8],
    ) -> Self {
        let request_hash = *blake3::hash(request).as_bytes();
        Self { aws_account: aws_account.into(), operation, token: token.into(), request_hash }
    }
}

/// What a token is worth.
#[derive(Debug)]
#[must_use]
pub enum Claim<'a> {
    /// Nobody used it: carry out the request, then [`store_answer`] in the same transaction.
    Fresh(Claimed<'a>),
    /// The request was carried out before: answer this again.
    Answered(Vec<u8>),
    /// The token was used for a request that asked for something else: refuse.
    DifferentRequest,
}

/// A token claimed in this transaction; its answer must be stored before the commit.
#[derive(Debug)]
#[must_use = "a claimed token needs its answer: call `store_answer` in the same transaction"]
pub struct Claimed<'a>(&'a ClientToken);

/// A token was used before for a request that asked for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenReused;

impl fmt::Display for TokenReused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client token was used before for a different request")
    }
}

impl std::error::Error for TokenReused {}

/// Claims `token` in this transaction.
///
/// A token older than `limits::CLIENT_TOKEN_AGE_MAX` counts as unused. Call it before the first write of the
/// request, so that a request that is repeated while it runs waits here and not half-way.
pub fn claim<'a>(tx: &mut Tx<'_>, token: &'a ClientToken) -> Result<Claim<'a>, StoreError> {
    let place = tx.place().number();
    let (now, expires_at) = (tx.now(), tx.now().plus(limits::CLIENT_TOKEN_AGE_MAX));
    let (account, operation, text) = (&token.aws_account, token.operation, &token.token);
    let hash = token.request_hash.as_slice();
    // A row that is in the way may be swept between the two statements (PostgreSQL): then the insert is tried again.
    for _ in 0..limits::CONFLICT_TRIES_MAX {
        let inserted =
            tx.execute(&sql::INSERT, parameters![place, account, operation, text, hash, expires_at])?;
        if inserted == 1 {
            // Whoever adds a row removes a few, so the table does not grow without end though nobody sweeps.
            sweep(tx, limits::SWEEP_ROWS_PER_CLAIM)?;
            return Ok(Claim::Fresh(Claimed(token)));
        }
        let taken = tx.query_first(&sql::SELECT, parameters![place, account, operation, text])?;
        let Some(mut taken) = taken else { continue };
        let (taken_hash, answer, taken_until): (Vec<u8>, Option<Vec<u8>>, i64) =
            (taken.take(0), taken.take(1), taken.take(2));
        if taken_until <= now.micros() {
            let renewed = tx.execute(
                &sql::RENEW,
                parameters![place, account, operation, text, hash, expires_at, taken_until],
            )?;
            if renewed == 1 {
                return Ok(Claim::Fresh(Claimed(token)));
            }
            continue;
        }
        if taken_hash != hash {
            return Ok(Claim::DifferentRequest);
        }
        let answer = answer.ok_or_else(|| unanswered(operation))?;
        return Ok(Claim::Answered(answer));
    }
    Err(StoreError::Conflict("a client token came and went".to_owned()))
}

/// Stores what the request answers, in the transaction that claimed the token.
///
/// `answer`: at most `limits::CLIENT_TOKEN_ANSWER_BYTES_MAX`; more is a bug of the operation.
pub fn store_answer(tx: &mut Tx<'_>, claimed: Claimed<'_>, answer: &[u8]) -> Result<(), StoreError> {
    let token = claimed.0;
    if answer.len() > limits::CLIENT_TOKEN_ANSWER_BYTES_MAX {
        return Err(StoreError::Bug(format!("the answer of {} is too long to be kept", token.operation)));
    }
    let place = tx.place().number();
    let stored = tx.execute(
        &sql::STORE_ANSWER,
        parameters![place, &token.aws_account, token.operation, &token.token, answer],
    )?;
    if stored == 1 { Ok(()) } else { Err(unanswered(token.operation)) }
}

/// Carries out `effect` once for `token`, or always when there is none; answers what it answered then or now.
pub fn once<E>(
    tx: &mut Tx<'_>,
    token: Option<&ClientToken>,
    effect: impl FnOnce(&mut Tx<'_>) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E>
where
    E: From<StoreError> + From<TokenReused>,
{
    let Some(token) = token else { return effect(tx) };
    match claim(tx, token)? {
        Claim::Answered(answer) => Ok(answer),
        Claim::DifferentRequest => Err(E::from(TokenReused)),
        Claim::Fresh(claimed) => {
            let answer = effect(tx)?;
            store_answer(tx, claimed, &answer)?;
            Ok(answer)
        }
    }
}

/// Removes at most `rows_max` expired tokens; answers how many.
pub fn sweep(tx: &mut Tx<'_>, rows_max: i64) -> Result<u64, StoreError> {
    let (place, now) = (tx.place().number(), tx.now());
    tx.execute(&sql::SWEEP, parameters![place, now, rows_max])
}

fn unanswered(operation: &str) -> StoreError {
    StoreError::Bug(format!("{operation} claimed a client token in a transaction that stored no answer"))
}
