//! Quotas. RFC 9208 §4.

use super::text::{astring, line_end, list_of, mailbox_name, number, plain};
use crate::{Encoding, MailboxName, QuotaResource};

/// How much of a resource is used, and how much may be. In the resource's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaUsage {
    /// Of what.
    pub resource: QuotaResource,
    /// Used.
    pub used: u64,
    /// The most.
    pub limit: u64,
}

/// `* QUOTA root (STORAGE used limit …)`
pub fn quota(out: &mut Vec<u8>, root: &str, usages: &[QuotaUsage], encoding: Encoding) {
    plain(out, "* QUOTA ");
    astring(out, root.as_bytes(), encoding);
    out.push(b' ');
    list_of(out, usages, |out, usage| {
        plain(out, usage.resource.as_str());
        for value in [usage.used, usage.limit] {
            out.push(b' ');
            number(out, value);
        }
    });
    line_end(out);
}

/// `* QUOTAROOT name root …`
pub fn quota_root<'a>(
    out: &mut Vec<u8>,
    mailbox: &MailboxName,
    roots: impl IntoIterator<Item = &'a str>,
    encoding: Encoding,
) {
    plain(out, "* QUOTAROOT ");
    mailbox_name(out, mailbox, encoding);
    for root in roots {
        out.push(b' ');
        astring(out, root.as_bytes(), encoding);
    }
    line_end(out);
}
