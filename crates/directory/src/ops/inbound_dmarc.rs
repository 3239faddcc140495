//! PutInboundDmarcSettings and DescribeInboundDmarcSettings (WB §6.5).

use crate::DirectoryError;
use crate::admin::{AdminRead, AdminTx};
use crate::settings::{change_settings, settings};

/// Sets whether the policy of a sender's domain applies to mail that fails it.
pub fn put_inbound_dmarc_settings(tx: &mut AdminTx<'_, '_>, enforced: bool) -> Result<(), DirectoryError> {
    change_settings(tx, |settings| settings.dmarc_enforced = enforced)
}

/// Whether the policy of a sender's domain applies to mail that fails it.
pub fn describe_inbound_dmarc_settings(tx: &mut AdminRead<'_>) -> Result<bool, DirectoryError> {
    let organization = tx.organization;
    Ok(settings(tx, organization)?.dmarc_enforced)
}
