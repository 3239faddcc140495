//! A personal access token as a row.

use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::{
    Constrained, EntityId, OrganizationKey, PersonalAccessTokenId, PersonalAccessTokenName,
    PersonalAccessTokenScope, Timestamp,
};

use crate::sql::tokens as sql;

/// A personal access token, without anything that proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalAccessToken {
    /// Its public id.
    pub id: PersonalAccessTokenId,
    /// Whose it is.
    pub user_id: EntityId,
    /// For people.
    pub name: PersonalAccessTokenName,
    /// What it is good for: names of protocols.
    pub scopes: Vec<PersonalAccessTokenScope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to within some minutes.
    pub last_used_at: Option<Timestamp>,
    /// Made while an identity provider was configured: good only while one is (WB §11.2).
    pub by_provider: bool,
}

/// A token that was found to be genuine and good for what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    /// Its public id, for the log.
    pub id: PersonalAccessTokenId,
    /// Whose it is.
    pub user_id: EntityId,
    /// What else it is good for.
    pub scopes: Vec<PersonalAccessTokenScope>,
    /// When it ends; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// Why a presented text is not accepted. For the log: the peer is not told which part was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// It has not the form of a token; it may be a password.
    NotAToken,
    /// There is no such token (any more), or the secret is another.
    Unknown,
    /// It has ended.
    Expired,
    /// It is of another organization, or its organization is not in use.
    OtherOrganization,
    /// It is another user's.
    OtherUser,
    /// It is not good for this protocol.
    Scope,
    /// The organization has switched tokens off, or the identity provider that they came with is gone.
    SwitchedOff,
    /// The user is not enabled.
    UserNotEnabled,
}

impl TokenRefusal {
    /// The word for it in an authentication log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAToken => "NotAToken",
            Self::Unknown => "UnknownToken",
            Self::Expired => "TokenExpired",
            Self::OtherOrganization => "TokenOfOtherOrganization",
            Self::OtherUser => "TokenOfOtherUser",
            Self::Scope => "TokenScope",
            Self::SwitchedOff => "TokensSwitchedOff",
            Self::UserNotEnabled => "UserNotEnabled",
        }
    }
}

/// The token `id` with its keyed hash, if there is one.
pub(crate) fn select_personal(
    read: &mut dyn Read,
    organization: OrganizationKey,
    id: &str,
) -> Result<Option<(PersonalAccessToken, Vec<u8>)>, StoreError> {
    let row = read.query_first(&sql::SELECT_PERSONAL, parameters![organization.0, id])?;
    Ok(row.map(from_row))
}

/// At most `rows_max` tokens whose id is above `after`, of one user or of all, by id.
pub(crate) fn personal_page(
    read: &mut dyn Read,
    organization: OrganizationKey,
    user: Option<&EntityId>,
    after: &str,
    rows_max: i64,
) -> Result<Vec<PersonalAccessToken>, StoreError> {
    let rows = match user {
        Some(user) => {
            read.query(&sql::PAGE_PERSONAL_OF_USER, parameters![organization.0, after, rows_max, user])?
        }
        None => read.query(&sql::PAGE_PERSONAL, parameters![organization.0, after, rows_max])?,
    };
    Ok(rows.into_iter().map(|row| from_row(row).0).collect())
}

/// The column of `scopes`. No scope holds a control character, so one separates them.
pub(crate) fn scopes_text(scopes: &[PersonalAccessTokenScope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join("\n")
}

fn from_row(mut row: Row) -> (PersonalAccessToken, Vec<u8>) {
    let scopes: String = row.take(3);
    let token = PersonalAccessToken {
        id: PersonalAccessTokenId::from_store(row.take(0)),
        user_id: row.take(1),
        name: PersonalAccessTokenName::from_store(row.take(2)),
        scopes: scopes.lines().map(|scope| PersonalAccessTokenScope::from_store(scope.to_owned())).collect(),
        created_at: row.take(4),
        expires_at: row.take(5),
        last_used_at: row.take(6),
        by_provider: row.take(8),
    };
    (token, row.take(7))
}
