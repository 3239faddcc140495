//! What all calls share.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use postroom_devices::Devices;
use postroom_directory::access::Access;
use postroom_directory::access_audit::AccessAudit;
use postroom_directory::call_audit::CallAudit;
use postroom_directory::callers::{Callers, unseal_with};
use postroom_directory::domains::Domains;
use postroom_directory::in_force::AdminChanges;
use postroom_directory::log_in::{Issuer, LogInParts, LogIns};
use postroom_directory::organizations::{Lifecycle, Lookup, Organizations};
use postroom_directory::password::Hasher;
use postroom_directory::tokens::Tokens;
use postroom_sigv4::{Limits, SigningKeyCache};
use postroom_store::page::PageTokens;
use postroom_store::seal::Keyring;
use postroom_store::{Store, StoreError};
use postroom_types::OrganizationKey;

use crate::request_ids::RequestIds;
use crate::throttle::Throttle;

/// The admin API of one process.
pub struct Api {
    /// The store.
    pub store: Store,
    /// Regions that a signature may name.
    pub regions: Vec<Arc<str>>,
    /// Makes and reads `NextToken`s.
    pub page_tokens: PageTokens,
    /// Hashes and verifies passwords.
    pub passwords: Hasher,
    /// Tells sessions and caches that an organization has changed.
    pub changes: Arc<AdminChanges>,
    /// Access control rules and impersonation roles in force.
    pub access: Arc<Access>,
    /// Lets people in, by whatever protocol: they share what these operations share.
    pub log_ins: Arc<LogIns>,
    /// Mobile device rules and overrides in force.
    pub devices: Arc<Devices>,
    /// Writes down reads and refusals.
    pub calls: Arc<CallAudit>,
    /// Mints and verifies generated secrets.
    pub tokens: Arc<Tokens>,
    /// Carries creations and deletions of organizations on.
    pub lifecycle: Lifecycle,
    /// Registers domains and looks at them.
    pub domains: Domains,
    /// Seals and opens secrets.
    pub keyring: Keyring,
    pub(crate) callers: Arc<Callers>,
    pub(crate) organizations: Arc<Organizations>,
    pub(crate) signing_keys: SigningKeyCache,
    pub(crate) signature_limits: Limits,
    pub(crate) throttle: Throttle,
    pub(crate) request_ids: RequestIds,
}

/// What an [`Api`] is made of.
pub struct Parts {
    /// The store, with the schemas of every capability.
    pub store: Store,
    /// Regions that a signature may name.
    pub regions: Vec<String>,
    /// Calls per second that one access key may make in the long run; more is `ThrottlingException`.
    pub calls_per_second: NonZeroU32,
    /// Calls that one access key may make at once.
    pub calls_burst: NonZeroU32,
    /// The keys of the store's secrets.
    pub keyring: Keyring,
    /// Carries creations and deletions of organizations on.
    pub lifecycle: Lifecycle,
    /// Registers domains and looks at them.
    pub domains: Domains,
    /// Whose access tokens let people in, if anybody's.
    pub issuer: Option<Arc<Issuer>>,
    /// How long the audit trail keeps calls that changed nothing.
    pub calls_kept: Duration,
}

impl Api {
    /// The admin API over `parts`.
    pub fn new(parts: Parts) -> Arc<Self> {
        let store = &parts.store;
        let changes = AdminChanges::watching(store);
        let organizations = Organizations::watching(store);
        let tokens = Arc::new(Tokens::new(
            store.clone(),
            parts.keyring.clone(),
            Arc::clone(&organizations),
            Arc::clone(&changes),
        ));
        let access = Arc::new(Access::access(store.clone(), Arc::clone(&changes)));
        let passwords = Hasher::new(Arc::clone(store.random()), hashes_at_once());
        let log_ins = LogIns::new(LogInParts {
            store: store.clone(),
            organizations: Arc::clone(&organizations),
            tokens: Arc::clone(&tokens),
            passwords: passwords.clone(),
            access: Arc::clone(&access),
            changes: Arc::clone(&changes),
            audit: Arc::new(AccessAudit::new(store.clone())),
            issuer: parts.issuer,
        });
        Arc::new(Self {
            log_ins: Arc::new(log_ins),
            tokens,
            calls: Arc::new(CallAudit::new(parts.store.clone(), parts.calls_kept)),
            devices: Arc::new(Devices::new(parts.store.clone(), Arc::clone(&changes))),
            access,
            passwords,
            changes,
            regions: parts.regions.into_iter().map(Into::into).collect(),
            page_tokens: parts.keyring.page_tokens(),
            lifecycle: parts.lifecycle,
            domains: parts.domains,
            callers: Callers::watching(&parts.store, unseal_with(parts.keyring.clone())),
            keyring: parts.keyring,
            organizations,
            signing_keys: SigningKeyCache::new(postroom_directory::limits::CALLERS_CACHED_MAX),
            signature_limits: Limits::default(),
            throttle: Throttle::new(parts.calls_per_second, parts.calls_burst),
            request_ids: RequestIds::default(),
            store: parts.store,
        })
    }
}

impl Api {
    /// The short key of the organization `id`, in whatever state; `None` when there is none.
    pub async fn organization_key(&self, id: &str) -> Result<Option<OrganizationKey>, StoreError> {
        let found = self.organizations.find(&self.store, Lookup::Id(id)).await?;
        Ok(found.map(|organization| organization.key))
    }
}

/// Half of the machine's cores: people's log-ins must not keep everything else waiting.
fn hashes_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}
