//! What every command that works on the store needs: the store with all schemas, and the master key.

use postroom_directory::backup::{Backups, Renew};
use postroom_directory::fsck::{Compare, Fsck};
use postroom_directory::organizations::keep_keys_apart;
use postroom_store::backup::unfinished_restore;
use postroom_store::fsck::{Check, RowCheck};
use postroom_store::seal::Keyring;
use postroom_store::{Options, PostgresOptions, SchemaModule, Store};

use super::bodies;
use crate::config::{Config, Engine};
use crate::problem::Problem;

/// The schema of every capability, lowest floor first.
const MODULES: &[SchemaModule] = &[
    postroom_directory::schema::DIRECTORY,
    postroom_directory::schema::ORGANIZATION,
    postroom_devices::schema::ORGANIZATION,
    postroom_governance::schema::ORGANIZATION,
    postroom_mailbox::schema::ORGANIZATION,
];

/// What the capabilities above the directory check, see [`Opened::fsck`].
const CHECKS: [&[Check]; 2] = [postroom_devices::invariants::CHECKS, postroom_mailbox::invariants::CHECKS];
const ROWS: [&[RowCheck]; 3] = [
    postroom_devices::invariants::ROWS,
    postroom_governance::invariants::ROWS,
    postroom_mailbox::invariants::ROWS,
];
const COMPARES: &[Compare] = &[
    |store, organization, _, look| postroom_mailbox::invariants::compare(store, organization, look.repair),
    |store, organization, key, look| {
        postroom_mailbox::search::check(store, organization, key.filter(|_| look.repair))
    },
    postroom_mailbox::check_blobs,
];

/// An open store.
#[derive(Clone)]
pub(crate) struct Opened {
    pub(crate) store: Store,
    pub(crate) keyring: Keyring,
}

impl Opened {
    /// Opens the store that `config` names, unless a restore of everything was cut off there, or large messages are
    /// elsewhere. It waits for the disk or
    /// the network: not for a runtime's threads.
    pub(crate) fn open(config: &Config, runtime: &tokio::runtime::Runtime) -> Result<Self, Problem> {
        let opened = Self::open_unfinished(config, runtime)?;
        let unfinished = unfinished_restore(&opened.store);
        match unfinished.map_err(|error| Problem::new("the store does not open", error))? {
            None => match opened.check(config, runtime) {
                Ok(()) => Ok(opened),
                Err(problem) => {
                    opened.store.close();
                    Err(problem)
                }
            },
            Some(unfinished) => {
                opened.store.close();
                let cause = format!("a restore from {} was cut off or is under way", unfinished.what);
                Err(Problem::told("the store is not whole", cause).advise(
                    "run that `postroom restore` again, or begin anew after `postroom restore --abandon`",
                ))
            }
        }
    }

    fn check(&self, config: &Config, runtime: &tokio::runtime::Runtime) -> Result<(), Problem> {
        bodies::check(config, &self.store, runtime)?;
        keep_keys_apart(&self.store).map_err(|error| Problem::new("the store does not open", error))
    }

    /// As [`Opened::open`], whatever was cut off.
    pub(crate) fn open_unfinished(
        config: &Config,
        runtime: &tokio::runtime::Runtime,
    ) -> Result<Self, Problem> {
        let options = match &config.engine {
            Engine::Embedded => Options::embedded(&config.data, MODULES.to_vec()),
            Engine::Postgres(url) => {
                let (writers, readers) = config.connections;
                let engine = PostgresOptions { writers, readers, ..PostgresOptions::new(url.as_str()) };
                Options {
                    engine: postroom_store::Engine::Postgres(engine),
                    ..Options::postgres("", MODULES.to_vec())
                }
            }
        };
        let options = Options { blobs: config.bodies.clone(), ..options };
        let advice = match &config.engine {
            Engine::Embedded => "see to the disk and the rights of the data directory",
            Engine::Postgres(_) => {
                "see that PostgreSQL runs with fsync and synchronous_commit on, and that store.url names its host, user and \
                 database"
            }
        };
        let store = Store::open(options);
        let store = store.map_err(|error| Problem::new("the store does not open", error).advise(advice))?;
        let keyring = runtime
            .block_on(Keyring::open_with_file(store.clone(), &config.master_key))
            .map_err(|error| {
                Problem::new("the store does not open", error).advise(
                    "put the master key there that the store was made with (master_key.file; it is in your backup, and \
                     further nodes of one PostgreSQL need a copy of the first one's); where a data key is lost, restore a \
                     backup of everything into a new data directory or database",
                )
            })?;
        Ok(Self { store, keyring })
    }

    /// Backups of everything.
    pub(crate) fn backups(&self) -> Backups {
        let renews = [postroom_mailbox::renew as Renew];
        Backups::new(self.store.clone(), self.keyring.clone(), self.fsck(), &renews)
    }

    /// The checks of every capability.
    pub(crate) fn fsck(&self) -> Fsck {
        Fsck::new(self.store.clone(), self.keyring.clone(), &CHECKS.concat(), COMPARES)
            .with_rows(&ROWS.concat())
    }
}
