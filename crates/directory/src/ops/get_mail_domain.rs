//! GetMailDomain: a domain with the DKIM keys of its records (WB §6.1).

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::domains::{DkimKey, MailDomain, dkim_keys, must_find};

/// The domain `name` and its keys. `DomainNotFound`.
pub fn get_mail_domain(
    tx: &mut AdminRead<'_>,
    name: &str,
) -> Result<(MailDomain, Vec<DkimKey>), DirectoryError> {
    let organization = tx.organization;
    let domain = must_find(tx, organization, name)?;
    let keys = dkim_keys(tx, organization, name)?;
    Ok((domain, keys))
}
