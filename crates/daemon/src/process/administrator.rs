//! The administrator's key of the first start.

use std::path::Path;

use postroom_directory::DirectoryError;
use postroom_directory::audit::{self, AdminRecord};
use postroom_directory::aws_account::{AccessKeyId, AwsAccountId, SecretAccessKey};
use postroom_directory::directory::DirectoryTx;
use postroom_directory::ops::{NewAccessKey, first_start, has_started};
use postroom_directory::policies::Policies;
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Tx};

use super::aws_files;
use super::opened::Opened;
use crate::config::{ID_VARIABLE, SECRET_VARIABLE};
use crate::problem::Problem;

/// Makes an AWS account and its first key when the directory has none, and writes `aws/credentials` before it.
pub(crate) async fn make_first(opened: &Opened, data: &Path) -> Result<(), Problem> {
    let problem = |error: DirectoryError| Problem::new("cannot make the administrator's key", error);
    let store = &opened.store;
    if store.read(Place::Directory, has_started).await.map_err(problem)? {
        if std::env::var_os(ID_VARIABLE).is_some() {
            tracing::info!(
                "{ID_VARIABLE} is not used: it gives the first key of new data, and this data has keys; \
                 `postroom access-key create` makes more"
            );
        }
        return Ok(());
    }
    let (new, secret) = administrator(opened)?;
    aws_files::write_credentials(data, new.id.as_str(), secret.expose())?;
    let permit = Permitted::system("first start");
    let parameters =
        serde_json::json!({ "account": new.aws_account.to_string(), "accessKeyId": new.id.to_string() });
    let record = AdminRecord::at_the_machine(store.random().as_ref(), "CreateAccessKey", "", &parameters);
    let made = store.write(Place::Directory, move |tx: &mut Tx<'_>| {
        let mut directory = DirectoryTx::begin(tx, &permit);
        let first = first_start(&mut directory, &new)?;
        if first {
            audit::write_in_directory(&mut directory, &record)?;
        }
        Ok(first)
    });
    if made.await.map_err(problem)? {
        return Ok(());
    }
    tracing::info!("another node has made the administrator's key; its aws/credentials has it");
    aws_files::remove_credentials(data)
}

/// The key that the environment gives, or a minted one.
fn administrator(opened: &Opened) -> Result<(NewAccessKey, SecretAccessKey), Problem> {
    let (random, seal) = (opened.store.random().as_ref(), opened.keyring.directory());
    let account = AwsAccountId::mint(random.bytes());
    let description = "Administrator of the first start".to_owned();
    let (minted, secret) = NewAccessKey::mint(random, seal, account, Policies::administrator(), description);
    let wrong = |cause: &dyn std::fmt::Display| {
        Problem::usage(format!("{ID_VARIABLE} and {SECRET_VARIABLE} cannot be used"), cause)
            .advise("set both, as they stand in aws/credentials, or neither: then a key is made")
    };
    let given = |name| std::env::var(name).ok();
    match (given(ID_VARIABLE), given(SECRET_VARIABLE)) {
        (Some(id), Some(secret)) => {
            let id = AccessKeyId::parse(&id).map_err(|error| wrong(&error))?;
            let secret = SecretAccessKey::parse(&secret).map_err(|error| wrong(&error))?;
            Ok((minted.with_secret(random, seal, id, &secret), secret))
        }
        (None, None) => Ok((minted, secret)),
        (Some(_), None) => Err(wrong(&"only the id is set")),
        (None, Some(_)) => Err(wrong(&"only the secret is set")),
    }
}
