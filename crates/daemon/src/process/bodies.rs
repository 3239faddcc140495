//! Whether large messages are where the configuration says: nobody takes `bodies.url` away from under them.

use postroom_directory::organizations::{OrganizationState, organizations_after};
use postroom_mailbox::missing_blob;
use postroom_store::{Store, StoreError};
use tokio::runtime::Runtime;

use crate::config::Config;
use crate::problem::Problem;

/// Looks for every large body when `bodies.url` is another one than at the last start, and refuses the start when one is
/// not there; then remembers it.
pub(super) fn check(config: &Config, store: &Store, runtime: &Runtime) -> Result<(), Problem> {
    let failed =
        |error: StoreError| Problem::new("it cannot be seen whether the large messages are there", error);
    let blobs = store.blobs();
    let before = blobs.place_before_blocking().map_err(failed)?;
    if before.as_deref() == Some(&*config.bodies.to_string()) {
        return Ok(());
    }
    let mut after = 0;
    loop {
        let page = runtime.block_on(organizations_after(store, after));
        let page = page.map_err(|error| failed(StoreError::Bug(format!("{error:?}"))))?;
        let Some(last) = page.last() else { break };
        after = last.key.0;
        for organization in page.iter().filter(|found| found.state == OrganizationState::Active) {
            match missing_blob(store, organization.key) {
                Ok(None) => {}
                Ok(Some(id)) => return Err(elsewhere(config, before.as_deref(), &id.to_string())),
                // Whatever it is, nothing of it can be read now.
                Err(StoreError::Impaired(cause)) => {
                    tracing::warn!(organization.key = organization.key.0, %cause, "its large messages were not looked for");
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }
    blobs.remember_place_blocking(&config.bodies).map_err(failed)
}

fn elsewhere(config: &Config, before: Option<&str>, id: &str) -> Problem {
    let before = before.unwrap_or("elsewhere");
    let cause = format!("they are {before}, and bodies.url says {}, where {id} is not", config.bodies);
    Problem::told("large messages would be lost from sight", cause).advise(
        "set bodies.url and bodies.endpoint back; to move the messages, copy every object to the new place first (below \
         the new prefix, with the rest of its key), or restore a backup into a new store with the new setting",
    )
}
