//! What is written down about calls: a change with what was asked for, reads and refusals in batches, no secret.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod support;

use postroom_admin_api::Peer;
use postroom_directory::DirectoryError;
use postroom_directory::call_audit::{CallRecord, list_calls};
use postroom_directory::ops::{AuditPart, list_audit};
use postroom_directory::testing::{carry_on, modules, new_organization, request_organization};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Place, Read, on_both_engines};
use postroom_types::Timestamp;
use serde_json::json;
use support::{Key, Service};

fn calls(store: &TestStore, service: &Service) -> Vec<CallRecord> {
    block_on(service.api.calls.flush());
    let start = (Timestamp::default(), String::new());
    store.read_blocking(Place::Directory, |read: &mut dyn Read| list_calls(read, None, &start, 100)).unwrap()
}

on_both_engines! { modules();
    fn a_change_says_what_was_asked_for_and_no_secret(store: &mut TestStore) {
        let service = Service::new(store);
        let new = new_organization(store, "demo");
        let key = request_organization(store, &new).unwrap();
        carry_on(store, Vec::new());
        let admin = service.administrator();
        let user = json!({
            "OrganizationId": new.id.as_str(), "Name": "alice", "DisplayName": "Alice", "Password": "Correct-Horse-1"
        });
        service.call(&admin, "WorkMailService.CreateUser", &user).unwrap();
        let read = |read: &mut dyn Read| list_audit(read, key, AuditPart::Last, 1);
        let entries: Result<_, DirectoryError> = store.read_blocking(Place::Organization(key), read);
        let entry = entries.unwrap().remove(0);
        assert_eq!((entry.operation.as_str(), entry.result.as_str()), ("CreateUser", "success"));
        let parameters: serde_json::Value = serde_json::from_str(&entry.parameters).unwrap();
        let expected = json!({
            "organizationId": new.id.as_str(), "name": "alice", "displayName": "***", "password": "***"
        });
        assert_eq!(parameters, expected);
        assert_eq!(calls(store, &service), []);
    }

    fn refusals_at_the_door_are_written_down_without_what_the_peer_has_sent(store: &mut TestStore) {
        let service = Service::new(store);
        let admin = service.administrator();
        let forged = Key { id: admin.id.clone(), secret: "not-the-secret-of-that-key".to_owned() };
        let nobody = Key { id: "NOKEYNOKEYNOKEY1".to_owned(), secret: "Xx-pasted-secret-xX".to_owned() };
        let peer = Peer { address: "203.0.113.9".parse().unwrap(), secure: true };
        let list = "WorkMailService.ListOrganizations";
        let call = |key: &Key, target: &str| service.call_from(peer, key, target, &json!({})).unwrap_err().0;
        assert_eq!(call(&forged, list), "InvalidSignatureException");
        assert_eq!(call(&nobody, list), "UnrecognizedClientException");
        assert_eq!(call(&admin, "WorkMailService.SecretWord"), "UnknownOperationException");
        let mut records = calls(store, &service);
        records.sort_by_key(|record| record.at);
        let seen: Vec<_> =
            records.iter().map(|record| (record.operation.as_str(), record.result.as_str())).collect();
        assert_eq!(seen, [
            ("ListOrganizations", "InvalidSignatureException"),
            ("ListOrganizations", "UnrecognizedClientException"),
            ("UnknownOperation", "UnknownOperationException"),
        ]);
        let actors: Vec<_> = records.iter().map(|record| record.actor.as_str()).collect();
        let known = format!("111122223333/{}", admin.id);
        assert_eq!(actors, [format!("unverified: {known}").as_str(), "unknown", &known]);
        assert!(records.iter().all(|record| record.source_ip == "203.0.113.9"));
        let all = format!("{records:?}");
        assert!(!all.contains("NOKEY") && !all.contains("SecretWord"), "{all}");
    }

    fn reads_and_refusals_are_written_down(store: &mut TestStore) {
        let service = Service::new(store);
        let (reader, nobody) = (service.administrator(), service.key("[]"));
        let unknown = "m-00000000000000000000000000000000";
        let body = json!({"OrganizationId": unknown});
        service.call(&reader, "WorkMailService.ListOrganizations", &json!({})).unwrap();
        service.call(&reader, "WorkMailService.ListUsers", &body).unwrap_err();
        let shape = json!({"OrganizationId": unknown, "MaxResults": 0});
        service.call(&reader, "WorkMailService.ListUsers", &shape).unwrap_err();
        service.call(&nobody, "WorkMailService.DeleteOrganization", &json!({
            "OrganizationId": unknown, "DeleteDirectory": true
        })).unwrap_err();
        let mut records = calls(store, &service);
        records.sort_by_key(|record| record.at);
        let seen: Vec<_> = records
            .iter()
            .map(|record| (record.operation.as_str(), record.result.as_str(), record.organization_id.as_str()))
            .collect();
        assert_eq!(seen, [
            ("ListOrganizations", "success", ""),
            ("ListUsers", "OrganizationNotFoundException", unknown),
            ("ListUsers", "ValidationException", unknown),
            ("DeleteOrganization", "AccessDeniedException", unknown),
        ]);
        assert!(records[3].actor.ends_with(&nobody.id), "{}", records[2].actor);
        assert_eq!(&*records[1].parameters, format!(r#"{{"organizationId":"{unknown}"}}"#));
        assert_eq!(records[0].source_ip, "127.0.0.1");
    }
}
