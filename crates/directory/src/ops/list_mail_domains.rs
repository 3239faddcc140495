//! ListMailDomains: by name, the test domain among them (WB §6.1).

use postroom_store::{Read, parameters};
use postroom_types::fold;

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::domains::MailDomain;
use crate::page::{Page, PageRequest};
use crate::sql::domains as sql;

/// A page of the organization's domains.
pub fn list_mail_domains(
    tx: &mut AdminRead<'_>,
    page: &PageRequest,
) -> Result<Page<MailDomain>, DirectoryError> {
    let organization = tx.organization;
    let rows = tx.query(&sql::LIST, parameters![organization.0, &page.after, page.probe()])?;
    let domains = rows.into_iter().map(MailDomain::from_row).collect();
    Ok(Page::cut(domains, page, |domain: &MailDomain| fold(&domain.name).as_bytes().to_vec()))
}
