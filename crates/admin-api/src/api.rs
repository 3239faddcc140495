//! What all calls share.

use std::num::NonZeroU32;
use std::sync::Arc;

use postroom_directory::access::Access;
use postroom_directory::callers::{Callers, Unseal};
use postroom_directory::in_force::AdminChanges;
use postroom_directory::organizations::Organizations;
use postroom_sigv4::{Limits, SigningKeyCache};
use postroom_store::Store;
use postroom_store::page::PageTokens;

use crate::throttle::Throttle;

/// The admin API of one process.
pub struct Api {
    /// The store.
    pub store: Store,
    /// Regions that a signature may name.
    pub regions: Vec<Arc<str>>,
    /// Makes and reads `NextToken`s.
    pub page_tokens: PageTokens,
    /// Tells sessions and caches that an organization has changed.
    pub changes: Arc<AdminChanges>,
    /// Access control rules and impersonation roles in force.
    pub access: Arc<Access>,
    pub(crate) callers: Arc<Callers>,
    pub(crate) organizations: Arc<Organizations>,
    pub(crate) signing_keys: SigningKeyCache,
    pub(crate) signature_limits: Limits,
    pub(crate) throttle: Throttle,
}

/// What an [`Api`] is made of.
pub struct Parts {
    /// The store, with the schemas of every capability.
    pub store: Store,
    /// Regions that a signature may name.
    pub regions: Vec<String>,
    /// The secret that page tokens are made with.
    pub page_token_secret: [u8; 32],
    /// Opens the sealed secrets of access keys.
    pub unseal: Unseal,
    /// Calls per second that one access key may make in the long run; more is `ThrottlingException`.
    pub calls_per_second: NonZeroU32,
    /// Calls that one access key may make at once.
    pub calls_burst: NonZeroU32,
}

impl Api {
    /// The admin API over `parts`.
    pub fn new(parts: Parts) -> Arc<Self> {
        let changes = AdminChanges::watching(&parts.store);
        Arc::new(Self {
            access: Arc::new(Access::access(parts.store.clone(), Arc::clone(&changes))),
            changes,
            regions: parts.regions.into_iter().map(Into::into).collect(),
            page_tokens: PageTokens::new(&parts.page_token_secret),
            callers: Callers::watching(&parts.store, parts.unseal),
            organizations: Organizations::watching(&parts.store),
            signing_keys: SigningKeyCache::new(postroom_directory::limits::CALLERS_CACHED_MAX),
            signature_limits: Limits::default(),
            throttle: Throttle::new(parts.calls_per_second, parts.calls_burst),
            store: parts.store,
        })
    }
}
