//! Reading and writing: AWS's wording of violations, wrong JSON types, limits, empty answers.

use postroom_admin_api::shapes::*;
use postroom_admin_api::wire::{ErrorName, Wire, decode, encode};
use postroom_types::*;
use serde_json::{Value, json};

const ORGANIZATION: &str = "m-0123456789abcdef0123456789abcdef";

#[track_caller]
fn refused<T: Wire>(body: &Value) -> (ErrorName, String) {
    let fault = decode::<T>(body.to_string().as_bytes()).err();
    let fault = fault.unwrap_or_else(|| unreachable!("{body} was accepted as {}", T::SHAPE.name));
    (fault.kind, fault.message.into_owned())
}

#[track_caller]
fn check_invalid<T: Wire>(body: &Value, message: &str) {
    assert_eq!(refused::<T>(body), (ErrorName::ValidationException, message.to_owned()));
}

#[track_caller]
fn check_wrong_type<T: Wire>(body: &Value, message: &str) {
    assert_eq!(refused::<T>(body), (ErrorName::SerializationException, message.to_owned()));
}

#[test]
fn all_violations_are_reported() {
    check_invalid::<PutMobileDeviceAccessOverrideRequest>(
        &json!({"OrganizationId": "m-x", "DeviceId": "-".repeat(33), "Effect": "MAYBE"}),
        "6 validation errors detected: \
         Value 'm-x' at 'organizationId' failed to satisfy constraint: Member must have length greater than or equal to 34; \
         Value 'm-x' at 'organizationId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^m-[0-9a-f]{32}$; \
         Value at 'userId' failed to satisfy constraint: Member must not be null; \
         Value '---------------------------------' at 'deviceId' failed to satisfy constraint: Member must have length less than or equal to 32; \
         Value '---------------------------------' at 'deviceId' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9]+; \
         Value 'MAYBE' at 'effect' failed to satisfy constraint: Member must satisfy enum value set: [ALLOW, DENY]",
    );
}

#[test]
fn paths_lead_into_lists_and_structures() {
    check_invalid::<CreateImpersonationRoleRequest>(
        &json!({"OrganizationId": ORGANIZATION, "Name": "a", "Type": "READ_ONLY", "Rules": [
            {"ImpersonationRuleId": "r", "Effect": "ALLOW"},
            {"ImpersonationRuleId": "?", "Effect": "ALLOW", "TargetUsers": ["a", "b c"]},
        ]}),
        "2 validation errors detected: \
         Value '?' at 'rules.2.member.impersonationRuleId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+; \
         Value '[a, b c]' at 'rules.2.member.targetUsers' failed to satisfy constraint: Member must satisfy constraint: \
         [Member must have length less than or equal to 256, Member must have length greater than or equal to 1, \
         Member must satisfy regular expression pattern: [a-zA-Z0-9._%+@-]+]",
    );
    check_invalid::<UntagResourceRequest>(
        &json!({"ResourceARN": "arn", "TagKeys": []}),
        "1 validation error detected: Value 'arn' at 'resourceARN' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: arn:aws:workmail:[a-z0-9-]*:[a-z0-9-]+:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}",
    );
}

#[test]
fn null_is_no_element() {
    check_invalid::<PutMailboxPermissionsRequest>(
        &json!({"OrganizationId": ORGANIZATION, "EntityId": "entity-01234", "GranteeId": "entity-56789", "PermissionValues": [null]}),
        "1 validation error detected: Value '[null]' at 'permissionValues' failed to satisfy constraint: Member must satisfy constraint: \
         [Member must satisfy enum value set: [FULL_ACCESS, SEND_AS, SEND_ON_BEHALF], Member must not be null]",
    );
    check_invalid::<TagResourceRequest>(
        &json!({"ResourceARN": "arn:aws:workmail:us-east-1:1:organization/m-1", "Tags": [null]}),
        "1 validation error detected: Value at 'tags.1.member' failed to satisfy constraint: Member must not be null",
    );
}

