//! ListPersonalAccessTokens and GetPersonalAccessTokenMetadata (WB §11.3).

use postroom_types::{EntityType, PersonalAccessTokenId};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, require_kind};
use crate::page::{Page, PageRequest};
use crate::tokens::{PersonalAccessToken, personal_page, select_personal};

/// A page of the tokens of the user that `user` (id, name or e-mail) names, or of all, in order of id.
///
/// `EntityNotFound`, `EntityState` (the user is not enabled, or deleted).
pub fn list_personal_access_tokens(
    tx: &mut AdminRead<'_>,
    user: Option<&str>,
    page: &PageRequest,
) -> Result<Page<PersonalAccessToken>, DirectoryError> {
    let organization = tx.organization;
    let user = match user {
        Some(identifier) => {
            let user = require_kind(tx, organization, identifier, Accepts::Any, EntityType::User)?;
            user.must_be_enabled()?;
            Some(user.id)
        }
        None => None,
    };
    let after = String::from_utf8_lossy(&page.after).into_owned();
    let tokens = personal_page(tx, organization, user.as_ref(), &after, page.probe())?;
    Ok(Page::cut(tokens, page, |token| token.id.as_str().as_bytes().to_vec()))
}

/// The token `id`. `NotFound`.
pub fn get_personal_access_token(
    tx: &mut AdminRead<'_>,
    id: &PersonalAccessTokenId,
) -> Result<PersonalAccessToken, DirectoryError> {
    let organization = tx.organization;
    match select_personal(tx, organization, id.as_str())? {
        Some((token, _)) => Ok(token),
        None => {
            let message = format!("The personal access token {} was not found.", id.as_str());
            Err(DirectoryError::NotFound(message))
        }
    }
}
