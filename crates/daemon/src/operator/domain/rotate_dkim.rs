//! `postroom domain rotate-dkim`

use std::fmt;

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminRead;
use postroom_directory::domains::{DkimRole, key_record};
use postroom_directory::ops::get_mail_domain;
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Read};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::acting::acting;
use super::super::{Operator, named};
use super::Record;
use crate::problem::Problem;

/// Changes the key that signs for a domain.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DomainRotateDkim {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// Its name.
    pub(crate) domain: String,
    /// Whether or not the next key was seen published.
    pub(crate) force: bool,
}

/// The key was changed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rotated {
    domain: String,
    /// The selector that signs now.
    active_selector: String,
    /// The selector that has signed; none when none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_selector: Option<String>,
    /// The new next key, to be published before the next change.
    next_record: Record,
}

pub(in crate::operator) async fn rotate_dkim(
    operator: &Operator,
    command: DomainRotateDkim,
) -> Result<Rotated, Problem> {
    let what = format!("the DKIM key of {} was not changed", command.domain);
    let problem = |cause: &DirectoryError| Problem::new(what.clone(), cause);
    let organization = named::organization(operator, &command.organization).await?;
    let (domains, name, force) = (&operator.api.domains, command.domain, command.force);
    let parameters = json!({ "domainName": name, "force": force });
    let acting = acting(operator, "domain rotate-dkim", "RotateDkimKey", &parameters);
    domains.rotate_dkim(&acting, &organization, &name, force).await.map_err(|error| match error {
        DirectoryError::Invalid(_) => problem(&error).advise(
            "publish the key that `postroom domain show` lists as next and wait until a look has seen it, \
             or sign with it all the same with --force",
        ),
        DirectoryError::NotFound(_) => problem(&error)
            .advise("test domains have none; `postroom domain show` makes those of another domain"),
        error => problem(&error),
    })?;
    let key = organization.key;
    let find = move |read: &mut dyn Read| {
        let permit = Permitted::operator("domain rotate-dkim");
        get_mail_domain(&mut AdminRead::begin(read, key, &permit), &name)
    };
    let found = operator.opened.store.read(Place::Organization(key), find).await;
    let (domain, keys) =
        found.map_err(|error| Problem::new("the DKIM key was changed, but not read again", error))?;
    let of = |role| keys.iter().find(|key| key.role == role);
    let (Some(active), Some(next)) = (of(DkimRole::Active), of(DkimRole::Next)) else {
        return Err(problem(&DirectoryError::DomainNotFound(domain.name)));
    };
    Ok(Rotated {
        active_selector: active.selector.clone(),
        previous_selector: of(DkimRole::Spare).map(|key| key.selector.clone()),
        next_record: key_record(&domain, next, domains.hosts()).into(),
        domain: domain.name,
    })
}

impl fmt::Display for Rotated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Mail of {} is signed with {} now.", self.domain, self.active_selector)?;
        if let Some(previous) = &self.previous_selector {
            writeln!(f, "Leave the record of {previous} for a week: mail on its way is checked with it.")?;
        }
        writeln!(f, "Publish the next key before the next change:\n  {}", self.next_record)
    }
}
