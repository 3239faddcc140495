//! Access keys.

use std::fmt;

use postroom_directory::DirectoryError;
use postroom_directory::audit::{self, AdminRecord};
use postroom_directory::aws_account::{AccessKeyId, AwsAccountId};
use postroom_directory::directory::DirectoryTx;
use postroom_directory::ops::{
    AccessKey, NewAccessKey, create_access_key, delete_access_key, list_access_keys, put_access_key_policies,
    set_access_key_active,
};
use postroom_directory::policies::Policies;
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Read, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Operator, pages, table, time};
use crate::problem::Problem;

/// Makes an access key.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessKeyCreate {
    /// Whose it is.
    pub(crate) account: String,
    /// IAM policies as JSON; none: it may do everything in its account.
    pub(crate) policies: Option<String>,
    /// What it is for.
    pub(crate) description: String,
}

/// Lists the access keys of an account.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessKeyList {
    /// Whose.
    pub(crate) account: String,
}

/// Switches an access key on or off.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessKeySwitch {
    /// Which.
    pub(crate) id: String,
    /// Whether it may be used.
    pub(crate) active: bool,
}

/// Replaces what an access key may do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessKeyPolicies {
    /// Which.
    pub(crate) id: String,
    /// IAM policies as JSON.
    pub(crate) policies: String,
}

/// Deletes an access key.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessKeyDelete {
    /// Which.
    pub(crate) id: String,
}

/// A new key; the only time that its secret is shown.
#[derive(Serialize, Deserialize)]
pub(crate) struct Made {
    account: String,
    access_key_id: String,
    secret_access_key: String,
}

/// Access keys without their secrets.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessKeys {
    access_keys: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    access_key_id: String,
    active: bool,
    created_at: String,
    description: String,
    policies: serde_json::Value,
}

/// What was done to a key.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    access_key_id: String,
    done: String,
}

fn problem(error: DirectoryError) -> Problem {
    let problem = Problem::new("nothing was changed", &error);
    match error {
        DirectoryError::NotFound(_) | DirectoryError::Invalid(_) => {
            problem.advise("see `postroom account list` and `postroom access-key list`")
        }
        _ => problem,
    }
}

/// The policies are none that can be.
fn not_understood(error: DirectoryError) -> Problem {
    Problem::new("nothing was changed", error).advise(
        "mend the file that --policy names: Statement, Effect, Action, Resource, Condition as IAM has them",
    )
}

pub(super) async fn create(operator: &Operator, command: AccessKeyCreate) -> Result<Made, Problem> {
    let (store, keyring) = (&operator.opened.store, &operator.opened.keyring);
    let account = AwsAccountId::parse(&command.account).map_err(problem)?;
    let policies = match &command.policies {
        Some(json) => Policies::parse(json).map_err(not_understood)?,
        None => Policies::administrator(),
    };
    let random = store.random().as_ref();
    let (new, secret) =
        NewAccessKey::mint(random, keyring.directory(), account, policies, command.description);
    let made = Made {
        account: new.aws_account.to_string(),
        access_key_id: new.id.to_string(),
        secret_access_key: secret.expose().to_owned(),
    };
    let parameters = json!({
        "account": made.account, "accessKeyId": made.access_key_id, "description": new.description,
        "policies": stated(&new.policies)
    });
    let create = Change { name: "access-key create", operation: "CreateAccessKey", parameters };
    create.make(operator, move |tx| create_access_key(tx, &new)).await?;
    Ok(made)
}

pub(super) async fn list(operator: &Operator, command: AccessKeyList) -> Result<AccessKeys, Problem> {
    let not_listed = |error: DirectoryError| {
        Problem::new("the keys cannot be listed", error).advise("see `postroom account list`")
    };
    let account = AwsAccountId::parse(&command.account).map_err(not_listed)?;
    let listed =
        pages::all(&operator.opened.store, Place::Directory, move |read: &mut dyn Read, page: &_| {
            list_access_keys(read, &account, page)
        });
    let keys = listed.await.map_err(not_listed)?;
    let entry = |key: AccessKey| Listed {
        access_key_id: key.id.to_string(),
        active: key.active,
        created_at: time::text(key.created_at),
        description: key.description,
        policies: serde_json::from_str(key.policies.json()).unwrap_or_default(),
    };
    Ok(AccessKeys { access_keys: keys.into_iter().map(entry).collect() })
}

