//! Every operation that changes something leaves exactly one record, in the transaction of the change.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use postroom_admin_api::IMPLEMENTED;
use postroom_directory::DirectoryError;
use postroom_directory::call_audit::list_calls;
use postroom_directory::ops::{RecordPart, Records, list_records};
use postroom_directory::organizations::Lookup;
use postroom_directory::organizations::Organizations;
use postroom_directory::testing::{carry_on, new_organization, request_organization};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Place, Read, SchemaModule, Statement, on_both_engines, parameters, statements};
use postroom_types::{OrganizationKey, Timestamp};
use serde_json::{Value, json};
use support::{Key, Service};

statements! {
    IN_DIRECTORY = "SELECT COUNT(*) FROM directory_audit WHERE operation = $1 AND organization_id = $2";
    IN_ORGANIZATION = "SELECT COUNT(*) FROM admin_audit WHERE operation = $1 AND organization = $2";
}

fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_devices::schema::ORGANIZATION);
    modules.push(postroom_governance::schema::ORGANIZATION);
    modules.push(postroom_mailbox::schema::ORGANIZATION);
    modules
}

const INSTANCE: &str = "arn:aws:sso:::instance/ssoins-0123456789abcdef";
const PASSWORD: &str = "Correct-Horse-1";

/// Where a record is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Directory,
    Organization,
}

/// One organization from its creation to its end, and the operations called on the way.
struct Walk<'s> {
    store: &'s TestStore,
    service: Service,
    admin: Key,
    id: String,
    key: OrganizationKey,
    called: BTreeSet<String>,
}

impl<'s> Walk<'s> {
    fn begin(store: &'s TestStore) -> Self {
        let service = Service::new(store);
        let admin = service.administrator();
        let (id, key) = (String::new(), OrganizationKey(0));
        let mut walk = Self { store, service, admin, id, key, called: BTreeSet::new() };
        let made = walk.call("CreateOrganization", json!({"Alias": "walk"}));
        walk.id = made["OrganizationId"].as_str().unwrap().to_owned();
        carry_on(store, Vec::new());
        let found = block_on(Organizations::watching(store).find(store, Lookup::Id(&walk.id))).unwrap();
        walk.key = found.unwrap().key;
        let about = walk.records(In::Directory, "CreateOrganization");
        assert_eq!(about, 1, "the record names the new organization");
        walk
    }

    /// Calls `operation` with the organization's id.
    fn call(&mut self, operation: &str, mut body: Value) -> Value {
        if body.get("OrganizationId").is_none() && !self.id.is_empty() {
            body["OrganizationId"] = json!(self.id);
        }
        self.called.insert(operation.to_owned());
        let answer = self.service.call(&self.admin, &format!("WorkMailService.{operation}"), &body);
        answer.unwrap_or_else(|refusal| panic!("{operation} {body}: {refusal:?}"))
    }

    /// Calls `operation`, which leaves one record.
    fn write(&mut self, operation: &str, body: Value) -> Value {
        self.write_in(In::Organization, operation, body)
    }

    fn write_in(&mut self, place: In, operation: &str, body: Value) -> Value {
        let count =
            |walk: &Self| [In::Directory, In::Organization].map(|place| walk.records(place, operation));
        let [directory, organization] = count(self);
        let answer = self.call(operation, body);
        let expected = match place {
            In::Directory => [directory + 1, organization],
            In::Organization => [directory, organization + 1],
        };
        assert_eq!(count(self), expected, "records of {operation} in the directory and the organization");
        answer
    }

