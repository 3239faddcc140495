//! Log-ins on a test's store.

use std::sync::Arc;

use postroom_oidc::Issuer;
use postroom_store::Store;

use crate::access::Access;
use crate::access_audit::AccessAudit;
use crate::in_force::AdminChanges;
use crate::log_in::{LogInParts, LogIns};
use crate::organizations::Organizations;
use crate::password::Hasher;
use crate::testing::keyring;
use crate::tokens::Tokens;

/// The log-ins of one process on `store`, and the tokens that they verify. Each call is a process of its own.
pub fn log_ins(store: &Store) -> (Arc<Tokens>, LogIns) {
    log_ins_with(store, None)
}

/// The same, where access tokens of `issuer` are taken.
pub fn log_ins_with(store: &Store, issuer: Option<Arc<Issuer>>) -> (Arc<Tokens>, LogIns) {
    let changes = AdminChanges::watching(store);
    let organizations = Organizations::watching(store);
    let tokens = Tokens::new(store.clone(), keyring(store), Arc::clone(&organizations), Arc::clone(&changes));
    let tokens = Arc::new(tokens);
    let log_ins = LogIns::new(LogInParts {
        store: store.clone(),
        organizations,
        tokens: Arc::clone(&tokens),
        passwords: Hasher::new(Arc::clone(store.random()), 2),
        access: Arc::new(Access::access(store.clone(), Arc::clone(&changes))),
        changes,
        audit: Arc::new(AccessAudit::new(store.clone())),
        issuer,
    });
    (tokens, log_ins)
}
