//! Why access rules decide as they do: the API's own explanation, asked for by the operator.

use std::fmt;

use postroom_admin_api::operator::operate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Operator;
use crate::problem::Problem;

/// Asks why an attempt to open a mailbox is allowed or refused.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExplainAccess {
    /// `m-…`
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

/// The API's answer, as it came.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Explanation(Value);

pub(super) async fn access(operator: &Operator, command: ExplainAccess) -> Result<Explanation, Problem> {
    let mut input = json!({
        "OrganizationId": command.organization,
        "IpAddress": command.address,
        "Action": command.action,
    });
    let optional = [("UserId", command.user), ("ImpersonationRoleId", command.impersonation_role)];
    for (name, value) in optional {
        if let Some(value) = value {
            input[name] = value.into();
        }
    }
    explain(operator, "ExplainAccessControl", &command.organization, &input).await
}

async fn explain(
    operator: &Operator,
    operation: &str,
    organization: &str,
    input: &Value,
) -> Result<Explanation, Problem> {
    let target = format!("PostroomService.{operation}");
    let answer = operate(&operator.api, organization, &target, input.to_string().into()).await;
    let answer = answer.map_err(|fault| Problem::new("there is no explanation", &fault.message))?;
    let answer = serde_json::from_slice(&answer);
    answer.map(Explanation).map_err(|error| Problem::new("the explanation cannot be read", error))
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let decided_by = match text(&self.0, "DecidedBy").as_str() {
            "OVERRIDE" => "by the override for this device".to_owned(),
            "NOTHING_MATCHED" => "because no rule matches".to_owned(),
            _ => {
                let names = self.0["MatchedRules"].as_array().into_iter().flatten();
                let names: Vec<&str> = names.filter_map(Value::as_str).collect();
                format!("by {}", names.join(", "))
            }
        };
        writeln!(f, "{} {decided_by}", text(&self.0, "Effect"))?;
        for rule in self.0["Rules"].as_array().into_iter().flatten() {
            let matched = rule["Matched"] == true;
            let name = rule["Name"].as_str().or(rule["RuleId"].as_str()).unwrap_or_default();
            let word = if matched { "matches" } else { "does not match" };
            writeln!(f, "\n{name} ({}) {word}", text(rule, "Effect"))?;
            for condition in rule["Conditions"].as_array().into_iter().flatten() {
                let mark = if condition["Matched"] == true { "+" } else { "-" };
                writeln!(f, "  {mark} {}: {}", text(condition, "Condition"), text(condition, "Explanation"))?;
            }
        }
        Ok(())
    }
}