    fn records(&self, place: In, operation: &str) -> i64 {
        let (key, id) = (self.key, self.id.clone());
        let count = |place, statement: &'static Statement, row: &[postroom_store::Parameter<'_>]| {
            let counted: Result<i64, DirectoryError> =
                self.store.read_blocking(place, |read: &mut dyn Read| {
                    Ok(read.query(statement, row)?.remove(0).take(0))
                });
            counted.unwrap()
        };
        match place {
            In::Directory => count(Place::Directory, &IN_DIRECTORY, parameters![operation, &id]),
            In::Organization => {
                count(Place::Organization(key), &IN_ORGANIZATION, parameters![operation, key.0])
            }
        }
    }

    fn entities(&mut self) -> (String, String) {
        let mut user = |name: &str| {
            let body = json!({"Name": name, "DisplayName": name, "Password": PASSWORD});
            let id = self.write("CreateUser", body)["UserId"].as_str().unwrap().to_owned();
            let address = format!("{name}@walk.mail.example.net");
            self.write("RegisterToWorkMail", json!({"EntityId": id, "Email": address}));
            id
        };
        let (alice, bob) = (user("alice"), user("bob"));
        self.write("UpdateUser", json!({"UserId": alice, "FirstName": "Alice"}));
        self.write("ResetPassword", json!({"UserId": alice, "Password": PASSWORD}));
        self.write("UpdateMailboxQuota", json!({"UserId": alice, "MailboxQuota": 100}));
        let alias = "alias@walk.mail.example.net";
        self.write("CreateAlias", json!({"EntityId": alice, "Alias": alias}));
        self.write("UpdatePrimaryEmailAddress", json!({"EntityId": alice, "Email": alias}));
        self.write("DeleteAlias", json!({"EntityId": alice, "Alias": "alice@walk.mail.example.net"}));
        let grant = json!({"EntityId": alice, "GranteeId": bob, "PermissionValues": ["FULL_ACCESS"]});
        self.write("PutMailboxPermissions", grant);
        self.write("DeleteMailboxPermissions", json!({"EntityId": alice, "GranteeId": bob}));
        (alice, bob)
    }

    fn groups_and_resources(&mut self, user: &str) {
        let group = self.write("CreateGroup", json!({"Name": "staff"}))["GroupId"].clone();
        let email = "staff@walk.mail.example.net";
        self.write("RegisterToWorkMail", json!({"EntityId": group, "Email": email}));
        self.write("UpdateGroup", json!({"GroupId": group, "HiddenFromGlobalAddressList": true}));
        self.write("AssociateMemberToGroup", json!({"GroupId": group, "MemberId": user}));
        self.write("DisassociateMemberFromGroup", json!({"GroupId": group, "MemberId": user}));
        self.write("DeregisterFromWorkMail", json!({"EntityId": group}));
        self.write("DeleteGroup", json!({"GroupId": group}));
        let room =
            self.write("CreateResource", json!({"Name": "room", "Type": "ROOM"}))["ResourceId"].clone();
        let email = "room@walk.mail.example.net";
        self.write("RegisterToWorkMail", json!({"EntityId": room, "Email": email}));
        self.write("UpdateResource", json!({"ResourceId": room, "Description": "a room"}));
        self.write("AssociateDelegateToResource", json!({"ResourceId": room, "EntityId": user}));
        self.write("DisassociateDelegateFromResource", json!({"ResourceId": room, "EntityId": user}));
        self.write("DeregisterFromWorkMail", json!({"EntityId": room}));
        self.write("DeleteResource", json!({"ResourceId": room}));
    }

    fn rules(&mut self, user: &str) {
        let rule = json!({"Name": "r", "Effect": "ALLOW", "Description": "d", "Actions": ["ActiveSync"]});
        self.write("PutAccessControlRule", rule);
        self.write("DeleteAccessControlRule", json!({"Name": "r"}));
        let rules = json!([{"ImpersonationRuleId": "one", "Effect": "ALLOW"}]);
        let mut role = json!({"Name": "role", "Type": "FULL_ACCESS", "Rules": rules});
        let id = self.write("CreateImpersonationRole", role.clone())["ImpersonationRoleId"].clone();
        role["ImpersonationRoleId"] = id.clone();
        self.write("UpdateImpersonationRole", role);
        self.write("AssumeImpersonationRole", json!({"ImpersonationRoleId": id}));
        self.write("DeleteImpersonationRole", json!({"ImpersonationRoleId": id}));
        let mut rule = json!({"Name": "old", "Effect": "DENY", "DeviceTypes": ["android"]});
        let made = self.write("CreateMobileDeviceAccessRule", rule.clone());
        rule["MobileDeviceAccessRuleId"] = made["MobileDeviceAccessRuleId"].clone();
        self.write("UpdateMobileDeviceAccessRule", rule);
        let id = json!({"MobileDeviceAccessRuleId": made["MobileDeviceAccessRuleId"]});
        self.write("DeleteMobileDeviceAccessRule", id);
        let device = json!({"UserId": user, "DeviceId": "abc1", "Effect": "ALLOW"});
        self.write("PutMobileDeviceAccessOverride", device);
        self.write("DeleteMobileDeviceAccessOverride", json!({"UserId": user, "DeviceId": "abc1"}));
        let folder = json!([{"Name": "INBOX", "Action": "DELETE", "Period": 30}]);
        self.write("PutRetentionPolicy", json!({"Name": "p", "FolderConfigurations": folder}));
        let id = self.call("GetDefaultRetentionPolicy", json!({}))["Id"].clone();
        self.write("DeleteRetentionPolicy", json!({"Id": id}));
    }

    fn domains_and_providers(&mut self) {
        let lambda = json!({"LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:availability"});
        let provider = json!({"DomainName": "far.example", "LambdaProvider": lambda});
        self.write("CreateAvailabilityConfiguration", provider.clone());
        self.write("UpdateAvailabilityConfiguration", provider);
        self.write("DeleteAvailabilityConfiguration", json!({"DomainName": "far.example"}));
        self.write("RegisterMailDomain", json!({"DomainName": "mine.example"}));
        self.write("DeregisterMailDomain", json!({"DomainName": "mine.example"}));
        self.write("UpdateDefaultMailDomain", json!({"DomainName": "walk.mail.example.net"}));
        self.write("PutInboundDmarcSettings", json!({"Enforced": true}));
        let monitoring = json!({
            "RoleArn": "arn:aws:iam:us-east-1:123456789012:role/example",
            "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:postroom:*"
        });
        self.write("PutEmailMonitoringConfiguration", monitoring);
        self.write("DeleteEmailMonitoringConfiguration", json!({}));
        // An application belongs to the AWS account, so its record names no organization.
        let id = std::mem::take(&mut self.id);
        let application = json!({"Name": "app", "InstanceArn": INSTANCE});
        let made = self.write_in(In::Directory, "CreateIdentityCenterApplication", application);
        self.id.clone_from(&id);
        let arn = made["ApplicationArn"].clone();
        let provider = json!({
            "AuthenticationMode": "IDENTITY_PROVIDER_AND_DIRECTORY",
            "IdentityCenterConfiguration": {"InstanceArn": INSTANCE, "ApplicationArn": arn},
            "PersonalAccessTokenConfiguration": {"Status": "ACTIVE", "LifetimeInDays": 30}
        });
        self.write("PutIdentityProviderConfiguration", provider);
        let token = json!({"PersonalAccessTokenId": "01234567-89ab-4def-8123-456789abcdef"});
        self.write("DeletePersonalAccessToken", token);
        self.write("DeleteIdentityProviderConfiguration", json!({}));
        self.id.clear();
        self.write_in(In::Directory, "DeleteIdentityCenterApplication", json!({"ApplicationArn": arn}));
        self.id = id;
    }
}

