//! Registering, deregistering and looking at domains: the steps over the directory and the organization's own store.
//!
//! Each flow first marks the registration in the directory as unconfirmed and enqueues a job that settles it from what
//! the organization's own store says; so a process that dies half-way leaves nothing undecided.

use std::sync::Arc;

use postroom_store::client_tokens::ClientToken;
use postroom_store::jobs::{
    Announcement, Done, Failure, Jobs, Kind, KindOptions, Run, Runner, enqueue, is_ahead,
};
use postroom_store::seal::Keyring;
use postroom_store::{Place, Read, Store};
use postroom_types::{OrganizationKey, Timestamp};
use serde::{Deserialize, Serialize};

use super::ownership::{
    claim_registration, confirm_registration, in_use, is_owned_in_account, register_free, registrant,
    unconfirm_registration,
};
use super::settle::{find, settle};
use super::{Hosts, NewDkimKey, NewDomain, dkim_keys};
use crate::DirectoryError;
use crate::acting::Acting;
use crate::directory::DirectoryTx;
use crate::dns::DnsLookup;
use crate::limits::SETTLE_PAUSE;
use crate::ops::{
    Registration, deregister_mail_domain, insert_first_keys, register_mail_domain, rotate_dkim_key,
    rotation_selector, set_default_copy, update_default_mail_domain,
};
use crate::organizations::{Organization, by_key};

/// Settles one domain of an organization between the two stores.
const SETTLE: Kind = Kind::new("domain.settle");
/// Looks at the records of a domain.
pub(crate) const CHECK: Kind = Kind::new("domain.check");

/// Everything about domains that needs more than one transaction. Cheap to clone.
#[derive(Clone)]
pub struct Domains {
    pub(super) parts: Arc<Parts>,
}

pub(super) struct Parts {
    pub(super) jobs: Jobs,
    pub(super) keyring: Keyring,
    pub(super) hosts: Hosts,
    pub(super) dns: Arc<dyn DnsLookup>,
}

/// What a [`SETTLE`] job knows.
#[derive(Debug, Serialize, Deserialize)]
struct Unsettled {
    organization: i64,
    domain: String,
}

impl Domains {
    /// Domains in the store of `jobs`.
    pub fn new(jobs: Jobs, keyring: Keyring, hosts: Hosts, dns: Arc<dyn DnsLookup>) -> Self {
        Self { parts: Arc::new(Parts { jobs, keyring, hosts, dns }) }
    }

    /// The operator's host names.
    pub fn hosts(&self) -> &Hosts {
        &self.parts.hosts
    }

    /// Lets `runner` carry out the jobs.
    #[must_use]
    pub fn register_jobs(&self, runner: Runner) -> Runner {
        let (settling, checking) = (self.clone(), self.clone());
        let settle = move |run: Run| {
            let domains = settling.clone();
            async move { domains.settle_job(run).await }
        };
        let check = move |run: Run| {
            let domains = checking.clone();
            async move { domains.check_job(run).await }
        };
        let options = KindOptions::default();
        runner.kind(SETTLE, options, settle).kind(CHECK, options, check)
    }

    /// RegisterMailDomain. `DomainInUse` (another organization of the account), `LimitExceeded`, `Invalid`.
    pub async fn register(
        &self,
        acting: &Acting,
        organization: &Organization,
        name: &str,
        token: Option<ClientToken>,
    ) -> Result<(), DirectoryError> {
        let domain = NewDomain::mint(self.store().random().as_ref(), &self.parts.hosts, name)?;
        let name = domain.name.clone();
        self.begin(acting, organization, &name).await?;
        let registered = self.register_in_place(acting, organization.key, domain, token).await;
        if registered.is_err() {
            self.settle_now(organization, &name).await;
        }
        registered?;
        // A request with a client token that took effect before the domain was deregistered has registered nothing now.
        if !self.is_registered(organization.key, &name).await? {
            self.settle_now(organization, &name).await;
            return Ok(());
        }
        let (account, key) = (organization.aws_account.clone(), organization.key);
        let confirm = move |tx: &mut DirectoryTx<'_, '_>| {
            claim_registration(tx, &account, key, &name)?;
            confirm_registration(tx, &account, key, &name)
        };
        acting.directory(confirm).await.map(drop)
    }

