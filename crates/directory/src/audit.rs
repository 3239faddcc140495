//! The audit record of an administrator's write: in the transaction of the write.

use std::net::IpAddr;
use std::sync::Arc;

use postroom_store::{Read, parameters};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::sql::audit as sql;

/// What the record says beside who did it and when.
#[derive(Debug, Clone)]
pub struct AdminRecord {
    /// The operation.
    pub operation: &'static str,
    /// The request's id.
    pub request_id: Arc<str>,
    /// Where it came from.
    pub source_ip: IpAddr,
    /// What was asked for: a JSON object without anything sensitive.
    pub parameters: Arc<str>,
}

/// Writes the record of a change that is made in this transaction.
pub fn write(tx: &mut AdminTx<'_, '_>, record: &AdminRecord) -> Result<(), DirectoryError> {
    let (organization, sequence, now) = (tx.organization, tx.sequence, tx.now());
    let (actor, address) = (tx.permit().actor().to_owned(), record.source_ip.to_string());
    tx.execute(
        &sql::INSERT,
        parameters![
            organization.0,
            sequence,
            now,
            record.operation,
            &*record.request_id,
            &actor,
            &address,
            "success",
            &*record.parameters
        ],
    )?;
    Ok(())
}
