//! Requests with a client token take effect once (WB §1.2).

use postroom_store::Tx;
use postroom_store::client_tokens::{Claim, ClientToken, TokenReused, claim, store_answer};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::directory::DirectoryTx;

/// What an operation writes in; the token lies in the same store as the effect.
pub trait Writes<'t> {
    /// The transaction itself.
    fn transaction(&mut self) -> &mut Tx<'t>;
}

impl<'t> Writes<'t> for AdminTx<'_, 't> {
    fn transaction(&mut self) -> &mut Tx<'t> {
        self.tx()
    }
}

impl<'t> Writes<'t> for DirectoryTx<'_, 't> {
    fn transaction(&mut self) -> &mut Tx<'t> {
        self.tx()
    }
}

/// Carries `effect` out once for `token`, or always when there is none; answers what it answered then or now.
///
/// `Invalid` when the token was used for a request that asked for something else.
pub fn once<'t, W: Writes<'t>>(
    tx: &mut W,
    token: Option<&ClientToken>,
    effect: impl FnOnce(&mut W) -> Result<Vec<u8>, DirectoryError>,
) -> Result<Vec<u8>, DirectoryError> {
    let Some(token) = token else { return effect(tx) };
    match claim(tx.transaction(), token)? {
        Claim::Answered(answer) => Ok(answer),
        Claim::DifferentRequest => Err(TokenReused.into()),
        Claim::Fresh(claimed) => {
            let answer = effect(tx)?;
            store_answer(tx.transaction(), claimed, &answer)?;
            Ok(answer)
        }
    }
}