    /// DeregisterMailDomain. `DomainInUse`: addresses use it, or it is the test domain or the default.
    pub async fn deregister(
        &self,
        acting: &Acting,
        organization: &Organization,
        name: &str,
    ) -> Result<(), DirectoryError> {
        let (key, name) = (organization.key, name.to_ascii_lowercase());
        if !self.is_registered(key, &name).await? {
            return Ok(());
        }
        let unconfirm = self.unsettled(organization, &name);
        let account = organization.aws_account.clone();
        let domain = name.clone();
        let begin = move |tx: &mut DirectoryTx<'_, '_>| {
            unconfirm_registration(tx, &account, key, &domain)?;
            unconfirm(tx)
        };
        acting.directory(begin).await?;
        let domain = name.clone();
        let done = acting.organization(key, move |tx| deregister_mail_domain(tx, &domain)).await;
        self.settle_now(organization, &name).await;
        done
    }

    /// UpdateDefaultMailDomain. `DomainNotFound`, `DomainNotVerified`.
    pub async fn update_default(
        &self,
        acting: &Acting,
        organization: &Organization,
        name: &str,
    ) -> Result<(), DirectoryError> {
        let (key, name) = (organization.key, name.to_ascii_lowercase());
        acting.directory(self.unsettled(organization, &name)).await?;
        let domain = name.clone();
        acting.organization(key, move |tx| update_default_mail_domain(tx, &domain)).await?;
        acting.directory(move |tx| set_default_copy(tx, key, &name)).await
    }

    /// Changes the key that signs for a domain; see [`rotate_dkim_key`].
    pub async fn rotate_dkim(
        &self,
        acting: &Acting,
        organization: &Organization,
        name: &str,
        force: bool,
    ) -> Result<(), DirectoryError> {
        let (key, name) = (organization.key, name.to_ascii_lowercase());
        let domain = name.clone();
        let keys = self.store().read(Place::Organization(key), move |tx| dkim_keys(tx, key, &domain)).await?;
        let selector = rotation_selector(&keys, self.parts.hosts.dkim_zone.as_deref());
        let [new] = self.generate_keys(key, &name, [selector]).await?;
        acting.organization(key, move |tx| rotate_dkim_key(tx, &name, &new, force)).await
    }

    /// Gives a domain its DKIM keys, unless it has some: when its records are asked for, or when it is proved.
    pub async fn ensure_keys(&self, key: OrganizationKey, name: &str) -> Result<(), DirectoryError> {
        let new = self.first_keys(key, name).await?;
        let name = name.to_owned();
        let acting = Acting::system(self.store(), "DKIM keys of a new domain");
        acting.organization(key, move |tx| insert_first_keys(tx, &name, &new)).await
    }

    pub(super) fn store(&self) -> &Store {
        self.parts.jobs.store()
    }

    /// Registers in the directory, unconfirmed.
    async fn begin(
        &self,
        acting: &Acting,
        organization: &Organization,
        name: &str,
    ) -> Result<(), DirectoryError> {
        let (account, key, domain) = (organization.aws_account.clone(), organization.key, name.to_owned());
        let settle_later = self.unsettled(organization, name);
        let begin = move |tx: &mut DirectoryTx<'_, '_>| {
            if is_owned_in_account(tx, &account, key, &domain)? {
                return Err(in_use(&domain));
            }
            claim_registration(tx, &account, key, &domain)?;
            settle_later(tx)
        };
        acting.directory(begin).await
    }

    /// Registers in the organization's own store, and has the domain looked at soon.
    async fn register_in_place(
        &self,
        acting: &Acting,
        key: OrganizationKey,
        domain: NewDomain,
        token: Option<ClientToken>,
    ) -> Result<(), DirectoryError> {
        let name = domain.name.clone();
        let place = Place::Organization(key);
        let announced = self.parts.jobs.announce(place, CHECK, self.store().clock().now()).await?;
        let new = Registration { domain, token };
        let register = move |tx: &mut crate::admin::AdminTx<'_, '_>| {
            register_mail_domain(tx, &new)?;
            enqueue(tx.tx(), &announced, Some(&name), name.as_bytes())?;
            Ok(())
        };
        acting.organization(key, register).await?;
        self.parts.jobs.tell(place);
        Ok(())
    }

    async fn is_registered(&self, key: OrganizationKey, name: &str) -> Result<bool, DirectoryError> {
        Ok(find(self.store(), key, name).await?.is_some())
    }

    async fn first_keys(&self, key: OrganizationKey, name: &str) -> Result<Vec<NewDkimKey>, DirectoryError> {
        let [active, next] = self.generate_keys(key, name, [None, None]).await?;
        let mut keys = vec![active, next];
        if self.parts.hosts.dkim_zone.is_some() {
            keys.extend(self.generate_keys(key, name, [None]).await?);
        }
        Ok(keys)
    }

