//! The identity policies of an access key.

use std::sync::Arc;

use crate::DirectoryError;
use crate::limits::POLICIES_BYTES_MAX;

/// A list of IAM identity policies as JSON text, checked when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies(Arc<str>);

impl Policies {
    /// The policies of `json`: one policy document or an array of them.
    ///
    /// `Invalid` says what is wrong with it.
    pub fn parse(json: &str) -> Result<Self, DirectoryError> {
        if json.len() > POLICIES_BYTES_MAX {
            let message = format!("The policies of a key are at most {POLICIES_BYTES_MAX} bytes.");
            return Err(DirectoryError::Invalid(message));
        }
        postroom_policy::iam::Policies::parse(json)
            .map_err(|error| DirectoryError::Invalid(format!("The policies are not valid: {error}.")))?;
        let value: serde_json::Value = serde_json::from_str(json)
            .map_err(|error| DirectoryError::Invalid(format!("The policies are not JSON: {error}.")))?;
        let list = if value.is_array() { value } else { serde_json::Value::Array(vec![value]) };
        Ok(Self(list.to_string().into()))
    }

    /// One policy that allows everything.
    pub fn administrator() -> Self {
        Self(
            r#"[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}]"#
                .into(),
        )
    }

    /// The policies that a column of the store holds.
    pub fn from_store(json: String) -> Self {
        Self(json.into())
    }

    /// A JSON array of policy documents.
    pub fn json(&self) -> &str {
        &self.0
    }
}
