//! Policies that come with Postroom, under the names that AWS gives its own.

/// Everything. The first access key of a new data directory has this.
pub const ADMINISTRATOR_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
}"#;

/// Every operation of the WorkMail API and of Postroom's extensions to it.
pub const WORKMAIL_FULL_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "WorkMailFullAccess",
    "Effect": "Allow",
    "Action": ["workmail:*", "postroom:*"],
    "Resource": "*"
  }]
}"#;

/// The operations that change nothing and hand out no token.
pub const WORKMAIL_READ_ONLY_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "WorkMailReadOnlyAccess",
    "Effect": "Allow",
    "Action": [
      "workmail:Describe*", "workmail:Get*", "workmail:List*", "workmail:Search*",
      "postroom:Describe*", "postroom:Explain*", "postroom:Get*", "postroom:List*"
    ],
    "Resource": "*"
  }]
}"#;

/// The message flow API: read and change messages in transit.
pub const MESSAGE_FLOW_FULL_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "workmailmessageflow:*", "Resource": "*"}]
}"#;

/// The message flow API: read messages in transit.
pub const MESSAGE_FLOW_READ_ONLY_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "workmailmessageflow:Get*", "Resource": "*"}]
}"#;

/// Names and documents.
pub const ALL: [(&str, &str); 5] = [
    ("AdministratorAccess", ADMINISTRATOR_ACCESS),
    ("AmazonWorkMailFullAccess", WORKMAIL_FULL_ACCESS),
    ("AmazonWorkMailReadOnlyAccess", WORKMAIL_READ_ONLY_ACCESS),
    ("AmazonWorkMailMessageFlowFullAccess", MESSAGE_FLOW_FULL_ACCESS),
    ("AmazonWorkMailMessageFlowReadOnlyAccess", MESSAGE_FLOW_READ_ONLY_ACCESS),
];

/// The document of a managed policy.
pub fn document(name: &str) -> Option<&'static str> {
    ALL.iter().find(|policy| policy.0 == name).map(|policy| policy.1)
}
