//! The operations, and what each begins with.

use serde_json::{Value, json};

use crate::process::{Process, Site};

/// One operation.
pub struct Case {
    /// Unique; organizations are called after it.
    pub name: &'static str,
    pub operation: &'static str,
    /// Whether it takes a client token: repeated, it has the first answer.
    pub has_token: bool,
    /// Makes what the operation needs.
    pub prepare: fn(&Process<'_>, &mut Site),
    pub input: fn(&Site) -> Value,
    /// How the same call may be refused once it has been carried out: never, where it has a token.
    pub refused_again: &'static [&'static str],
    /// Whether no list shows what it does.
    pub changes_nothing_shown: bool,
}

const BASE: Case = Case {
    name: "",
    operation: "",
    has_token: false,
    prepare: |_, _| (),
    input: |site| site.within(json!({})),
    refused_again: &[],
    changes_nothing_shown: false,
};

/// How many of [`CASES`] create or delete organizations.
pub const OF_ORGANIZATIONS: usize = 4;

pub const CASES: &[Case] = &[
    Case {
        name: "create",
        operation: "CreateOrganization",
        has_token: true,
        input: |site| json!({"Alias": site.alias}),
        ..BASE
    },
    Case {
        name: "createdomains",
        operation: "CreateOrganization",
        has_token: true,
        input: |site| {
            let domain = format!("{}.example.com", site.alias.to_lowercase());
            json!({"Alias": site.alias, "Domains": [{"DomainName": domain}]})
        },
        ..BASE
    },
    Case {
        name: "delete",
        operation: "DeleteOrganization",
        has_token: true,
        prepare: user,
        input: |site| site.within(json!({"DeleteDirectory": true, "ForceDelete": true})),
        ..BASE
    },
    Case {
        name: "deletekeep",
        operation: "DeleteOrganization",
        has_token: true,
        prepare: |process, site| drop(process.must("RegisterMailDomain", &domain(site))),
        input: |site| site.within(json!({"DeleteDirectory": false})),
        ..BASE
    },
    Case { name: "registerdomain", operation: "RegisterMailDomain", has_token: true, input: domain, ..BASE },
    Case {
        name: "deregisterdomain",
        operation: "DeregisterMailDomain",
        prepare: |process, site| drop(process.must("RegisterMailDomain", &domain(site))),
        input: domain,
        ..BASE
    },
    Case {
        name: "defaultdomain",
        operation: "UpdateDefaultMailDomain",
        prepare: |process, site| process.prove(site, &name_of_domain(site)),
        input: domain,
        ..BASE
    },
    Case {
        name: "register",
        operation: "RegisterToWorkMail",
        prepare: user,
        input: |site| {
            site.within(json!({"EntityId": site.entity, "Email": format!("user@{}", site.domain())}))
        },
        refused_again: &["EntityAlreadyRegisteredException"],
        ..BASE
    },
    Case {
        name: "deregister",
        operation: "DeregisterFromWorkMail",
        prepare: enabled_user,
        input: |site| site.within(json!({"EntityId": site.entity})),
        ..BASE
    },
    Case {
        name: "deleteuser",
        operation: "DeleteUser",
        prepare: user,
        input: |site| site.within(json!({"UserId": site.entity})),
        ..BASE
    },
    Case {
        name: "createuser",
        operation: "CreateUser",
        input: |site| site.within(json!({"Name": "new", "DisplayName": "new"})),
        refused_again: &["NameAvailabilityException"],
        ..BASE
    },
    Case {
        name: "primary",
        operation: "UpdatePrimaryEmailAddress",
        prepare: enabled_user,
        input: |site| {
            site.within(json!({"EntityId": site.entity, "Email": format!("other@{}", site.domain())}))
        },
        ..BASE
    },
    Case {
        name: "devicerule",
        operation: "CreateMobileDeviceAccessRule",
        has_token: true,
        input: |site| site.within(json!({"Name": "new", "Effect": "DENY"})),
        ..BASE
    },
    Case {
        name: "role",
        operation: "CreateImpersonationRole",
        has_token: true,
        input: |site| {
            let rule = json!({"ImpersonationRuleId": "all", "Effect": "ALLOW"});
            site.within(json!({"Name": "new", "Type": "READ_ONLY", "Rules": [rule]}))
        },
        ..BASE
    },
    Case {
        name: "availability",
        operation: "CreateAvailabilityConfiguration",
        has_token: true,
        input: |site| {
            let provider = json!({
                "EwsEndpoint": "https://ews.example.com/ews", "EwsUsername": "ews", "EwsPassword": "Correct-Horse-1"
            });
            site.within(json!({"DomainName": "elsewhere.example", "EwsProvider": provider}))
        },
        ..BASE
    },
    Case {
        name: "application",
        operation: "CreateIdentityCenterApplication",
        has_token: true,
        input: |site| json!({"Name": site.alias, "InstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef"}),
        changes_nothing_shown: true,
        ..BASE
    },
];

fn name_of_domain(site: &Site) -> String {
    format!("{}.example.com", site.alias.to_lowercase())
}

fn domain(site: &Site) -> Value {
    site.within(json!({"DomainName": name_of_domain(site)}))
}

fn user(process: &Process<'_>, site: &mut Site) {
    let created = process.must("CreateUser", &site.within(json!({"Name": "user", "DisplayName": "user"})));
    site.entity = created["UserId"].as_str().unwrap().to_owned();
}

fn enabled_user(process: &Process<'_>, site: &mut Site) {
    user(process, site);
    let email = format!("user@{}", site.domain());
    process.must("RegisterToWorkMail", &site.within(json!({"EntityId": site.entity, "Email": email})));
}