on_both_engines! { modules();
    fn a_deletion_that_enabled_users_forbid_is_no_success(store: &mut TestStore) {
        let service = Service::new(store);
        let new = new_organization(store, "demo");
        request_organization(store, &new).unwrap();
        carry_on(store, Vec::new());
        let (admin, id) = (service.administrator(), new.id.as_str());
        let call = |operation: &str, mut body: serde_json::Value| {
            body["OrganizationId"] = json!(id);
            service.call(&admin, &format!("WorkMailService.{operation}"), &body)
        };
        let user = call("CreateUser", json!({"Name": "alice", "DisplayName": "Alice"})).unwrap();
        let email = format!("alice@{}", new.test_domain);
        call("RegisterToWorkMail", json!({"EntityId": user["UserId"], "Email": email})).unwrap();
        let results = || {
            let read = |read: &mut dyn Read| {
                list_records(read, Records::Changes, Some(&new.id), &RecordPart::Last, 9)
            };
            let entries: Result<Vec<_>, DirectoryError> = store.read_blocking(Place::Directory, read);
            let deletions = entries.unwrap().into_iter().filter(|entry| entry.operation == "DeleteOrganization");
            let mut results: Vec<_> = deletions.map(|entry| entry.result).collect();
            results.sort();
            results
        };
        let refused = call("DeleteOrganization", json!({"DeleteDirectory": true})).unwrap_err();
        assert_eq!(refused.0, "OrganizationStateException");
        assert_eq!(results(), ["OrganizationStateException"]);
        call("DeleteOrganization", json!({"DeleteDirectory": true, "ForceDelete": true})).unwrap();
        carry_on(store, Vec::new());
        assert_eq!(results(), ["OrganizationStateException", "success"]);
    }

    fn every_change_leaves_one_record_in_its_transaction(store: &mut TestStore) {
        let mut walk = Walk::begin(store);
        let arn = format!("arn:aws:workmail:us-east-1:111122223333:organization/{}", walk.id);
        let tags = json!({"ResourceARN": arn, "Tags": [{"Key": "a", "Value": "b"}]});
        walk.write_in(In::Directory, "TagResource", tags);
        walk.write_in(In::Directory, "UntagResource", json!({"ResourceARN": arn, "TagKeys": ["a"]}));
        let (alice, bob) = walk.entities();
        walk.groups_and_resources(&bob);
        walk.rules(&alice);
        walk.domains_and_providers();
        for user in [&alice, &bob] {
            walk.write("DeregisterFromWorkMail", json!({"EntityId": user}));
            walk.write("DeleteUser", json!({"UserId": user}));
        }
        walk.write_in(In::Directory, "DeleteOrganization", json!({"DeleteDirectory": true}));
        carry_on(store, Vec::new());
        assert_eq!(walk.records(In::Directory, "DeleteOrganization"), 1, "it outlives the organization");

        const READS: [&str; 3] = ["Describe", "Get", "List"];
        let writes = IMPLEMENTED.iter().filter(|name| !READS.iter().any(|word| name.starts_with(word)));
        let missing: Vec<_> = writes.filter(|name| !walk.called.contains(**name)).collect();
        assert!(missing.is_empty(), "add to the walk in tests/audit_writes.rs: {missing:?}");

        // Nothing that has its record is written down a second time.
        block_on(walk.service.api.calls.flush());
        let start = (Timestamp::default(), String::new());
        let calls = |read: &mut dyn Read| list_calls(read, None, &start, 100);
        let calls = store.read_blocking(Place::Directory, calls).unwrap();
        let mut seen = BTreeMap::<&str, usize>::new();
        calls.iter().for_each(|call| *seen.entry(call.operation.as_str()).or_default() += 1);
        assert_eq!(seen, BTreeMap::from([("GetDefaultRetentionPolicy", 1)]));
    }

    fn a_change_that_changes_nothing_is_written_down_as_a_call(store: &mut TestStore) {
        let mut walk = Walk::begin(store);
        // The domain is not there, so nothing is changed; the call is seen all the same.
        walk.call("DeregisterMailDomain", json!({"DomainName": "nowhere.example"}));
        assert_eq!(walk.records(In::Organization, "DeregisterMailDomain"), 0);
        block_on(walk.service.api.calls.flush());
        let start = (Timestamp::default(), String::new());
        let calls = |read: &mut dyn Read| list_calls(read, None, &start, 100);
        let calls = store.read_blocking(Place::Directory, calls).unwrap();
        assert_eq!(calls.len(), 1);
        assert_eq!((calls[0].operation.as_str(), calls[0].result.as_str()), ("DeregisterMailDomain", "success"));
        assert_eq!(calls[0].organization_id, walk.id);
    }
}
