//! Making a personal access token: by the command line, later by the user in the web application (WB §11.3).

use std::time::Duration;

use postroom_store::{Read, parameters};
use postroom_types::{EntityType, PersonalAccessTokenName, PersonalAccessTokenScope, Timestamp};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, require_kind};
use crate::limits::{PERSONAL_TOKEN_SCOPES_MAX, PERSONAL_TOKENS_MAX};
use crate::settings::settings;
use crate::sql::{tokens as sql, users};
use crate::tokens::{MintedToken, PersonalAccessToken, scopes_text, select_personal};

/// What a token is made from.
#[derive(Debug, Clone)]
pub struct NewPersonalAccessToken {
    /// What the store keeps of it.
    pub minted: MintedToken,
    /// Whose it is: id, name or e-mail.
    pub user: String,
    /// For people.
    pub name: PersonalAccessTokenName,
    /// What it is good for; 1 to 10.
    pub scopes: Vec<PersonalAccessTokenScope>,
    /// When it ends; `None`: as late as the organization allows.
    pub expires_at: Option<Timestamp>,
}

/// The scopes of a token that is good for everything that WorkMail's tokens are good for (WB §11.3); ours are named
/// after the protocols of access control rules, since WorkMail's are not documented.
pub const SCOPES: [&str; 5] = ["ActiveSync", "AutoDiscover", "EWS", "IMAP", "SMTP"];

/// Makes a token; answers it without its secret.
///
/// Nothing is written on error: `EntityNotFound`, `EntityState` (not enabled, or deleted), `Invalid` (tokens are switched off; ends
/// in the past or later than the organization allows; scopes), `LimitExceeded`.
pub fn create_personal_access_token(
    tx: &mut AdminTx<'_, '_>,
    new: &NewPersonalAccessToken,
) -> Result<PersonalAccessToken, DirectoryError> {
    let organization = tx.organization;
    let user = require_kind(tx, organization, &new.user, Accepts::Any, EntityType::User)?;
    user.must_be_enabled()?;
    if new.scopes.is_empty() || new.scopes.len() > PERSONAL_TOKEN_SCOPES_MAX {
        let message = format!("A token has 1 to {PERSONAL_TOKEN_SCOPES_MAX} scopes.");
        return Err(DirectoryError::Invalid(message));
    }
    let provider = settings(tx, organization)?.identity_provider;
    let by_provider = provider.is_some();
    if provider.as_ref().is_some_and(|provider| !provider.tokens_active) {
        let message = "Personal access tokens are switched off in this organization.";
        return Err(DirectoryError::Invalid(message.to_owned()));
    }
    let days_max = provider.and_then(|provider| provider.token_lifetime_days);
    let now = tx.now();
    let expires_at = ending(now, days_max, new.expires_at)?;
    let count = tx.query_first(&sql::COUNT_PERSONAL, parameters![organization.0, &user.id])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) >= PERSONAL_TOKENS_MAX) {
        let message = format!("A user has at most {PERSONAL_TOKENS_MAX} personal access tokens.");
        return Err(DirectoryError::LimitExceeded(message));
    }
    let inserted = tx.execute(
        &sql::INSERT_PERSONAL,
        parameters![
            organization.0,
            &new.minted.id,
            &user.id,
            new.name.as_str(),
            &scopes_text(&new.scopes),
            new.minted.mac.as_slice(),
            by_provider,
            now,
            expires_at,
            None::<Timestamp>
        ],
    )?;
    if inserted == 0 {
        return Err(DirectoryError::Invalid(format!("The id {} is taken.", new.minted.id)));
    }
    tx.execute(&users::ADVANCE_CREDENTIALS, parameters![organization.0, &user.id])?;
    let created = select_personal(tx, organization, &new.minted.id)?;
    Ok(created.expect("just inserted in this transaction").0)
}

/// When a token ends that is made `now` and lasts at most `days_max` days.
fn ending(
    now: Timestamp,
    days_max: Option<i64>,
    wanted: Option<Timestamp>,
) -> Result<Option<Timestamp>, DirectoryError> {
    let latest =
        days_max.map(|days| now.plus(Duration::from_secs(u64::try_from(days).unwrap_or(0) * 24 * 60 * 60)));
    if wanted.is_some_and(|at| at <= now) {
        return Err(DirectoryError::Invalid("The token would have ended already.".to_owned()));
    }
    if let (Some(wanted), Some(latest)) = (wanted, latest)
        && wanted > latest
    {
        let message = format!("A token lasts at most {} days here.", days_max.unwrap_or_default());
        return Err(DirectoryError::Invalid(message));
    }
    Ok(wanted.or(latest))
}
