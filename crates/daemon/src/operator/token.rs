//! Personal access tokens.

use std::fmt;
use std::time::Duration;

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::audit::{self, AdminRecord};
use postroom_directory::ops::{
    NewPersonalAccessToken, SCOPES, create_personal_access_token, revoke_impersonation_tokens,
};
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Tx};
use postroom_types::{Constrained, ImpersonationRoleId, PersonalAccessTokenName, PersonalAccessTokenScope};
use serde::{Deserialize, Serialize};

use super::{Operator, named, time};
use crate::problem::Problem;

/// Makes a personal access token: a password for programs of one user.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TokenCreate {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// Whose: id, name or address.
    pub(crate) user: String,
    /// For people.
    pub(crate) name: String,
    /// What it is good for; empty: everything that tokens are good for.
    pub(crate) scopes: Vec<String>,
    /// When it ends; none: as late as the organization allows.
    pub(crate) days: Option<u32>,
}

/// Ends the impersonation tokens of a role before their time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TokenRevokeImpersonation {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// The role's id.
    pub(crate) role: String,
}

/// How many tokens were ended.
#[derive(Serialize, Deserialize)]
pub(crate) struct Revoked {
    revoked: u64,
}

/// A new token; the only time that it is shown.
#[derive(Serialize, Deserialize)]
pub(crate) struct Token {
    token_id: String,
    token: String,
    user_id: String,
    scopes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

pub(super) async fn create(operator: &Operator, command: TokenCreate) -> Result<Token, Problem> {
    let store = &operator.opened.store;
    let problem = |cause: DirectoryError| match cause {
        DirectoryError::EntityNotFound(name) => {
            Problem::told("no token was made", format!("there is no user {name}"))
                .advise("name a user, and no group or resource, by id, name or address")
        }
        cause => Problem::new("no token was made", cause),
    };
    let invalid = |what: &str| problem(DirectoryError::Invalid(what.to_owned()));
    let organization = named::organization(operator, &command.organization).await?;
    let minted = operator.api.tokens.mint_personal(organization.key, &organization.id).await;
    let (minted, text) = minted.map_err(problem)?;
    let name = PersonalAccessTokenName::parse(&command.name)
        .map_err(|_| invalid("a token's name has 1 to 64 characters and none of < > \\"))?;
    let mut scopes = command.scopes.clone();
    // Named twice is named once: a token has as many scopes as there are words, at most.
    scopes.sort();
    scopes.dedup();
    if scopes.is_empty() {
        scopes = SCOPES.map(str::to_owned).to_vec();
    }
    let scope = |text: &String| match SCOPES.contains(&text.as_str()) {
        true => Ok(PersonalAccessTokenScope::from_store(text.clone())),
        false => Err(invalid(&format!("there is no scope {text}; there are {}", SCOPES.join(", ")))),
    };
    let days = |days: u32| Duration::from_secs(u64::from(days) * 24 * 60 * 60);
    let new = NewPersonalAccessToken {
        minted,
        user: command.user.clone(),
        name,
        scopes: scopes.iter().map(scope).collect::<Result<_, _>>()?,
        expires_at: command.days.map(|count| store.clock().now().plus(days(count))),
    };
    let parameters = serde_json::json!({ "userId": command.user, "name": command.name, "scopes": scopes });
    let record = AdminRecord::at_the_machine(
        store.random().as_ref(),
        "CreatePersonalAccessToken",
        organization.id.as_str(),
        &parameters,
    );
    let made = store.write(Place::Organization(organization.key), move |tx: &mut Tx<'_>| {
        let permit = Permitted::operator("token create");
        let mut admin = AdminTx::begin(tx, &permit)?;
        let token = create_personal_access_token(&mut admin, &new)?;
        audit::write(&mut admin, &record)?;
        Ok::<_, DirectoryError>(token)
    });
    let token = made.await.map_err(problem)?;
    Ok(Token {
        token_id: token.id.as_str().to_owned(),
        token: text.to_string(),
        user_id: token.user_id.to_string(),
        scopes,
        expires_at: token.expires_at.map(time::text),
    })
}

pub(super) async fn revoke_impersonation(
    operator: &Operator,
    command: TokenRevokeImpersonation,
) -> Result<Revoked, Problem> {
    let store = &operator.opened.store;
    let problem = |cause: DirectoryError| Problem::new("no token was revoked", cause);
    let invalid = |what: &str| problem(DirectoryError::Invalid(what.to_owned()));
    let organization = named::organization(operator, &command.organization).await?;
    let role = ImpersonationRoleId::parse(&command.role)
        .map_err(|_| invalid("a role's id has 1 to 64 letters, digits, _ and -"))?;
    let record = AdminRecord::at_the_machine(
        store.random().as_ref(),
        "RevokeImpersonationTokens",
        organization.id.as_str(),
        &serde_json::json!({ "impersonationRoleId": command.role }),
    );
    let revoked = store.write(Place::Organization(organization.key), move |tx: &mut Tx<'_>| {
        let permit = Permitted::operator("token revoke-impersonation");
        let mut admin = AdminTx::begin(tx, &permit)?;
        let revoked = revoke_impersonation_tokens(&mut admin, &role)?;
        audit::write(&mut admin, &record)?;
        Ok::<_, DirectoryError>(revoked)
    });
    Ok(Revoked { revoked: revoked.await.map_err(problem)? })
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.revoked {
            0 => writeln!(f, "The role has no tokens."),
            1 => writeln!(f, "1 token of the role has ended."),
            count => writeln!(f, "{count} tokens of the role have ended."),
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end =
            self.expires_at.as_ref().map_or_else(|| "does not end".to_owned(), |at| format!("ends {at}"));
        writeln!(f, "{}", self.token)?;
        writeln!(f, "It is shown this once; it {end}. Id: {}; for {}.", self.token_id, self.scopes.join(", "))
    }
}
