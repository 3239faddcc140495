//! The operator as somebody who changes an organization, with its line in the audit trail.

use std::sync::Arc;

use postroom_directory::acting::Acting;
use postroom_directory::audit::AdminRecord;
use postroom_policy::permit::Permitted;
use serde_json::Value;

use super::Operator;

/// The operator, who carries out `command` (`domain rotate-dkim`), which the audit trail calls `operation`.
///
/// `parameters`: what was asked for, without anything sensitive.
pub(super) fn acting(
    operator: &Operator,
    command: &'static str,
    operation: &'static str,
    parameters: &Value,
) -> Acting {
    let store = &operator.opened.store;
    Acting {
        store: store.clone(),
        permit: Arc::new(Permitted::operator(command)),
        record: Some(AdminRecord::at_the_machine(store.random().as_ref(), operation, "", parameters)),
    }
}
