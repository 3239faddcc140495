//! Personal access tokens (WB §11.3).

mod create_personal_access_token;
mod delete_personal_access_token;
mod list_personal_access_tokens;

pub use create_personal_access_token::{NewPersonalAccessToken, SCOPES, create_personal_access_token};
pub use delete_personal_access_token::delete_personal_access_token;
pub use list_personal_access_tokens::{get_personal_access_token, list_personal_access_tokens};