pub(super) async fn switch(operator: &Operator, command: AccessKeySwitch) -> Result<Done, Problem> {
    let (id, active) = (AccessKeyId::parse(&command.id).map_err(problem)?, command.active);
    let (name, operation) = match active {
        true => ("access-key enable", "EnableAccessKey"),
        false => ("access-key disable", "DisableAccessKey"),
    };
    let switch = Change { name, operation, parameters: json!({ "accessKeyId": command.id }) };
    switch.make(operator, move |tx| set_access_key_active(tx, &id, active)).await?;
    Ok(Done { access_key_id: command.id, done: if active { "enabled" } else { "disabled" }.to_owned() })
}

pub(super) async fn put_policies(operator: &Operator, command: AccessKeyPolicies) -> Result<Done, Problem> {
    let id = AccessKeyId::parse(&command.id).map_err(problem)?;
    let policies = Policies::parse(&command.policies).map_err(not_understood)?;
    let parameters = json!({ "accessKeyId": command.id, "policies": stated(&policies) });
    let change = Change { name: "access-key put-policy", operation: "PutAccessKeyPolicies", parameters };
    let put = move |tx: &mut DirectoryTx<'_, '_>| put_access_key_policies(tx, &id, &policies);
    change.make(operator, put).await?;
    Ok(Done { access_key_id: command.id, done: "given new policies".to_owned() })
}

pub(super) async fn delete(operator: &Operator, command: AccessKeyDelete) -> Result<Done, Problem> {
    let id = AccessKeyId::parse(&command.id).map_err(problem)?;
    let parameters = json!({ "accessKeyId": command.id });
    let delete = Change { name: "access-key delete", operation: "DeleteAccessKey", parameters };
    delete.make(operator, move |tx| delete_access_key(tx, &id)).await?;
    Ok(Done { access_key_id: command.id, done: "deleted".to_owned() })
}

/// A change of the directory, as its audit record says it.
struct Change {
    /// The command.
    name: &'static str,
    operation: &'static str,
    parameters: serde_json::Value,
}

impl Change {
    /// Makes it in one transaction, its audit record included.
    async fn make<F>(self, operator: &Operator, work: F) -> Result<(), Problem>
    where
        F: Fn(&mut DirectoryTx<'_, '_>) -> Result<(), DirectoryError> + Send + 'static,
    {
        let store = &operator.opened.store;
        let random = store.random().as_ref();
        let record = AdminRecord::at_the_machine(random, self.operation, "", &self.parameters);
        let changed = store.write(Place::Directory, move |tx: &mut Tx<'_>| {
            let permit = Permitted::operator(self.name);
            let mut directory = DirectoryTx::begin(tx, &permit);
            work(&mut directory)?;
            audit::write_in_directory(&mut directory, &record)
        });
        changed.await.map_err(problem)
    }
}

/// Policies as JSON.
fn stated(policies: &Policies) -> serde_json::Value {
    serde_json::from_str(policies.json()).unwrap_or_default()
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "aws_access_key_id = {}", self.access_key_id)?;
        writeln!(f, "aws_secret_access_key = {}", self.secret_access_key)
    }
}

impl fmt::Display for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |key: &Listed| {
            let state = if key.active { "active" } else { "disabled" };
            vec![key.access_key_id.clone(), state.to_owned(), key.created_at.clone(), key.description.clone()]
        };
        let rows: Vec<Vec<String>> = self.access_keys.iter().map(row).collect();
        table::write(f, &["ACCESS KEY", "STATE", "CREATED", "DESCRIPTION"], &rows)
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The access key {} is {}.", self.access_key_id, self.done)
    }
}
