//! An active organization with verified domains, and one call for each kind of entity.

use std::sync::atomic::{AtomicU64, Ordering};

use postroom_policy::permit::Permitted;
use postroom_store::jobs::{Announcement, Jobs, enqueue};
use postroom_store::seal::Keyring;
use postroom_store::testing::block_on;
use postroom_store::{Place, Statement, Store, StoreError, Tx, parameters};
use postroom_types::{
    Constrained, EmailAddress, EntityId, GroupName, OrganizationKey, ResourceName, ResourceType,
    UserAttribute, UserName, UserRole, fold,
};

use crate::DirectoryError;
use crate::admin::{AdminRead, AdminTx};
use crate::domains::CHECK;
use crate::ops::{
    EntityDates, NewGroup, NewResource, NewUser, create_group, create_resource, create_user, enable_entity,
};
use crate::page::PageRequest;
use crate::resource::BookingOptions;
use crate::sql::{domains, organizations};
use crate::user::UserAttributes;

/// The verified domain of the fixture.
pub const DOMAIN: &str = "example.com";
/// Another verified domain.
pub const OTHER_DOMAIN: &str = "example.net";
/// A domain that is registered and not verified.
pub const PENDING_DOMAIN: &str = "pending.example";
/// The test domain, verified and default.
pub const TEST_DOMAIN: &str = "demo.mail.example.net";

static SET_VERIFIED: Statement = Statement::new(
    "UPDATE mail_domains SET ownership = 'VERIFIED', verified_at = $3 WHERE organization = $1 AND domain_key = $2",
);

/// An active organization in a store.
pub struct TestOrganization {
    /// The store.
    pub store: Store,
    /// The organization's short key.
    pub key: OrganizationKey,
    permit: Permitted,
    ids: AtomicU64,
}

impl TestOrganization {
    /// The organization `demo`, active, in `store`, with [`DOMAIN`] and the others.
    pub fn in_store(store: &Store) -> Self {
        Self::under(store, super::keyring(store))
    }

    /// The same in a store with a keyring of its own.
    pub fn under(store: &Store, keyring: Keyring) -> Self {
        Self::named(store, "demo", keyring)
    }

    /// The same with another alias, beside others.
    pub fn named(store: &Store, alias: &str, keyring: Keyring) -> Self {
        let key = super::request_organization(store, &super::new_organization(store, alias));
        let key = key.expect("the alias is free");
        super::carry_on_under(store, keyring, Vec::new());
        let inserted: Result<(), StoreError> = store.write_blocking(Place::Organization(key), move |tx| {
            for domain in [DOMAIN, OTHER_DOMAIN, PENDING_DOMAIN] {
                tx.execute(&domains::INSERT, parameters![key.0, &fold(domain), domain, "token", 0])?;
                if domain != PENDING_DOMAIN {
                    tx.execute(&SET_VERIFIED, parameters![key.0, &fold(domain), 0])?;
                }
            }
            Ok(())
        });
        inserted.expect("the domains are written");
        Self { store: store.clone(), key, permit: Permitted::system("test"), ids: AtomicU64::new(1) }
    }

    /// Lets the directory know the domains, so that the two stores agree.
    pub fn register_domains(&self) {
        let key = self.key.0;
        let registered: Result<(), StoreError> = self.store.write_blocking(Place::Directory, move |tx| {
            for domain in [DOMAIN, OTHER_DOMAIN, PENDING_DOMAIN] {
                let folded = fold(domain);
                let row = parameters![super::AWS_ACCOUNT, &folded, domain, key, true];
                tx.execute(&organizations::REGISTER_DOMAIN, row)?;
                if domain != PENDING_DOMAIN {
                    tx.execute(&organizations::CLAIM_DOMAIN, parameters![&folded, key, 0])?;
                }
            }
            Ok(())
        });
        registered.expect("the domains are registered");
        self.watch_domains();
    }

