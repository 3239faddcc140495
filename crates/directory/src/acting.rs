//! Somebody who changes things in more than one transaction: what a flow over two stores takes.

use std::sync::Arc;

use postroom_policy::permit::Permitted;
use postroom_store::{Place, Store, Tx};
use postroom_types::OrganizationKey;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::audit::{self, AdminRecord};
use crate::directory::DirectoryTx;

/// Who acts, and what is written down about it.
#[derive(Clone)]
pub struct Acting {
    /// Where.
    pub store: Store,
    /// Leave to do it.
    pub permit: Arc<Permitted>,
    /// The audit record of each change of an organization; background jobs have none.
    pub record: Option<AdminRecord>,
}

impl Acting {
    /// One of Postroom's own jobs.
    pub fn system(store: &Store, reason: &str) -> Self {
        Self { store: store.clone(), permit: Arc::new(Permitted::system(reason)), record: None }
    }

    /// Changes an organization in one transaction, its audit record included.
    pub async fn organization<T, F>(&self, key: OrganizationKey, work: F) -> Result<T, DirectoryError>
    where
        T: Send + 'static,
        F: Fn(&mut AdminTx<'_, '_>) -> Result<T, DirectoryError> + Send + 'static,
    {
        let (permit, record) = (Arc::clone(&self.permit), self.record.clone());
        let work = move |tx: &mut Tx<'_>| {
            let mut admin = AdminTx::begin(tx, &permit)?;
            let value = work(&mut admin)?;
            if let Some(record) = &record {
                audit::write(&mut admin, record)?;
            }
            Ok(value)
        };
        let done = self.store.write(Place::Organization(key), work).await;
        if let (Ok(_), Some(record)) = (&done, &self.record) {
            record.committed.set();
        }
        done
    }

    /// Changes the directory in one transaction: a step before or after the change of the organization, whose
    /// transaction has the record.
    pub async fn directory<T, F>(&self, work: F) -> Result<T, DirectoryError>
    where
        T: Send + 'static,
        F: Fn(&mut DirectoryTx<'_, '_>) -> Result<T, DirectoryError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permit);
        self.store.write(Place::Directory, move |tx| work(&mut DirectoryTx::begin(tx, &permit))).await
    }
}
