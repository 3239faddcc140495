//! ExplainAccessControl says what GetAccessControlEffect decides, and why.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod support;

use postroom_directory::testing::{carry_on, modules, new_organization, request_organization};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use serde_json::json;
use support::Service;

on_both_engines! { modules();
    fn each_rule_is_explained(store: &mut TestStore) {
        let service = Service::new(store);
        let new = new_organization(store, "demo");
        request_organization(store, &new).unwrap();
        carry_on(store, Vec::new());
        let (id, admin) = (new.id.as_str(), service.administrator());
        let call = |operation: &str, body: serde_json::Value| service.call(&admin, operation, &body);
        let user = call(
            "WorkMailService.CreateUser",
            json!({"OrganizationId": id, "Name": "alice", "DisplayName": "Alice"}),
        )
        .unwrap();
        let rule = json!({
            "OrganizationId": id, "Name": "office", "Effect": "DENY", "Description": "", "Actions": ["IMAP"],
            "NotIpRanges": ["10.0.0.0/8"], "UserIds": [user["UserId"]],
        });
        call("WorkMailService.PutAccessControlRule", rule).unwrap();
        let effect = |address: &str| {
            let question =
                json!({"OrganizationId": id, "IpAddress": address, "Action": "IMAP", "UserId": user["UserId"]});
            call("WorkMailService.GetAccessControlEffect", question).unwrap()
        };
        assert_eq!(effect("10.1.1.1"), json!({"Effect": "ALLOW", "MatchedRules": ["default"]}));
        assert_eq!(effect("192.0.2.1"), json!({"Effect": "DENY", "MatchedRules": ["office"]}));
        let explain = |address: &str| {
            let question = json!({"OrganizationId": id, "IpAddress": address, "Action": "IMAP", "UserId": "alice"});
            call("PostroomService.ExplainAccessControl", question).unwrap()
        };
        let inside = explain("10.1.1.1");
        assert_eq!((&inside["Effect"], &inside["DecidedBy"]), (&json!("ALLOW"), &json!("RULES")));
        let office = &inside["Rules"][1];
        assert_eq!((&office["RuleId"], &office["Matched"]), (&json!("office"), &json!(false)));
        let conditions: Vec<_> = office["Conditions"].as_array().unwrap().iter().collect();
        let outcomes: Vec<_> =
            conditions.iter().map(|one| (one["Condition"].as_str().unwrap(), one["Matched"].as_bool().unwrap())).collect();
        assert_eq!(outcomes, [("Actions", true), ("NotIpRanges", false), ("UserIds", true)]);
        assert_eq!(conditions[1]["Value"], "10.0.0.0/8");
        // IPv6 is beyond WorkMail's own operation: a DENY rule's NotIpRanges holds for it.
        assert_eq!(explain("2001:db8::1")["MatchedRules"], json!(["office"]));
        let refused = call(
            "PostroomService.ExplainAccessControl",
            json!({"OrganizationId": id, "IpAddress": "x", "Action": "IMAP", "UserId": "alice"}),
        );
        assert_eq!(refused.unwrap_err().0, "InvalidParameterException");
    }
}
