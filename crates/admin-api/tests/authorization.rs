//! Who may call: the policies of an access key, its conditions, AWS's wording of a refusal. WB §11.4.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod support;

use postroom_admin_api::Peer;
use postroom_directory::testing::{AWS_ACCOUNT, carry_on, modules, new_organization, request_organization};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use serde_json::{Value, json};
use support::{Key, Service};

const LIST: &str = "WorkMailService.ListAccessControlRules";

/// An active organization's id.
fn organization(store: &TestStore, alias: &str) -> String {
    let new = new_organization(store, alias);
    request_organization(store, &new).unwrap();
    carry_on(store, Vec::new());
    new.id.as_str().to_owned()
}

fn arn(id: &str) -> String {
    format!("arn:aws:workmail:us-east-1:{AWS_ACCOUNT}:organization/{id}")
}

/// A policy of one statement.
fn policy(effect: &str, action: &str, resource: &str, condition: Value) -> Value {
    let statement = json!({"Effect": effect, "Action": action, "Resource": resource, "Condition": condition});
    json!({"Version": "2012-10-17", "Statement": statement})
}

fn listing(service: &Service, key: &Key, id: &str) -> Result<Value, (String, String)> {
    service.call(key, LIST, &json!({"OrganizationId": id}))
}

#[track_caller]
fn check_denied(result: Result<Value, (String, String)>) {
    assert_eq!(result.unwrap_err().0, "AccessDeniedException");
}

on_both_engines! { modules();
    fn a_key_may_do_what_its_policies_say_and_nothing_else(store: &mut TestStore) {
        let service = Service::new(store);
        let (one, other) = (organization(store, "one"), organization(store, "other"));
        let nothing = service.key("[]");
        let (name, message) = listing(&service, &nothing, &one).unwrap_err();
        assert_eq!(name, "AccessDeniedException");
        let user = format!("User: arn:aws:iam::{AWS_ACCOUNT}:access-key/{}", nothing.id);
        assert_eq!(
            message,
            format!(
                "{user} is not authorized to perform: workmail:ListAccessControlRules on resource: {} because no \
                 identity-based policy allows the workmail:ListAccessControlRules action",
                arn(&one)
            )
        );
        let reader = service.key(&policy("Allow", "workmail:List*", &arn(&one), json!({})).to_string());
        listing(&service, &reader, &one).unwrap();
        check_denied(listing(&service, &reader, &other));
        let put = json!({"OrganizationId": one, "Name": "n", "Effect": "ALLOW", "Description": ""});
        check_denied(service.call(&reader, "WorkMailService.PutAccessControlRule", &put));
        let rules = listing(&service, &reader, &one).unwrap();
        assert_eq!(rules["Rules"].as_array().unwrap().len(), 1);
        let denied = json!([
            policy("Allow", "*", "*", json!({})),
            policy("Deny", "workmail:*", &arn(&one), json!({})),
        ]);
        let denied = service.key(&denied.to_string());
        check_denied(listing(&service, &denied, &one));
        listing(&service, &denied, &other).unwrap();
    }

    fn who_may_not_ask_does_not_learn_what_exists(store: &mut TestStore) {
        let service = Service::new(store);
        let unknown = "m-00000000000000000000000000000000";
        check_denied(listing(&service, &service.key("[]"), unknown));
        let refused = listing(&service, &service.administrator(), unknown).unwrap_err();
        assert_eq!(refused.0, "OrganizationNotFoundException");
    }

    fn conditions_look_at_the_request(store: &mut TestStore) {
        let service = Service::new(store);
        let id = organization(store, "demo");
        let body = json!({"OrganizationId": id});
        let conditional = |condition: Value| {
            service.key(&policy("Allow", "workmail:*", "*", condition).to_string())
        };
        let from = |address: &str, secure| Peer { address: address.parse().unwrap(), secure };
        let office = conditional(json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}));
        service.call_from(from("192.0.2.9", false), &office, LIST, &body).unwrap();
        check_denied(service.call_from(from("198.51.100.9", false), &office, LIST, &body));
        let secure = conditional(json!({"Bool": {"aws:SecureTransport": "true"}}));
        service.call_from(from("192.0.2.9", true), &secure, LIST, &body).unwrap();
        check_denied(service.call_from(from("192.0.2.9", false), &secure, LIST, &body));
        let past = conditional(json!({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}));
        check_denied(listing(&service, &past, &id));
        let account = conditional(json!({"StringEquals": {"aws:PrincipalAccount": AWS_ACCOUNT}}));
        listing(&service, &account, &id).unwrap();
        let region = conditional(json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}));
        check_denied(listing(&service, &region, &id));
        let tagged = conditional(json!({"StringEquals": {"aws:ResourceTag/team": "mail"}}));
        check_denied(listing(&service, &tagged, &id));
    }

    fn extensions_have_actions_of_their_own(store: &mut TestStore) {
        let service = Service::new(store);
        let id = organization(store, "demo");
        let body = json!({"OrganizationId": id, "IpAddress": "192.0.2.1", "Action": "EWS", "UserId": "nobody"});
        let explain = "PostroomService.ExplainAccessControl";
        let workmail = service.key(&policy("Allow", "workmail:*", "*", json!({})).to_string());
        check_denied(service.call(&workmail, explain, &body));
        let postroom = service.key(&policy("Allow", "postroom:Explain*", "*", json!({})).to_string());
        assert_eq!(service.call(&postroom, explain, &body).unwrap_err().0, "EntityNotFoundException");
    }
}
