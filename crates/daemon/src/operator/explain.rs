//! Why access rules decide as they do: the API's own explanation, asked for by the operator.

use std::fmt;

use postroom_admin_api::operator::operate;
use postroom_admin_api::wire::{ErrorName, Fault};
use postroom_directory::organizations::Organization;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Operator, named};
use crate::problem::Problem;

/// Asks why an attempt to open a mailbox is allowed or refused.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExplainAccess {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// Where the attempt comes from.
    pub(crate) address: String,
    /// The protocol: `ActiveSync`, `IMAP` …
    pub(crate) action: String,
    /// Whose mailbox.
    pub(crate) user: Option<String>,
    /// In which role, if somebody acts for the user.
    pub(crate) impersonation_role: Option<String>,
}

/// Asks why a mobile device may synchronize or not.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExplainDeviceAccess {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// Whose device; with [`Self::device_id`] the override counts, too.
    pub(crate) user: Option<String>,
    /// Which device.
    pub(crate) device_id: Option<String>,
    /// What the device reports of itself.
    pub(crate) device_type: Option<String>,
    /// What the device reports of itself.
    pub(crate) model: Option<String>,
    /// What the device reports of itself.
    pub(crate) operating_system: Option<String>,
    /// What the device reports of itself.
    pub(crate) user_agent: Option<String>,
}

/// The API's answer, as it came.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Explanation(Value);

pub(super) async fn access(operator: &Operator, command: ExplainAccess) -> Result<Explanation, Problem> {
    let organization = named::organization(operator, &command.organization).await?;
    let mut input = json!({
        "OrganizationId": organization.id.as_str(),
        "IpAddress": command.address,
        "Action": command.action,
    });
    put(&mut input, [("UserId", command.user), ("ImpersonationRoleId", command.impersonation_role)]);
    explain(operator, "ExplainAccessControl", &organization, &input).await
}

pub(super) async fn device_access(
    operator: &Operator,
    command: ExplainDeviceAccess,
) -> Result<Explanation, Problem> {
    let organization = named::organization(operator, &command.organization).await?;
    let mut input = json!({ "OrganizationId": organization.id.as_str() });
    let optional = [
        ("UserId", command.user),
        ("DeviceId", command.device_id),
        ("DeviceType", command.device_type),
        ("DeviceModel", command.model),
        ("DeviceOperatingSystem", command.operating_system),
        ("DeviceUserAgent", command.user_agent),
    ];
    put(&mut input, optional);
    explain(operator, "ExplainMobileDeviceAccess", &organization, &input).await
}

/// Puts the members that are there into `input`.
fn put<const N: usize>(input: &mut Value, members: [(&str, Option<String>); N]) {
    for (name, value) in members {
        if let Some(value) = value {
            input[name] = value.into();
        }
    }
}

/// What to do about a question that was not answered.
fn advice(operation: &str, fault: &Fault) -> &'static str {
    match operation {
        _ if fault.kind == ErrorName::ServiceUnavailableException => {
            "`postroom status` says whether the store is there, and which organizations do not open"
        }
        "ExplainAccessControl" => {
            "name a user by id, name or address, an IP address, and a protocol of those that \
             `postroom explain access --help` lists"
        }
        _ => "name a user by id, name or address, and what `postroom explain device-access --help` lists",
    }
}

async fn explain(
    operator: &Operator,
    operation: &str,
    organization: &Organization,
    input: &Value,
) -> Result<Explanation, Problem> {
    let target = format!("PostroomService.{operation}");
    let answer = operate(&operator.api, organization.id.as_str(), &target, input.to_string().into()).await;
    let answer = answer.map_err(|fault| {
        Problem::told("there is no explanation", &fault.message).advise(advice(operation, &fault))
    })?;
    let answer = serde_json::from_slice(&answer);
    answer.map(Explanation).map_err(|error| Problem::new("the explanation cannot be read", error))
}

impl Explanation {
    fn rules(&self) -> impl Iterator<Item = &Value> {
        self.0["Rules"].as_array().into_iter().flatten()
    }

    /// What decided, as a person says it; rules by their names.
    fn decided_by(&self) -> String {
        match self.0["DecidedBy"].as_str() {
            Some("OVERRIDE") => "by the override for this device".to_owned(),
            Some("NOTHING_MATCHED") => "because no rule matches".to_owned(),
            _ => {
                let ids = self.0["MatchedRules"].as_array().into_iter().flatten();
                let names = ids.map(|id| self.rules().find(|rule| rule["RuleId"] == *id).map_or("?", name));
                format!("by rule {}", names.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// The name of a rule; the id where that is the name.
fn name(rule: &Value) -> &str {
    rule["Name"].as_str().or(rule["RuleId"].as_str()).unwrap_or_default()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_default()
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", text(&self.0, "Effect"), self.decided_by())?;
        for rule in self.rules() {
            let word = if rule["Matched"] == true { "matches" } else { "does not match" };
            writeln!(f, "\n{} ({}) {word}", name(rule), text(rule, "Effect"))?;
            for condition in rule["Conditions"].as_array().into_iter().flatten() {
                let mark = if condition["Matched"] == true { "+" } else { "-" };
                writeln!(f, "  {mark} {}: {}", text(condition, "Condition"), text(condition, "Explanation"))?;
            }
        }
        Ok(())
    }
}
