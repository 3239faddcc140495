//! The audit record of an administrator's write: in the transaction of the write.
//!
//! A change of an organization is recorded in the organization's own store, a change of the directory (organizations
//! come and go, tags, access keys) in the directory, where the record outlives the organization that it is about.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postroom_store::{Random, Read, parameters};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::directory::DirectoryTx;
use crate::sql::audit as sql;

/// What the record says beside who did it and when. A copy stands for the same request.
#[derive(Debug, Clone)]
pub struct AdminRecord {
    /// The operation.
    pub operation: &'static str,
    /// The request's id.
    pub request_id: Arc<str>,
    /// The caller's AWS account; empty for the operator.
    pub aws_account: Arc<str>,
    /// The organization that the request names; empty for none.
    pub organization_id: Arc<str>,
    /// Where it came from.
    pub source_ip: IpAddr,
    /// What was asked for: a JSON object without anything sensitive.
    pub parameters: Arc<str>,
    /// Whether it is in the store.
    pub committed: Committed,
}

impl AdminRecord {
    /// The record of what is done at the machine: by the operator, or by the process itself.
    pub fn at_the_machine(
        random: &dyn Random,
        operation: &'static str,
        organization_id: &str,
        parameters: &serde_json::Value,
    ) -> Self {
        Self {
            operation,
            request_id: postroom_types::uuid(random.bytes()).into(),
            aws_account: "".into(),
            organization_id: organization_id.into(),
            source_ip: Ipv4Addr::LOCALHOST.into(),
            parameters: parameters.to_string().into(),
            committed: Committed::default(),
        }
    }
}

/// Whether one of the transactions that a record was written in has been committed. Copies share the answer.
#[derive(Debug, Clone, Default)]
pub struct Committed(Arc<AtomicBool>);

impl Committed {
    /// The commit was acknowledged.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
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

/// Writes the record of a change of the directory that is made in this transaction. It names the organization that the
/// change is about ([`DirectoryTx::concerns`]), else the one that the request names.
///
/// One request has one record in the directory: a repetition of its transaction adds none.
pub fn write_in_directory(tx: &mut DirectoryTx<'_, '_>, record: &AdminRecord) -> Result<(), DirectoryError> {
    let now = tx.now();
    let (actor, address) = (tx.permit().actor().to_owned(), record.source_ip.to_string());
    let organization_id = tx.concerned().unwrap_or(&record.organization_id).to_owned();
    tx.execute(
        &sql::INSERT_IN_DIRECTORY,
        parameters![
            now,
            &*record.request_id,
            &*record.aws_account,
            &organization_id,
            &actor,
            &address,
            record.operation,
            "success",
            &*record.parameters
        ],
    )?;
    Ok(())
}
