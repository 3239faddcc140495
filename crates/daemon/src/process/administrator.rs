//! The administrator's key of the first start.

use std::path::Path;

use postroom_store::{Place, Read, Statement, Store, StoreError, Tx, parameters};
use postroom_types::hex;

use crate::process::{Problem, aws_files};

static ANY_KEY: Statement = Statement::new("SELECT access_key_id FROM access_keys LIMIT 1");
static INSERT_ACCOUNT: Statement = Statement::new(
    "INSERT INTO aws_accounts (aws_account, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
);
static INSERT_KEY: Statement = Statement::new(
    "INSERT INTO access_keys (access_key_id, aws_account, secret_sealed, policies, description, active, generation,
        created_at) VALUES ($1, $2, $3, '[]', '', 1, 1, $4) ON CONFLICT DO NOTHING",
);

/// Makes an AWS account and its first key when the directory has none, and writes `aws/credentials` before it.
pub(crate) async fn make_first(store: &Store, data: &Path) -> Result<(), Problem> {
    let problem = |error: StoreError| Problem::new("cannot make the administrator's key", error);
    let any = store.read(Place::Directory, |read: &mut dyn Read| read.query_first(&ANY_KEY, parameters![]));
    if any.await.map_err(problem)?.is_some() {
        return Ok(());
    }
    let given = |name| std::env::var(name).ok();
    let random = store.random();
    let id = given("POSTROOM_ACCESS_KEY_ID")
        .unwrap_or_else(|| format!("AKIA{}", hex(&random.bytes::<8>()).to_uppercase()));
    let secret = given("POSTROOM_SECRET_ACCESS_KEY").unwrap_or_else(|| hex(&random.bytes::<20>()));
    aws_files::write_credentials(data, &id, &secret)?;
    let written = store.write(Place::Directory, move |tx: &mut Tx<'_>| {
        let now = tx.now();
        tx.execute(&INSERT_ACCOUNT, parameters!["100000000000", "Administration", now])?;
        tx.execute(&INSERT_KEY, parameters![&id, "100000000000", secret.as_bytes(), now])?;
        Ok(())
    });
    written.await.map_err(problem)
}