    /// Has jobs look at the domains.
    fn watch_domains(&self) {
        let (jobs, now) = (Jobs::new(self.store.clone()), self.store.clock().now());
        let watch = |tx: &mut Tx<'_>, announced: &Announcement| {
            for domain in [DOMAIN, OTHER_DOMAIN, PENDING_DOMAIN] {
                enqueue(tx, announced, Some(domain), domain.as_bytes())?;
            }
            Ok::<_, StoreError>(())
        };
        block_on(jobs.write(Place::Organization(self.key), CHECK, now, watch))
            .expect("the jobs are enqueued");
    }

    /// Runs `work` in a transaction of an administrator.
    pub fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DirectoryError> + From<StoreError> + Send + 'static,
        F: Fn(&mut AdminTx<'_, '_>) -> Result<T, E> + Send + 'static,
    {
        let permit = self.permit.clone();
        self.store
            .write_blocking(Place::Organization(self.key), move |tx| work(&mut AdminTx::begin(tx, &permit)?))
    }

    /// Runs `work` on a snapshot of an administrator.
    pub fn read<T, E>(&self, work: impl Fn(&mut AdminRead<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.store.read_blocking(Place::Organization(self.key), |read| {
            work(&mut AdminRead::begin(read, self.key, &self.permit))
        })
    }

    /// Another id.
    pub fn id(&self) -> EntityId {
        EntityId::mint(self.sixteen())
    }

    /// Another resource's id.
    pub fn resource_id(&self) -> EntityId {
        EntityId::mint_resource(self.sixteen())
    }

    fn sixteen(&self) -> [u8; 16] {
        u128::from(self.ids.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
    }

    /// Creates a user called `name`.
    pub fn user(&self, name: &str) -> EntityId {
        let new = new_user(self.id(), name);
        let id = new.id.clone();
        self.write(move |tx| create_user(tx, &new)).expect("the user is created");
        id
    }

    /// Creates a group called `name`.
    pub fn group(&self, name: &str) -> EntityId {
        let new = new_group(self.id(), name);
        let id = new.id.clone();
        self.write(move |tx| create_group(tx, &new)).expect("the group is created");
        id
    }

    /// Creates a room called `name`.
    pub fn resource(&self, name: &str) -> EntityId {
        let new = new_resource(self.resource_id(), name);
        let id = new.id.clone();
        self.write(move |tx| create_resource(tx, &new)).expect("the resource is created");
        id
    }

    /// Enables `id` with the address `local_part@example.com`.
    pub fn enable(&self, id: &EntityId, local_part: &str) {
        let (id, email) = (id.clone(), address(&format!("{local_part}@{DOMAIN}")));
        self.write(move |tx| enable_entity(tx, id.as_str(), &email, None).map(drop))
            .expect("the entity is enabled");
    }

    /// Creates a user and enables it with `name@example.com`.
    pub fn enabled_user(&self, name: &str) -> EntityId {
        let id = self.user(name);
        self.enable(&id, name);
        id
    }

    /// Creates a group and enables it with `name@example.com`.
    pub fn enabled_group(&self, name: &str) -> EntityId {
        let id = self.group(name);
        self.enable(&id, name);
        id
    }

    /// Creates a room and enables it with `name@example.com`.
    pub fn enabled_resource(&self, name: &str) -> EntityId {
        let id = self.resource(name);
        self.enable(&id, name);
        id
    }
}

/// `text` as an address.
pub fn address(text: &str) -> EmailAddress {
    text.try_into().expect("an address")
}

/// A user to create.
pub fn new_user(id: EntityId, name: &str) -> NewUser {
    NewUser {
        id,
        name: UserName::parse(name).expect("a user's name"),
        display_name: UserAttribute::parse(&format!("{name} shown")).expect("a display name"),
        password_hash: None,
        role: UserRole::User,
        attributes: UserAttributes::default(),
        hidden: false,
        identity_provider_user_id: None,
        identity_provider_identity_store_id: None,
        dates: EntityDates::default(),
    }
}

/// A group to create.
pub fn new_group(id: EntityId, name: &str) -> NewGroup {
    let name = GroupName::parse(name).expect("a group's name");
    NewGroup { id, name, hidden: false, dates: EntityDates::default() }
}

/// A room to create.
pub fn new_resource(id: EntityId, name: &str) -> NewResource {
    NewResource {
        id,
        name: ResourceName::parse(name).expect("a resource's name"),
        resource_type: ResourceType::Room,
        description: None,
        booking: BookingOptions::default(),
        hidden: false,
        dates: EntityDates::default(),
    }
}

/// The first page of at most `rows_max` rows.
pub fn first_page(rows_max: i64) -> PageRequest {
    PageRequest { after: Vec::new(), rows_max }
}
