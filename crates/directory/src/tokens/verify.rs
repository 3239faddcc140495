//! Minting and verifying, outside transactions.

use std::sync::Arc;

use postroom_store::seal::{Keyring, Purpose, Secret};
use postroom_store::{Place, Read, Store, StoreError, parameters};
use postroom_types::{
    EntityId, OrganizationId, OrganizationKey, PersonalAccessTokenId, PersonalAccessTokenScope, Timestamp,
    hex, uuid,
};
use zeroize::Zeroizing;

use super::impersonation::{self, AssumedRole};
use super::personal::{PersonalAccessToken, TokenRefusal, VerifiedToken, select_personal};
use super::text::{Claim, Kind, MintedToken, mint};
use crate::DirectoryError;
use crate::cache::Remembered;
use crate::entity;
use crate::in_force::{AdminChanges, Epoch};
use crate::limits;
use crate::organizations::{Lookup, Organizations};
use crate::settings::settings;
use crate::sql::tokens as sql;

/// Mints and verifies tokens.
pub struct Tokens {
    store: Store,
    keyring: Keyring,
    organizations: Arc<Organizations>,
    changes: Arc<AdminChanges>,
    /// Texts that were verified, by their hash under a key of this process.
    remembered: Remembered<[u8; 32], Arc<Accepted>>,
    process_key: Secret,
}

/// A personal access token that was found good, until something of its organization changes.
struct Accepted {
    /// Whose organization's: user ids of two organizations may be equal (they can be imported).
    organization: OrganizationKey,
    epoch: Arc<Epoch>,
    /// The epoch's number before the row was read. It moves with every change of a credential, and more.
    number: u64,
    until: Timestamp,
    token: PersonalAccessToken,
}

impl Tokens {
    /// The tokens of the organizations of `store`.
    pub fn new(
        store: Store,
        keyring: Keyring,
        organizations: Arc<Organizations>,
        changes: Arc<AdminChanges>,
    ) -> Self {
        let process_key = Secret::new(store.random().bytes());
        let remembered = Remembered::new(limits::TOKENS_REMEMBERED_MAX);
        Self { store, keyring, organizations, changes, remembered, process_key }
    }

    /// A new impersonation token: what [`crate::ops::assume_impersonation_role`] keeps, and the text for the caller.
    pub async fn mint_impersonation(
        &self,
        key: OrganizationKey,
        organization: &OrganizationId,
    ) -> Result<(MintedToken, Zeroizing<String>), DirectoryError> {
        let random = self.store.random().as_ref();
        let id = hex(&random.bytes::<16>());
        let secret = self.key(key, Purpose::IMPERSONATION_TOKENS).await?;
        Ok(mint(random, &secret, Kind::Impersonation, organization, id))
    }

    /// A new personal access token: what [`crate::ops::create_personal_access_token`] keeps, and the text for the user.
    pub async fn mint_personal(
        &self,
        key: OrganizationKey,
        organization: &OrganizationId,
    ) -> Result<(MintedToken, Zeroizing<String>), DirectoryError> {
        let random = self.store.random().as_ref();
        let id = uuid(random.bytes());
        let secret = self.key(key, Purpose::PERSONAL_ACCESS_TOKENS).await?;
        Ok(mint(random, &secret, Kind::Personal, organization, id))
    }

    /// Whose part the bearer of `text` plays; `None` when it is no impersonation token in force.
    pub async fn verify_impersonation(&self, text: &str) -> Result<Option<AssumedRole>, DirectoryError> {
        let Some(claim) = Claim::parse(Kind::Impersonation, text) else { return Ok(None) };
        let lookup = Lookup::Id(claim.organization.as_str());
        let organization = self.organizations.find(&self.store, lookup).await?;
        let Some(organization) = organization.filter(|found| found.state.is_active()) else {
            return Ok(None);
        };
        let (key, id) = (organization.key, claim.id.to_owned());
        let read = move |read: &mut dyn Read| impersonation::select(read, key, &id);
        let found = self.store.read::<_, StoreError, _>(Place::Organization(key), read).await?;
        let Some((assumed, mac)) = found else { return Ok(None) };
        let secret = self.key(key, Purpose::IMPERSONATION_TOKENS).await?;
        let good = claim.is_genuine(&secret, &mac) && assumed.expires_at > self.store.clock().now();
        Ok(good.then_some(assumed))
    }

