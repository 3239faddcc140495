//! The administrator's key of the first start.

use std::path::Path;

use postroom_directory::DirectoryError;
use postroom_directory::aws_account::{AccessKeyId, AwsAccountId, SecretAccessKey};
use postroom_directory::directory::DirectoryTx;
use postroom_directory::ops::{NewAccessKey, first_start, has_started};
use postroom_directory::policies::Policies;
use postroom_policy::permit::Permitted;
use postroom_store::seal::Keyring;
use postroom_store::{Place, Store, Tx};

use crate::process::{Problem, aws_files};

/// Makes an AWS account and its first key when the directory has none, and writes `aws/credentials` before it.
pub(crate) async fn make_first(store: &Store, keyring: &Keyring, data: &Path) -> Result<(), Problem> {
    let problem = |error: DirectoryError| Problem::new("cannot make the administrator's key", error);
    if store.read(Place::Directory, has_started).await.map_err(problem)? {
        return Ok(());
    }
    let (new, secret) = administrator(store, keyring).map_err(problem)?;
    aws_files::write_credentials(data, new.id.as_str(), secret.expose())?;
    let permit = Permitted::system("first start");
    let written = store.write(Place::Directory, move |tx: &mut Tx<'_>| {
        first_start(&mut DirectoryTx::begin(tx, &permit), &new)
    });
    written.await.map(drop).map_err(problem)
}

/// The key that the environment gives, or a minted one.
fn administrator(
    store: &Store,
    keyring: &Keyring,
) -> Result<(NewAccessKey, SecretAccessKey), DirectoryError> {
    let (random, seal) = (store.random().as_ref(), keyring.directory());
    let account = AwsAccountId::mint(random.bytes());
    let description = "Administrator of the first start".to_owned();
    let (minted, secret) = NewAccessKey::mint(random, seal, account, Policies::administrator(), description);
    let given = |name| std::env::var(name).ok();
    match (given("POSTROOM_ACCESS_KEY_ID"), given("POSTROOM_SECRET_ACCESS_KEY")) {
        (Some(id), Some(secret)) => {
            let (id, secret) = (AccessKeyId::parse(&id)?, SecretAccessKey::parse(&secret)?);
            Ok((minted.with_secret(random, seal, id, &secret), secret))
        }
        (None, None) => Ok((minted, secret)),
        _ => Err(DirectoryError::Invalid(
            "POSTROOM_ACCESS_KEY_ID and POSTROOM_SECRET_ACCESS_KEY must be set together.".to_owned(),
        )),
    }
}
