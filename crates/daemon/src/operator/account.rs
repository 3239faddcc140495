//! AWS accounts.

use std::fmt;

use postroom_directory::DirectoryError;
use postroom_directory::audit::{self, AdminRecord};
use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::directory::DirectoryTx;
use postroom_directory::ops::{AwsAccount, create_aws_account, list_aws_accounts};
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Tx};
use serde::{Deserialize, Serialize};

use super::{Operator, pages, table, time};
use crate::problem::Problem;

/// Makes an AWS account.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccountCreate {
    /// Its number; none: one is made up.
    pub(crate) id: Option<String>,
    /// What the operator calls it.
    pub(crate) name: String,
}

/// Lists the AWS accounts.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccountList {}

/// An AWS account.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    id: String,
    name: String,
    created_at: String,
}

/// AWS accounts in the order of their numbers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Accounts {
    accounts: Vec<Account>,
}

impl From<AwsAccount> for Account {
    fn from(account: AwsAccount) -> Self {
        Self { id: account.id.to_string(), name: account.name, created_at: time::text(account.created_at) }
    }
}

pub(super) async fn create(operator: &Operator, command: AccountCreate) -> Result<Account, Problem> {
    let store = &operator.opened.store;
    let problem = |error: DirectoryError| Problem::new("the account was not made", error);
    let id = match &command.id {
        Some(text) => AwsAccountId::parse(text).map_err(problem)?,
        None => AwsAccountId::mint(store.random().bytes()),
    };
    let parameters = serde_json::json!({ "id": id.to_string(), "name": command.name });
    let record = AdminRecord::at_the_machine(store.random().as_ref(), "CreateAwsAccount", "", &parameters);
    let created = store.write(Place::Directory, move |tx: &mut Tx<'_>| {
        let permit = Permitted::operator("account create");
        let mut directory = DirectoryTx::begin(tx, &permit);
        create_aws_account(&mut directory, &id, &command.name)?;
        audit::write_in_directory(&mut directory, &record)?;
        let account = AwsAccount { id: id.clone(), name: command.name.clone(), created_at: now(tx) };
        Ok(account.into())
    });
    created.await.map_err(problem)
}

fn now(tx: &Tx<'_>) -> postroom_types::Timestamp {
    use postroom_store::Read as _;
    tx.now()
}

pub(super) async fn list(operator: &Operator, _: AccountList) -> Result<Accounts, Problem> {
    let listed = pages::all(&operator.opened.store, Place::Directory, list_aws_accounts).await;
    let accounts = listed.map_err(|error| Problem::new("the accounts cannot be listed", error))?;
    Ok(Accounts { accounts: accounts.into_iter().map(Account::from).collect() })
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "AWS account {} ({}) is made.", self.id, self.name)?;
        writeln!(f, "Next: postroom access-key create --account {}", self.id)
    }
}

impl fmt::Display for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row =
            |account: &Account| vec![account.id.clone(), account.created_at.clone(), account.name.clone()];
        let rows: Vec<Vec<String>> = self.accounts.iter().map(row).collect();
        table::write(f, &["ACCOUNT", "CREATED", "NAME"], &rows)
    }
}