    /// Whether `presented` is a personal access token of `user` in the organization `key` that is good for `scope` (the
    /// name of a protocol).
    ///
    /// A good one is remembered for `limits::TOKEN_REMEMBERED`, until something of the organization changes; its use
    /// is written down at most that often.
    pub async fn verify_personal(
        &self,
        key: OrganizationKey,
        user: &EntityId,
        scope: &str,
        presented: &str,
    ) -> Result<Result<VerifiedToken, TokenRefusal>, DirectoryError> {
        let Some(claim) = Claim::parse(Kind::Personal, presented) else {
            return Ok(Err(TokenRefusal::NotAToken));
        };
        if !self.names(&claim, key).await? {
            return Ok(Err(TokenRefusal::OtherOrganization));
        }
        let remembered_as = self.process_key.mac(presented.as_bytes());
        let now = self.store.clock().now();
        if let Some(accepted) = self.remembered.find(&remembered_as)
            && accepted.organization == key
            && accepted.number == accepted.epoch.number()
            && accepted.until > now
        {
            return Ok(judge(&accepted.token, user, scope, now));
        }
        let epoch = self.changes.follow(key);
        let number = epoch.number();
        let token = match self.look_up(key, &claim).await? {
            Ok(token) => token,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let verdict = judge(&token, user, scope, now);
        if verdict.is_ok() {
            self.note_use(key, &token, now).await;
            let until = now.plus(limits::TOKEN_REMEMBERED);
            let accepted = Arc::new(Accepted { organization: key, epoch, number, until, token });
            self.remembered.insert(self.remembered.epoch(), remembered_as, accepted);
        }
        Ok(verdict)
    }

    /// Whether `text` has the form of a personal access token. It proves nothing.
    pub fn has_form(text: &str) -> bool {
        Claim::parse(Kind::Personal, text).is_some()
    }

    /// Whether the organization that `claim` names is `key`, and in use.
    async fn names(&self, claim: &Claim<'_>, key: OrganizationKey) -> Result<bool, DirectoryError> {
        let lookup = Lookup::Id(claim.organization.as_str());
        let named = self.organizations.find(&self.store, lookup).await?;
        Ok(named.is_some_and(|found| found.key == key && found.state.is_active()))
    }

    /// The genuine token of `claim`, if tokens and its user are in force.
    async fn look_up(
        &self,
        key: OrganizationKey,
        claim: &Claim<'_>,
    ) -> Result<Result<PersonalAccessToken, TokenRefusal>, DirectoryError> {
        let Some(row) = self.row(key, claim.id.to_owned()).await? else {
            return Ok(Err(TokenRefusal::Unknown));
        };
        let secret = self.key(key, Purpose::PERSONAL_ACCESS_TOKENS).await?;
        if !claim.is_genuine(&secret, &row.mac) {
            return Ok(Err(TokenRefusal::Unknown));
        }
        Ok(row.in_force())
    }

    /// Whether the token `id`, which was verified before, is still in force for `user` and good for `scope`: what a
    /// live session asks after a change.
    pub async fn still_good(
        &self,
        key: OrganizationKey,
        user: &EntityId,
        scope: &str,
        id: &PersonalAccessTokenId,
    ) -> Result<Result<(), TokenRefusal>, DirectoryError> {
        let now = self.store.clock().now();
        Ok(match self.row(key, id.as_str().to_owned()).await? {
            Some(row) => row.in_force().and_then(|token| judge(&token, user, scope, now)).map(drop),
            None => Err(TokenRefusal::Unknown),
        })
    }

    async fn row(&self, key: OrganizationKey, id: String) -> Result<Option<TokenRow>, DirectoryError> {
        let read = self.store.read(Place::Organization(key), move |read: &mut dyn Read| {
            let Some((token, mac)) = select_personal(read, key, &id)? else { return Ok(None) };
            let provider = settings(read, key)?.identity_provider;
            let user = entity::by_id(read, key, token.user_id.as_str())?;
            let user_enabled = user.is_some_and(|user| user.must_be_enabled().is_ok());
            let switched_on = match provider {
                Some(provider) => provider.tokens_active,
                // WB §11.2: with the configuration, the tokens made under it stop.
                None => !token.by_provider,
            };
            Ok::<_, DirectoryError>(Some(TokenRow { token, mac, switched_on, user_enabled }))
        });
        read.await
    }

    /// Writes down that the token was used. That may fail without harm: the next use tries again.
    async fn note_use(&self, key: OrganizationKey, token: &PersonalAccessToken, now: Timestamp) {
        let before = now.minus(limits::TOKEN_REMEMBERED);
        if token.last_used_at.is_some_and(|at| at > before) {
            return;
        }
        let id = token.id.clone();
        let noted = self.store.write::<_, StoreError, _>(Place::Organization(key), move |tx| {
            tx.execute(&sql::TOUCH_PERSONAL, parameters![key.0, id.as_str(), now, before])
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, token_id = token.id.as_str(), "the use of a token was not written down");
        }
    }

    async fn key(&self, key: OrganizationKey, purpose: Purpose) -> Result<Secret, DirectoryError> {
        let data_key = self.keyring.data_key(Place::Organization(key)).await?;
        Ok(data_key.derive(purpose))
    }
}

/// A token as the store has it, with what its use depends on.
struct TokenRow {
    token: PersonalAccessToken,
    mac: Vec<u8>,
    switched_on: bool,
    user_enabled: bool,
}

impl TokenRow {
    fn in_force(self) -> Result<PersonalAccessToken, TokenRefusal> {
        if !self.switched_on {
            return Err(TokenRefusal::SwitchedOff);
        }
        if !self.user_enabled {
            return Err(TokenRefusal::UserNotEnabled);
        }
        Ok(self.token)
    }
}

/// What a genuine token is good for.
fn judge(
    token: &PersonalAccessToken,
    user: &EntityId,
    scope: &str,
    now: Timestamp,
) -> Result<VerifiedToken, TokenRefusal> {
    if token.user_id != *user {
        return Err(TokenRefusal::OtherUser);
    }
    if token.expires_at.is_some_and(|at| at <= now) {
        return Err(TokenRefusal::Expired);
    }
    if !token.scopes.iter().any(|granted: &PersonalAccessTokenScope| granted.as_str() == scope) {
        return Err(TokenRefusal::Scope);
    }
    Ok(VerifiedToken {
        id: token.id.clone(),
        user_id: token.user_id.clone(),
        scopes: token.scopes.clone(),
        expires_at: token.expires_at,
    })
}
