//! Imports over the API: what crosses the wire unchanged, and what is written down of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod support;

use postroom_directory::DirectoryError;
use postroom_directory::ops::{AuditPart, list_audit};
use postroom_directory::testing::{carry_on, new_organization, request_organization};
use postroom_store::testing::TestStore;
use postroom_store::{Place, Read, SchemaModule, on_both_engines};
use serde_json::{Value, json};
use support::Service;

fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_mailbox::schema::ORGANIZATION);
    modules
}

on_both_engines! { modules();
    fn milliseconds_are_kept_and_passwords_are_not_written_down(store: &mut TestStore) {
        let service = Service::new(store);
        let new = new_organization(store, "demo");
        let key = request_organization(store, &new).unwrap();
        carry_on(store, Vec::new());
        let admin = service.administrator();
        let call = |target: &str, mut body: Value| {
            body["OrganizationId"] = json!(new.id.as_str());
            service.call(&admin, target, &body)
        };
        let rule = json!({
            "Name": "office", "Effect": "DENY", "Description": "",
            "DateCreated": 1_532_459_261.827, "DateModified": 1_532_459_262.5
        });
        call("PostroomService.ImportAccessControlRule", rule).unwrap();
        let listed = call("WorkMailService.ListAccessControlRules", json!({})).unwrap();
        assert_eq!(listed["Rules"][1]["DateCreated"], 1_532_459_261.827);
        assert_eq!(listed["Rules"][1]["DateModified"], 1_532_459_262.5);

        let hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$8Hf9X1nGTvW2dNvJ7SxYQ0wzGd5uHkzqzJb1nB0mJ3k";
        let user = json!({
            "UserId": "S-1-1-12-1-2", "Name": "alice", "DisplayName": "Alice", "State": "DISABLED", "PasswordHash": hash
        });
        call("PostroomService.ImportUser", user.clone()).unwrap();
        let read = |read: &mut dyn Read| list_audit(read, key, AuditPart::Last, 1);
        let entries: Result<_, DirectoryError> = store.read_blocking(Place::Organization(key), read);
        let entry = entries.unwrap().remove(0);
        assert_eq!((entry.operation.as_str(), entry.result.as_str()), ("ImportUser", "success"));
        let parameters: Value = serde_json::from_str(&entry.parameters).unwrap();
        assert_eq!((&parameters["passwordHash"], &parameters["userId"]), (&json!("***"), &json!("S-1-1-12-1-2")));

        let mut other = user;
        other["DisplayName"] = json!("Someone");
        let (name, message) = call("PostroomService.ImportUser", other).unwrap_err();
        assert_eq!(name, "ImportConflictException");
        assert_eq!(message, "User S-1-1-12-1-2 is there already, with another DisplayName.");
    }
}