    /// Makes keys on a thread that may compute for long.
    async fn generate_keys<const N: usize>(
        &self,
        key: OrganizationKey,
        name: &str,
        selectors: [Option<String>; N],
    ) -> Result<[NewDkimKey; N], DirectoryError> {
        let seal = self.parts.keyring.data_key(Place::Organization(key)).await?;
        let (random, name) = (Arc::clone(self.store().random()), name.to_owned());
        let generate = move || {
            let one = |selector: Option<String>| {
                NewDkimKey::generate(random.as_ref(), &seal, &name, selector.as_deref())
            };
            let keys: Result<Vec<_>, _> = selectors.into_iter().map(one).collect();
            keys
        };
        let keys = tokio::task::spawn_blocking(generate).await;
        let keys = keys.map_err(|_| DirectoryError::bug("making DKIM keys panicked"))??;
        <[NewDkimKey; N]>::try_from(keys).map_err(|_| DirectoryError::bug("as many keys as selectors"))
    }

    /// Registers a domain that was proved, unless an organization of the account has it registered: a copy beside the
    /// original has it from a time when the original had it.
    pub(super) async fn register_proved(
        &self,
        acting: &Acting,
        key: OrganizationKey,
        name: &str,
    ) -> Result<(), DirectoryError> {
        let domain = name.to_owned();
        let find = move |tx: &mut dyn Read| {
            let Some(organization) = by_key(tx, key)? else { return Ok(None) };
            let holder = registrant(tx, &organization.aws_account, &domain)?;
            Ok::<_, DirectoryError>(holder.is_none().then_some(organization))
        };
        let Some(organization) = self.store().read(Place::Directory, find).await? else { return Ok(()) };
        let settle_later = self.unsettled(&organization, name);
        let (account, name) = (organization.aws_account.clone(), name.to_owned());
        let register = move |tx: &mut DirectoryTx<'_, '_>| {
            if register_free(tx, &account, key, &name)? {
                // In case it is deregistered at this moment.
                settle_later(tx)?;
            }
            Ok(())
        };
        acting.directory(register).await
    }

    /// Enqueues the job that settles the domain if the flow that begins does not.
    fn unsettled(
        &self,
        organization: &Organization,
        name: &str,
    ) -> impl Fn(&mut DirectoryTx<'_, '_>) -> Result<(), DirectoryError> + Send + 'static {
        let unsettled = Unsettled { organization: organization.key.0, domain: name.to_owned() };
        let payload = serde_json::to_vec(&unsettled).expect("plain values are always JSON");
        let unique = settling_key(organization.key, name);
        move |tx| {
            let announced = Announcement::in_directory(SETTLE, tx.now().plus(SETTLE_PAUSE));
            enqueue(tx.tx(), &announced, Some(&unique), &payload)?;
            Ok(())
        }
    }

    /// Settles at once what a flow has left; when that fails, the job does it.
    async fn settle_now(&self, organization: &Organization, name: &str) {
        if let Err(error) = settle(self.store(), organization.key, name).await {
            tracing::warn!(organization.key = organization.key.0, ?error, "a domain is settled later");
        }
    }

    async fn settle_job(&self, run: Run) -> Result<Done, Failure> {
        let unsettled: Unsettled =
            serde_json::from_slice(&run.payload).map_err(|error| Failure::GiveUp(error.to_string()))?;
        run.point("before the domain is settled")?;
        settle(self.store(), OrganizationKey(unsettled.organization), &unsettled.domain).await?;
        run.point("after the domain is settled")?;
        Ok(Done::Complete)
    }

    /// When the domain is looked at next.
    pub(super) fn later(&self, pause: std::time::Duration) -> Timestamp {
        self.store().clock().now().plus(pause)
    }
}

/// What a [`SETTLE`] job is enqueued under.
fn settling_key(key: OrganizationKey, name: &str) -> String {
    format!("{}/{name}", key.0)
}

/// Whether a job will settle the domain: what the two stores disagree about until then is under way.
pub(crate) async fn is_being_settled(
    store: &Store,
    key: OrganizationKey,
    name: &str,
) -> Result<bool, DirectoryError> {
    let unique = settling_key(key, name);
    store.read(Place::Directory, move |tx| Ok(is_ahead(tx, Place::Directory, SETTLE, &unique)?)).await
}
