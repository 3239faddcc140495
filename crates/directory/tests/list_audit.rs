//! The audit trail: what was changed stands in it, in order, and is read from the end or from a place on.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::net::Ipv4Addr;

use postroom_directory::DirectoryError;
use postroom_directory::audit::{self, AdminRecord};
use postroom_directory::limits::PAGE_ROWS_MAX;
use postroom_directory::ops::{AuditEntry, AuditPart, list_audit};
use postroom_directory::testing::{modules, organization};
use postroom_store::testing::TestStore;
use postroom_store::{Place, Read, Store, on_both_engines};
use postroom_types::OrganizationKey;
use support::write;

fn record(store: &Store, operation: &'static str, request_id: &str) -> AdminRecord {
    let parameters = serde_json::json!({"name": "alice"});
    let random = store.random().as_ref();
    AdminRecord {
        request_id: request_id.into(),
        source_ip: Ipv4Addr::new(192, 0, 2, 1).into(),
        ..AdminRecord::at_the_machine(random, operation, "m-1", &parameters)
    }
}

fn change(store: &Store, key: OrganizationKey, request_id: &str) {
    let record = record(store, "CreateUser", request_id);
    write(store, key, move |tx| audit::write(tx, &record)).unwrap();
}

fn list(store: &Store, key: OrganizationKey, part: AuditPart, rows_max: i64) -> Vec<AuditEntry> {
    let listed = store
        .read_blocking(Place::Organization(key), |read: &mut dyn Read| list_audit(read, key, part, rows_max));
    let listed: Result<_, DirectoryError> = listed;
    listed.unwrap()
}

fn ids(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.request_id.as_str()).collect()
}

on_both_engines! { modules();
    fn the_end_and_what_comes_after(store: &mut TestStore) {
        let (key, other) = (organization(store, "one"), organization(store, "other"));
        let before = list(store, key, AuditPart::Last, PAGE_ROWS_MAX);
        for request_id in ["a", "b", "c"] {
            change(store, key, request_id);
            change(store, other, "x");
        }
        let last = list(store, key, AuditPart::Last, 2);
        assert_eq!(ids(&last), ["b", "c"]);
        assert_eq!((last[0].operation.as_str(), last[0].source_ip.as_str()), ("CreateUser", "192.0.2.1"));
        assert_eq!(last[0].parameters, r#"{"name":"alice"}"#);
        let after = before.last().map_or(0, |entry| entry.sequence);
        let first = list(store, key, AuditPart::After(after), 2);
        assert_eq!(ids(&first), ["a", "b"]);
        assert_eq!(ids(&list(store, key, AuditPart::After(first[1].sequence), 2)), ["c"]);
        assert_eq!(list(store, key, AuditPart::After(last[1].sequence), 2), []);
    }
}
