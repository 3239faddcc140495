//! What is in one mailbox: taken out, brought in, had back.

mod export;
mod import;
mod portions;
mod recover;
mod tree;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::audit::{self, AdminRecord};
use postroom_directory::entity::{Accepts, find_any};
use postroom_directory::organizations::Organization;
use postroom_mailbox::{Mailbox, MailboxError, MailboxKey};
use postroom_policy::permit::Permitted;
use postroom_store::seal::DataKey;
use postroom_store::{Place, Store, Tx};

use super::{Operator, Progress, named};
use crate::problem::Problem;

pub(crate) use export::{Exported, MailFormat, MailboxExport};
pub(crate) use import::{Imported, MailboxImport};
pub(crate) use recover::{MailboxRecover, Recovered};

pub(super) use export::run as export;
pub(super) use import::run as import;
pub(super) use recover::run as recover;

/// Who does it, in the log of changes.
const ACTOR: &str = "operator";

/// The mailbox that a command is about.
#[derive(Clone)]
struct Target {
    store: Store,
    organization: Organization,
    mailbox: MailboxKey,
    /// The mailbox as it was when the command began.
    known: Mailbox,
    key: Arc<DataKey>,
}

impl Target {
    fn place(&self) -> Place {
        Place::Organization(self.organization.key)
    }

    /// The mailbox that `user` (id, name or address) of `organization` (id or alias) has now.
    async fn find(operator: &Operator, organization: &str, user: &str) -> Result<Self, Problem> {
        let organization = named::organization(operator, organization).await?;
        let (store, key, name) = (operator.opened.store.clone(), organization.key, user.to_owned());
        let found = store.read(Place::Organization(key), move |read| {
            let owner = find_any(read, key, &name, Accepts::Any)?;
            let mailbox = Mailbox::of(read, key, &owner.id)?;
            mailbox.filter(|mailbox| mailbox.is_attached).ok_or(MailboxError::NoMailbox(owner.id))
        });
        let mailbox = found.await.map_err(|error| match error {
            MailboxError::NoMailbox(_) => Problem::told(
                format!("{user} has no mailbox"),
                "it is not enabled, or not a user or a resource",
            )
            .advise("register it (RegisterToWorkMail); within 30 days it has its old mailbox back"),
            MailboxError::Directory(error) => Problem::new(format!("there is no mailbox of {user}"), error)
                .advise("name the owner by id, name or address"),
            other @ MailboxError::QuotaOutOfRange { .. } => {
                Problem::told(format!("the mailbox of {user} cannot be read"), format!("{other:?}"))
                    .advise("set its quota (UpdateMailboxQuota), then try again")
            }
        })?;
        let sealed = operator.opened.keyring.data_key(Place::Organization(key)).await;
        let sealed =
            sealed.map_err(|error| Problem::new("the organization's data key does not open", error))?;
        Ok(Self { store, organization, mailbox: mailbox.key, known: mailbox, key: sealed })
    }

    /// Leaves a record of `operation` in the audit trail.
    async fn record(
        &self,
        command: &'static str,
        operation: &'static str,
        parameters: serde_json::Value,
    ) -> Result<(), Problem> {
        let (id, random) = (self.organization.id.as_str(), self.store.random().as_ref());
        let record = AdminRecord::at_the_machine(random, operation, id, &parameters);
        let written = self.store.write(self.place(), move |tx: &mut Tx<'_>| {
            let permit = Permitted::operator(command);
            let mut admin = AdminTx::begin(tx, &permit)?;
            audit::write(&mut admin, &record)?;
            Ok::<_, DirectoryError>(())
        });
        written.await.map_err(|error| Problem::new("the mailbox cannot be worked on", error))
    }
}

/// Whether nobody waits for a command any more.
#[derive(Clone)]
struct Waiting(Arc<AtomicBool>);

impl Waiting {
    /// An error once nobody waits: checked between two steps.
    fn check(&self) -> Result<(), Problem> {
        match self.0.load(Ordering::Relaxed) {
            true => Err(Problem::told("the command was stopped", "nobody waits for it any more")
                .advise("run it again: it goes on where it was")),
            false => Ok(()),
        }
    }
}

/// Runs `work`, which waits for files and the store, on a thread that may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&Waiting) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    struct Leave(Arc<AtomicBool>);
    impl Drop for Leave {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let gone = Arc::new(AtomicBool::new(false));
    let leave = Leave(Arc::clone(&gone));
    let done = tokio::task::spawn_blocking(move || work(&Waiting(gone))).await;
    drop(leave);
    done.map_err(|error| Problem::new("the command did not end", error))?
}

fn at_file(path: &Path) -> impl Fn(std::io::Error) -> Problem {
    let what = format!("{} cannot be used", path.display());
    move |error| {
        let is_denied = error.kind() == std::io::ErrorKind::PermissionDenied;
        let problem = Problem::new(what.clone(), error);
        if is_denied { problem.advise("the server's own user needs the right to it") } else { problem }
    }
}

/// Tells how far it is, once in a while.
struct Counting {
    progress: Progress,
    said: u64,
}

impl Counting {
    const EVERY: u64 = 500;

    fn new(progress: Progress) -> Self {
        Self { progress, said: 0 }
    }

    fn say(&mut self, count: u64, text: impl FnOnce() -> String) {
        if count >= self.said + Self::EVERY {
            self.said = count;
            (self.progress)(text());
        }
    }
}
