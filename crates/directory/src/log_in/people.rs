//! Who may be behind an address: read from the store, kept in memory until something changes.

use std::sync::Arc;

use postroom_store::{Change, Place, Read, Store, StoreError, parameters};
use postroom_types::Constrained;
use postroom_types::{EmailAddress, EntityId, EntityState, EntityType, FoldKey, UserRole, fold};

use super::refusal::WhyNot;
use crate::DirectoryError;
use crate::cache::Remembered;
use crate::domains::owner;
use crate::entity::{self, Entity, stored};
use crate::in_force::{AdminChanges, Epoch};
use crate::limits;
use crate::organizations::{self, Lookup, Organization, Organizations};
use crate::password::PasswordHash;
use crate::settings::settings;
use crate::sql::{entities, organization as sql};
use crate::user::credential;

/// `IdentityProvider::authentication_mode` under which passwords do not count (WB §11.2).
const PROVIDER_ONLY: &str = "IDENTITY_PROVIDER_ONLY";

/// What an address leads to, as it was when the store was read.
pub(super) struct Person {
    pub(super) organization: Arc<Organization>,
    pub(super) id: EntityId,
    /// The primary address; empty when there is none.
    pub(super) email: Box<str>,
    pub(super) display_name: Box<str>,
    /// Why nobody logs in as this entity, whatever they prove.
    pub(super) barred: Option<WhyNot>,
    /// Whether the organization accepts passwords of the directory.
    pub(super) passwords_accepted: bool,
    pub(super) password_hash: Option<PasswordHash>,
    /// What the identity provider knows the user by; `None` without a link, or without a provider.
    pub(super) provider_user: Option<Box<str>>,
    pub(super) generation: i64,
    epoch: Arc<Epoch>,
    /// The epoch's number before the store was read.
    number: u64,
}

impl Person {
    /// Whether nothing of the organization has changed since the store was read.
    pub(super) fn is_fresh(&self) -> bool {
        self.number == self.epoch.number()
    }

    /// Whether nothing of the organization had changed between the two readings.
    pub(super) fn is_as_fresh_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.epoch, &other.epoch) && self.number == other.number
    }

    /// The hash that a password is compared with; `None` when passwords do not count.
    pub(super) fn accepted_hash(&self) -> Option<&PasswordHash> {
        self.password_hash.as_ref().filter(|_| self.passwords_accepted && self.barred.is_none())
    }
}

/// Finds people.
pub(super) struct People {
    store: Store,
    organizations: Arc<Organizations>,
    changes: Arc<AdminChanges>,
    by_address: Remembered<FoldKey, Arc<Person>>,
    by_id: Remembered<(i64, EntityId), Arc<Person>>,
}

impl People {
    /// The people of `store`.
    pub(super) fn watching(
        store: &Store,
        organizations: Arc<Organizations>,
        changes: Arc<AdminChanges>,
    ) -> Arc<Self> {
        let people = Arc::new(Self {
            store: store.clone(),
            organizations,
            changes,
            by_address: Remembered::new(limits::PEOPLE_REMEMBERED_MAX),
            by_id: Remembered::new(limits::PEOPLE_REMEMBERED_MAX),
        });
        let watching = Arc::downgrade(&people);
        store.listen(Box::new(move |change| {
            // Owners of domains and states of organizations are in the directory.
            if let (Change::Directory | Change::Everything, Some(people)) = (change, watching.upgrade()) {
                people.by_address.forget_all();
                people.by_id.forget_all();
            }
        }));
        people
    }

    /// Whoever has `address`, primary or alias, in an active organization that owns its domain.
    pub(super) async fn find(&self, address: &str) -> Result<Found, DirectoryError> {
        let Ok(address) = EmailAddress::parse(address) else { return Ok(Found::Nothing) };
        let key = fold(&address);
        if let Some(known) = self.by_address.find(&key).filter(|known| known.is_fresh()) {
            return Ok(Found::Person(known));
        }
        let remembering = self.by_address.epoch();
        let Some(organization) = self.organization_of(&address).await? else { return Ok(Found::Nothing) };
        Ok(match self.load(Arc::clone(&organization), Wanted::Address(address)).await? {
            Some(person) => {
                self.by_address.insert(remembering, key, Arc::clone(&person));
                Found::Person(person)
            }
            None => Found::Organization(organization),
        })
    }

