//! `postroom domain list`

use std::fmt;

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminRead;
use postroom_directory::domains::MailDomain;
use postroom_directory::ops::list_mail_domains;
use postroom_directory::page::PageRequest;
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Read};
use serde::{Deserialize, Serialize};

use super::super::{Operator, named, pages, table, time};
use super::word;
use crate::problem::Problem;

/// Lists the domains of an organization.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DomainList {
    /// `m-…` or its alias.
    pub(crate) organization: String,
}

/// The domains of an organization.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Domains {
    domains: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    domain: String,
    is_test_domain: bool,
    is_default: bool,
    ownership: String,
    dkim: String,
    mx: String,
    autodiscover: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<String>,
}

pub(in crate::operator) async fn list(operator: &Operator, command: DomainList) -> Result<Domains, Problem> {
    let key = named::organization(operator, &command.organization).await?.key;
    let page = move |read: &mut dyn Read, page: &PageRequest| {
        let permit = Permitted::operator("domain list");
        list_mail_domains(&mut AdminRead::begin(read, key, &permit), page)
    };
    let rows = pages::all(&operator.opened.store, Place::Organization(key), page).await;
    let rows = rows.map_err(|error: DirectoryError| Problem::new("the domains cannot be listed", error))?;
    Ok(Domains { domains: rows.into_iter().map(Listed::from).collect() })
}

impl From<MailDomain> for Listed {
    fn from(domain: MailDomain) -> Self {
        Self {
            is_test_domain: domain.is_test,
            is_default: domain.is_default,
            ownership: domain.status.ownership.as_str().to_owned(),
            dkim: domain.status.dkim.as_str().to_owned(),
            mx: domain.status.mx.as_str().to_owned(),
            autodiscover: domain.status.autodiscover.as_str().to_owned(),
            checked_at: domain.status.checked_at.map(time::text),
            domain: domain.name,
        }
    }
}

impl fmt::Display for Domains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |domain: &Listed| {
            let mark = match (domain.is_test_domain, domain.is_default) {
                (true, true) => "test, default",
                (true, false) => "test",
                (false, true) => "default",
                (false, false) => "",
            };
            vec![
                domain.domain.clone(),
                word(&domain.ownership),
                word(&domain.dkim),
                word(&domain.mx),
                word(&domain.autodiscover),
                domain.checked_at.clone().unwrap_or_else(|| "-".to_owned()),
                mark.to_owned(),
            ]
        };
        let rows: Vec<_> = self.domains.iter().map(row).collect();
        table::write(f, &["DOMAIN", "OWNERSHIP", "DKIM", "MX", "AUTODISCOVER", "LAST LOOK", ""], &rows)
    }
}