#[test]
fn bounds_of_lists_and_numbers() {
    let rule = |types: Value| json!({"OrganizationId": ORGANIZATION, "ClientToken": "t", "Name": "a", "Effect": "DENY", "DeviceTypes": types});
    check_invalid::<CreateMobileDeviceAccessRuleRequest>(
        &rule(json!([])),
        "1 validation error detected: Value '[]' at 'deviceTypes' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    check_invalid::<CreateMobileDeviceAccessRuleRequest>(
        &rule(json!(["a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a"])),
        "1 validation error detected: Value '[a, a, a, a, a, a, a, a, a, a, a]' at 'deviceTypes' failed to satisfy constraint: Member must have length less than or equal to 10",
    );
    check_invalid::<ListUsersRequest>(
        &json!({"OrganizationId": ORGANIZATION, "MaxResults": 101}),
        "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    );
    check_invalid::<ListUsersRequest>(
        &json!({"OrganizationId": ORGANIZATION, "MaxResults": 0}),
        "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
    let input = format!(r#"{{"OrganizationId": "{ORGANIZATION}", "MaxResults": -0}}"#);
    let fault = decode::<ListUsersRequest>(input.as_bytes()).expect_err("too small");
    assert!(fault.message.contains("Value '0' at 'maxResults'"), "{}", fault.message);
}

#[test]
fn sensitive_values_are_not_printed() {
    check_invalid::<ResetPasswordRequest>(
        &json!({"OrganizationId": ORGANIZATION, "UserId": "user-0123456789", "Password": "\u{1F511}"}),
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0020-\\u00FF]+",
    );
    let input: ResetPasswordRequest = decode(
        json!({"OrganizationId": ORGANIZATION, "UserId": "user-0123456789", "Password": "open sesame"})
            .to_string()
            .as_bytes(),
    )
    .expect("valid");
    assert!(!format!("{input:?}").contains("sesame"));
}

#[test]
fn wrong_json_types_come_before_constraints() {
    check_wrong_type::<CreateUserRequest>(
        &json!({"OrganizationId": 7, "Name": ""}),
        "NUMBER_VALUE can not be converted to String",
    );
    check_wrong_type::<CreateUserRequest>(
        &json!({"Name": {"a": 1}}),
        "Start of structure found where String was expected",
    );
    check_wrong_type::<CreateUserRequest>(
        &json!({"HiddenFromGlobalAddressList": "true"}),
        "STRING_VALUE can not be converted to Boolean",
    );
    check_wrong_type::<ListUsersRequest>(
        &json!({"MaxResults": 1.5}),
        "DECIMAL_VALUE can not be converted to Integer",
    );
    check_wrong_type::<ListUsersRequest>(
        &json!({"MaxResults": 1_i64 << 31}),
        "NUMBER_VALUE can not be converted to Integer",
    );
    check_wrong_type::<TagResourceRequest>(
        &json!({"Tags": {"Key": "a"}}),
        "Start of structure found where list was expected",
    );
    check_wrong_type::<TagResourceRequest>(&json!([]), "Start of list found where structure was expected");
    for body in ["{", "nul", "{\"a\": \"\\ud800\"}", "{} {}", "\u{0}", "\u{c}"] {
        let fault = decode::<ListUsersRequest>(body.as_bytes()).expect_err(body);
        assert_eq!(fault.kind, ErrorName::SerializationException, "{body}");
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let fault = decode::<ListUsersRequest>(deep.as_bytes()).expect_err("too deep");
    assert_eq!(fault.kind, ErrorName::SerializationException);
}

#[test]
fn reading_is_lenient_where_aws_is() {
    let body = format!(
        r#" {{"OrganizationId": "x", "OrganizationId": "{ORGANIZATION}", "MaxResults": 1e1, "NextToken": null, "Unknown": [1]}} "#
    );
    let input: ListUsersRequest = decode(body.as_bytes()).expect("valid");
    assert_eq!(input.max_results, Some(MaxResults(10)));
    assert_eq!(input.next_token, None);
    assert!(decode::<ListOrganizationsRequest>(b"").is_ok());
}

#[test]
fn a_refusal_is_bounded() {
    let tags: Vec<Value> = (0..50).map(|_| json!({"Key": "", "Value": "v".repeat(10_000)})).collect();
    let (_, message) = refused::<TagResourceRequest>(&json!({"ResourceARN": "arn", "Tags": tags}));
    assert!(message.starts_with("101 validation errors detected: "), "{message}");
    assert_eq!(message.matches("failed to satisfy").count(), 20);
    assert!(message.len() < 10_000);
    let endless: Vec<&str> = vec!["FULL_ACCESS"; 10_001];
    let (kind, message) = refused::<PutMailboxPermissionsRequest>(
        &json!({"OrganizationId": ORGANIZATION, "EntityId": "e", "GranteeId": "g", "PermissionValues": endless}),
    );
    assert_eq!(kind, ErrorName::ValidationException);
    assert!(message.ends_with("Member must have length less than or equal to 10000"), "{message}");
    assert!(message.len() < 1_000);
}

#[test]
fn answers() {
    assert_eq!(encode(&CreateAliasResponse {}), b"");
    let answer = DescribeGroupResponse {
        name: GroupName::try_from("a \"b\"").ok(),
        state: Some(EntityState::Enabled),
        enabled_date: Some(Timestamp::from_micros(1_532_459_261_827_999)),
        hidden_from_global_address_list: Some(false),
        ..Default::default()
    };
    let written = String::from_utf8(encode(&answer)).expect("UTF-8");
    assert_eq!(
        written,
        r#"{"Name":"a \"b\"","State":"ENABLED","EnabledDate":1532459261.827,"HiddenFromGlobalAddressList":false}"#
    );
    let answer = ListGroupsResponse { groups: Some(Groups::default()), next_token: None };
    assert_eq!(encode(&answer), br#"{"Groups":[]}"#);
    let answer = GetMailboxDetailsResponse {
        mailbox_quota: Some(MailboxQuota(51_200)),
        mailbox_size: Some(MailboxSize(0.25)),
    };
    assert_eq!(encode(&answer), br#"{"MailboxQuota":51200,"MailboxSize":0.25}"#);
    assert_eq!(encode(&GetMobileDeviceAccessEffectResponse::default()), b"{}");
}