    /// What became of `person`; `None` when its organization is not in use any more, or the entity is gone.
    pub(super) async fn again(&self, person: &Person) -> Result<Option<Arc<Person>>, DirectoryError> {
        let key = (person.organization.key.0, person.id.clone());
        if let Some(known) = self.by_id.find(&key).filter(|known| known.is_fresh()) {
            return Ok(Some(known));
        }
        let remembering = self.by_id.epoch();
        let lookup = Lookup::Id(person.organization.id.as_str());
        let organization = self.organizations.find(&self.store, lookup).await?;
        let Some(organization) = organization.filter(|found| found.state.is_active()) else {
            return Ok(None);
        };
        let load = self.load(organization, Wanted::Id(person.id.clone())).await?;
        if let Some(person) = &load {
            self.by_id.insert(remembering, key, Arc::clone(person));
        }
        Ok(load)
    }

    /// The active organization that owns the domain of `address`.
    async fn organization_of(
        &self,
        address: &EmailAddress,
    ) -> Result<Option<Arc<Organization>>, DirectoryError> {
        let domain = crate::address::domain_of(address).to_owned();
        let read = move |read: &mut dyn Read| match owner(read, &domain)? {
            Some(key) => organizations::by_key(read, key),
            None => Ok(None),
        };
        let found = self.store.read::<_, StoreError, _>(Place::Directory, read).await?;
        Ok(found.filter(|found| found.state.is_active()).map(Arc::new))
    }

    async fn load(
        &self,
        organization: Arc<Organization>,
        wanted: Wanted,
    ) -> Result<Option<Arc<Person>>, DirectoryError> {
        let epoch = self.changes.follow(organization.key);
        // Before the store is read: a change that comes meanwhile makes the person out of date, not up to date.
        let number = epoch.number();
        let key = organization.key;
        let read = self.store.read(Place::Organization(key), move |read: &mut dyn Read| {
            let found = match &wanted {
                Wanted::Address(address) => entity::by_address(read, key, address)?,
                Wanted::Id(id) => entity::by_id(read, key, id.as_str())?,
            };
            let Some(found) = found else { return Ok(None) };
            let barred = barred(read, key.0, &found)?;
            let credential = credential(read, key, &found.id)?;
            let provider = settings(read, key)?.identity_provider;
            let linked = read.query_first(&entities::SELECT_LINK, parameters![key.0, &found.id])?;
            let linked = linked.and_then(|mut row| row.take::<Option<String>>(0));
            let linked = linked.filter(|_| provider.is_some());
            let passwords_accepted =
                provider.is_none_or(|provider| provider.authentication_mode != PROVIDER_ONLY);
            Ok::<_, DirectoryError>(Some((found, barred, credential, passwords_accepted, linked)))
        });
        let Some((found, barred, credential, passwords_accepted, linked)) = read.await? else {
            return Ok(None);
        };
        Ok(Some(Arc::new(Person {
            organization,
            email: found.email.as_deref().unwrap_or_default().into(),
            display_name: found.display_name.into(),
            id: found.id,
            barred,
            passwords_accepted,
            provider_user: linked.map(Into::into),
            generation: credential.as_ref().map_or(0, |credential| credential.generation),
            password_hash: credential.and_then(|credential| credential.password_hash),
            epoch,
            number,
        })))
    }
}

/// What an address leads to.
pub(super) enum Found {
    /// To an entity.
    Person(Arc<Person>),
    /// To an organization, where nobody has it.
    Organization(Arc<Organization>),
    /// To no active organization.
    Nothing,
}

impl Found {
    pub(super) fn person(&self) -> Option<&Arc<Person>> {
        match self {
            Self::Person(person) => Some(person),
            Self::Organization(_) | Self::Nothing => None,
        }
    }

    pub(super) fn organization(&self) -> Option<&Organization> {
        match self {
            Self::Person(person) => Some(&person.organization),
            Self::Organization(organization) => Some(organization),
            Self::Nothing => None,
        }
    }
}

enum Wanted {
    Address(EmailAddress),
    Id(EntityId),
}

/// Why nobody logs in as `entity`.
fn barred(read: &mut dyn Read, organization: i64, entity: &Entity) -> Result<Option<WhyNot>, DirectoryError> {
    let closed = read.query_first(&sql::SELECT_CLOSED, parameters![organization])?;
    if closed.is_none_or(|mut row| row.take(0)) {
        return Ok(Some(WhyNot::OrganizationClosed));
    }
    if entity.kind != EntityType::User {
        return Ok(Some(WhyNot::NotAPerson));
    }
    // Only the role USER has a mailbox (WB §1.4).
    let role = read.query_first(&entities::SELECT_ROLE, parameters![organization, &entity.id])?;
    if role.is_none_or(|mut row| stored::<UserRole>(&row.take::<String>(0)) != UserRole::User) {
        return Ok(Some(WhyNot::NotAPerson));
    }
    Ok((entity.state != EntityState::Enabled).then_some(WhyNot::NotEnabled))
}
