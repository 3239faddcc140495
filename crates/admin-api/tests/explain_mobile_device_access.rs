//! ExplainMobileDeviceAccess says what holds for a device, and why. The policies of a key may name one role.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod support;

use postroom_directory::testing::TestOrganization;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Place, Read, SchemaModule, StoreError, on_both_engines, parameters, statements};
use postroom_types::OrganizationKey;
use serde_json::{Value, json};
use support::Service;

statements! {
    SELECT_ID = "SELECT organization_id FROM organizations WHERE organization = $1";
}

fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_devices::schema::ORGANIZATION);
    modules
}

fn id_of(store: &TestStore, key: OrganizationKey) -> String {
    let id: Result<String, StoreError> = store.read_blocking(Place::Directory, |read: &mut dyn Read| {
        Ok(read.query_first(&SELECT_ID, parameters![key.0])?.map(|mut row| row.take(0)).unwrap())
    });
    id.unwrap()
}

on_both_engines! { modules();
    fn an_override_is_named_before_the_rules(store: &mut TestStore) {
        let service = Service::new(store);
        let organization = TestOrganization::in_store(store);
        organization.enabled_user("alice");
        let (id, admin) = (id_of(store, organization.key), service.administrator());
        let call = |operation: &str, mut body: Value| {
            body["OrganizationId"] = json!(id);
            service.call(&admin, operation, &body)
        };
        let explain = |body: Value| call("PostroomService.ExplainMobileDeviceAccess", body);
        let rule = json!({"Name": "old", "Effect": "DENY", "DeviceTypes": ["android"]});
        call("WorkMailService.CreateMobileDeviceAccessRule", rule).unwrap();
        let rules = explain(json!({"DeviceType": "Android 4"})).unwrap();
        assert_eq!((&rules["Effect"], &rules["DecidedBy"]), (&json!("DENY"), &json!("RULES")));
        assert_eq!(rules["Rules"][0]["Conditions"][0]["Value"], "android");
        let device = json!({"UserId": "alice", "DeviceId": "AbC1", "DeviceType": "Android 4"});
        assert_eq!(explain(device.clone()).unwrap()["DecidedBy"], "RULES");
        let put = json!({"UserId": "alice", "DeviceId": "abc1", "Effect": "ALLOW"});
        call("WorkMailService.PutMobileDeviceAccessOverride", put).unwrap();
        let explained = explain(device).unwrap();
        assert_eq!((&explained["Effect"], &explained["DecidedBy"]), (&json!("ALLOW"), &json!("OVERRIDE")));
        assert_eq!(explained["MatchedRules"], json!([]));
        assert_eq!(explained["Rules"][0]["Matched"], true);
        assert_eq!(explain(json!({"UserId": "alice"})).unwrap_err().0, "InvalidParameterException");
        let nobody = explain(json!({"UserId": "nobody", "DeviceId": "x"}));
        assert_eq!(nobody.unwrap_err().0, "EntityNotFoundException");
    }

    fn a_key_may_be_limited_to_one_impersonation_role(store: &mut TestStore) {
        let service = Service::new(store);
        let organization = TestOrganization::in_store(store);
        let (id, admin) = (id_of(store, organization.key), service.administrator());
        let role = |name: &str| {
            let body = json!({"OrganizationId": id, "Name": name, "Type": "READ_ONLY", "Rules": []});
            let made = service.call(&admin, "WorkMailService.CreateImpersonationRole", &body).unwrap();
            made["ImpersonationRoleId"].as_str().unwrap().to_owned()
        };
        let (mine, other) = (role("mine"), role("other"));
        let condition = json!({"StringEquals": {"workmail:ImpersonationRoleId": mine}});
        let statement = json!({
            "Effect": "Allow", "Action": "workmail:AssumeImpersonationRole", "Resource": "*", "Condition": condition
        });
        let key = service.key(&json!({"Version": "2012-10-17", "Statement": statement}).to_string());
        let assume = |role: &str| {
            let body = json!({"OrganizationId": id, "ImpersonationRoleId": role});
            service.call(&key, "WorkMailService.AssumeImpersonationRole", &body)
        };
        let assumed = assume(&mine).unwrap();
        assert_eq!(assume(&other).unwrap_err().0, "AccessDeniedException");
        let token = assumed["Token"].as_str().unwrap();
        let verified = block_on(service.api.tokens.verify_impersonation(token)).unwrap().unwrap();
        assert_eq!((verified.organization, verified.role_id.as_str()), (organization.key, mine.as_str()));
    }
}
