//! The organization that a person names on the command line.

use postroom_directory::DirectoryError;
use postroom_directory::organizations::{Organization, named};

use super::Operator;
use crate::problem::Problem;

/// The organization that a person calls `name`: its id, in whatever state it is, or the alias of one that is not deleted.
pub(super) async fn organization(operator: &Operator, name: &str) -> Result<Organization, Problem> {
    let found = named(&operator.opened.store, name).await;
    let found =
        found.map_err(|error| Problem::new("the directory cannot be read", DirectoryError::from(error)))?;
    found.ok_or_else(|| {
        Problem::told(format!("there is no organization {name}"), "neither an id nor an alias is so")
            .advise("name it by its id (m-…) or its alias")
    })
}
