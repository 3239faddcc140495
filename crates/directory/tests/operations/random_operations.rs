//! Random operations against a naive model: every answer, every invariant after each, and the whole state at the end.

use std::collections::{BTreeMap, BTreeSet};

use postroom_directory::invariants::broken;
use postroom_directory::ops::ResourceChanges;
use postroom_directory::page::PageRequest;
use postroom_directory::resource::BookingOptions;
use postroom_types::{Constrained, PermissionType, ResourceName};
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::test_runner::{Config, TestRunner};

use crate::prelude::*;

/// Asserts that every invariant of the entities holds.
pub fn check_counters(organization: &TestOrganization) {
    let mut found = organization.read(|tx| {
        let key = tx.organization;
        broken(tx, key)
    });
    if let Ok(found) = &mut found {
        // These domains were not registered by the operation, which has a job look at them.
        found.retain(|broken| broken.invariant != "a job looks at every registered domain");
    }
    assert_eq!(found, Ok(Vec::new()));
}

const NAMES: [&str; 5] = ["anna", "Anna", "berta", "carl", "dora"];
const ADDRESSES: [&str; 7] = [
    "anna@example.com",
    "ANNA@example.com",
    "berta@example.com",
    "carl@example.net",
    "dora@example.net",
    "anna@pending.example",
    "anna@unknown.example",
];

/// The number that is nobody's.
const NOBODY: usize = 99;

/// An operation; numbers choose among the entities made so far, the names and the addresses.
#[derive(Debug, Clone, Copy)]
enum Step {
    Create(EntityType, usize),
    Enable(usize, usize),
    Disable(usize),
    Delete(usize),
    CreateAlias(usize, usize),
    DeleteAlias(usize, usize),
    UpdatePrimary(usize, usize),
    Rename(usize, usize),
    Accept(usize, bool),
    AddMember(usize, usize),
    RemoveMember(usize, usize),
    AddDelegate(usize, usize),
    RemoveDelegate(usize, usize),
    Permit(usize, usize),
    Forbid(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (one, other) = (0..8usize, 0..8usize);
    let two = move || (one.clone(), other.clone());
    let kind = prop_oneof![
        proptest::strategy::Just(EntityType::User),
        proptest::strategy::Just(EntityType::Group),
        proptest::strategy::Just(EntityType::Resource)
    ];
    prop_oneof![
        5 => (kind, 0..NAMES.len()).prop_map(|(kind, name)| Step::Create(kind, name)),
        8 => two().prop_map(|(entity, address)| Step::Enable(entity, address)),
        2 => (0..8usize).prop_map(Step::Disable),
        2 => (0..8usize).prop_map(Step::Delete),
        3 => two().prop_map(|(entity, address)| Step::CreateAlias(entity, address)),
        2 => two().prop_map(|(entity, address)| Step::DeleteAlias(entity, address)),
        3 => two().prop_map(|(entity, address)| Step::UpdatePrimary(entity, address)),
        1 => two().prop_map(|(entity, name)| Step::Rename(entity, name)),
        1 => (0..8usize, any::<bool>()).prop_map(|(entity, accept)| Step::Accept(entity, accept)),
        3 => two().prop_map(|(group, member)| Step::AddMember(group, member)),
        1 => two().prop_map(|(group, member)| Step::RemoveMember(group, member)),
        2 => two().prop_map(|(resource, delegate)| Step::AddDelegate(resource, delegate)),
        1 => two().prop_map(|(resource, delegate)| Step::RemoveDelegate(resource, delegate)),
        3 => two().prop_map(|(owner, grantee)| Step::Permit(owner, grantee)),
        1 => two().prop_map(|(owner, grantee)| Step::Forbid(owner, grantee)),
    ]
}

impl Step {
    /// The same step with the numbers of entities as they are when `count` have been made: one number is nobody's,
    /// the others are somebody's.
    fn among(self, count: usize) -> Self {
        let some = |n: usize| if n == 7 || count == 0 { NOBODY } else { count - 1 - n % count };
        match self {
            Self::Create(..) => self,
            Self::Enable(entity, address) => Self::Enable(some(entity), address),
            Self::Disable(entity) => Self::Disable(some(entity)),
            Self::Delete(entity) => Self::Delete(some(entity)),
            Self::CreateAlias(entity, address) => Self::CreateAlias(some(entity), address),
            Self::DeleteAlias(entity, address) => Self::DeleteAlias(some(entity), address),
            Self::UpdatePrimary(entity, address) => Self::UpdatePrimary(some(entity), address),
            Self::Rename(entity, name) => Self::Rename(some(entity), name),
            Self::Accept(entity, accept) => Self::Accept(some(entity), accept),
            Self::AddMember(one, other) => Self::AddMember(some(one), some(other)),
            Self::RemoveMember(one, other) => Self::RemoveMember(some(one), some(other)),
            Self::AddDelegate(one, other) => Self::AddDelegate(some(one), some(other)),
            Self::RemoveDelegate(one, other) => Self::RemoveDelegate(some(one), some(other)),
            Self::Permit(one, other) => Self::Permit(some(one), some(other)),
            Self::Forbid(one, other) => Self::Forbid(some(one), some(other)),
        }
    }
}

/// An entity as the model has it. Names and addresses are lower case.
#[derive(Debug, Clone, PartialEq)]
struct Modelled {
    kind: EntityType,
    name: String,
    state: EntityState,
    email: Option<String>,
    aliases: BTreeSet<String>,
    accepts: bool,
}

/// The organization as a few sets. Entities are numbered in the order they were made.
#[derive(Default)]
struct Model {
    entities: Vec<Modelled>,
    members: BTreeSet<(usize, usize)>,
    delegates: BTreeSet<(usize, usize)>,
    permissions: BTreeSet<(usize, usize)>,
}

type Answer = Result<(), &'static str>;

fn refuse_if(refused: bool, name: &'static str) -> Answer {
    if refused { Err(name) } else { Ok(()) }
}

impl Model {
    fn has_name(&self, name: &str) -> bool {
        self.entities.iter().any(|entity| entity.name == name && entity.state != EntityState::Deleted)
    }

    fn holder(&self, address: &str) -> Option<usize> {
        self.entities
            .iter()
            .position(|entity| entity.email.as_deref() == Some(address) || entity.aliases.contains(address))
    }

    fn there(&self, entity: usize) -> Result<&Modelled, &'static str> {
        let entity = self.entities.get(entity).ok_or("EntityNotFound")?;
        refuse_if(entity.state == EntityState::Deleted, "EntityState")?;
        Ok(entity)
    }

    fn enabled(&self, entity: usize) -> Result<&Modelled, &'static str> {
        let entity = self.there(entity)?;
        refuse_if(entity.state != EntityState::Enabled, "EntityState")?;
        Ok(entity)
    }

    /// A pair whose first half must be of `kind`.
    fn pair(&self, kind: EntityType, container: usize, part: usize) -> Answer {
        refuse_if(self.entities.get(container).is_none_or(|entity| entity.kind != kind), "EntityNotFound")?;
        self.there(container)?;
        self.there(part)?;
        self.enabled(container).map(drop)
    }

    fn usable(address: &str) -> Answer {
        refuse_if(address.ends_with("@unknown.example"), "DomainNotFound")?;
        refuse_if(address.ends_with("@pending.example"), "DomainNotVerified")
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        from == to || self.members.iter().any(|&(group, member)| group == from && self.reaches(member, to))
    }

    fn apply(&mut self, step: Step) -> Answer {
        match step {
            Step::Create(kind, name) => {
                let name = NAMES[name].to_lowercase();
                refuse_if(self.has_name(&name), "NameTaken")?;
                let state = EntityState::Disabled;
                let entity =
                    Modelled { kind, name, state, email: None, aliases: BTreeSet::new(), accepts: true };
                self.entities.push(entity);
            }
            Step::Enable(entity, address) => {
                let address = address_of(address);
                let modelled = self.there(entity)?;
                if modelled.state == EntityState::Enabled {
                    return refuse_if(modelled.email.as_ref() != Some(&address), "AlreadyRegistered");
                }
                Self::usable(&address)?;
                refuse_if(self.holder(&address).is_some(), "AddressInUse")?;
                let modelled = &mut self.entities[entity];
                (modelled.state, modelled.email) = (EntityState::Enabled, Some(address));
            }
            Step::Disable(entity) => {
                self.there(entity)?;
                let modelled = &mut self.entities[entity];
                (modelled.state, modelled.email) = (EntityState::Disabled, None);
                modelled.aliases.clear();
            }
            Step::Delete(entity) => {
                let Some(modelled) = self.entities.get_mut(entity) else { return Ok(()) };
                if modelled.state == EntityState::Deleted {
                    return Ok(());
                }
                refuse_if(modelled.state == EntityState::Enabled, "EntityState")?;
                modelled.state = EntityState::Deleted;
                for pairs in [&mut self.members, &mut self.delegates, &mut self.permissions] {
                    pairs.retain(|&(one, other)| one != entity && other != entity);
                }
            }
            Step::CreateAlias(..) | Step::DeleteAlias(..) | Step::UpdatePrimary(..) => {
                return self.apply_address(step);
            }
            Step::Rename(entity, name) => {
                let name = NAMES[name % NAMES.len()].to_lowercase();
                self.resource(entity)?;
                refuse_if(self.entities[entity].name != name && self.has_name(&name), "NameTaken")?;
                self.entities[entity].name = name;
            }
            Step::Accept(entity, accepts) => {
                self.resource(entity)?;
                let decided = self.delegates.iter().any(|&(resource, _)| resource == entity);
                refuse_if(!accepts && !decided, "InvalidConfiguration")?;
                self.entities[entity].accepts = accepts;
            }
            _ => return self.apply_pair(step),
        }
        Ok(())
    }

    fn resource(&self, entity: usize) -> Answer {
        let kind = self.entities.get(entity).map(|entity| entity.kind);
        refuse_if(kind != Some(EntityType::Resource), "EntityNotFound")?;
        self.there(entity).map(drop)
    }

    fn apply_address(&mut self, step: Step) -> Answer {
        match step {
            Step::CreateAlias(entity, address) => {
                let address = address_of(address);
                self.enabled(entity)?;
                Self::usable(&address)?;
                match self.holder(&address) {
                    Some(holder) => refuse_if(holder != entity, "AddressInUse")?,
                    None => drop(self.entities[entity].aliases.insert(address)),
                }
            }
            Step::DeleteAlias(entity, address) => {
                let address = address_of(address);
                let modelled = self.enabled(entity)?;
                refuse_if(modelled.email.as_ref() == Some(&address), "Invalid")?;
                self.entities[entity].aliases.remove(&address);
            }
            Step::UpdatePrimary(entity, address) => {
                let address = address_of(address);
                self.enabled(entity)?;
                Self::usable(&address)?;
                refuse_if(self.holder(&address).is_some_and(|holder| holder != entity), "AddressInUse")?;
                let modelled = &mut self.entities[entity];
                modelled.aliases.extend(modelled.email.replace(address.clone()));
                modelled.aliases.remove(&address);
            }
            _ => unreachable!("{step:?} is no operation on addresses"),
        }
        Ok(())
    }

    fn apply_pair(&mut self, step: Step) -> Answer {
        match step {
            Step::AddMember(group, member) => {
                self.pair(EntityType::Group, group, member)?;
                let kind = self.enabled(member)?.kind;
                refuse_if(kind == EntityType::Resource, "Invalid")?;
                let there = self.members.contains(&(group, member));
                refuse_if(!there && self.reaches(member, group), "Invalid")?;
                self.members.insert((group, member));
            }
            Step::RemoveMember(group, member) => {
                self.pair(EntityType::Group, group, member)?;
                self.members.remove(&(group, member));
            }
            Step::AddDelegate(resource, delegate) => {
                self.pair(EntityType::Resource, resource, delegate)?;
                let kind = self.enabled(delegate)?.kind;
                refuse_if(kind == EntityType::Resource, "Invalid")?;
                self.delegates.insert((resource, delegate));
            }
            Step::RemoveDelegate(resource, delegate) => {
                self.pair(EntityType::Resource, resource, delegate)?;
                let count = self.delegates.iter().filter(|(of, _)| *of == resource).count();
                let last = count == 1 && self.delegates.contains(&(resource, delegate));
                refuse_if(last && !self.entities[resource].accepts, "Invalid")?;
                self.delegates.remove(&(resource, delegate));
            }
            Step::Permit(owner, grantee) => {
                self.there(owner)?;
                self.there(grantee)?;
                self.enabled(owner)?;
                let kind = self.enabled(grantee)?.kind;
                refuse_if(kind == EntityType::Resource || owner == grantee, "Invalid")?;
                self.permissions.insert((owner, grantee));
            }
            Step::Forbid(owner, grantee) => {
                self.there(owner)?;
                self.there(grantee)?;
                self.enabled(owner)?;
                self.permissions.remove(&(owner, grantee));
            }
            _ => unreachable!("{step:?} is no operation on pairs"),
        }
        Ok(())
    }
}

fn address_of(address: usize) -> String {
    ADDRESSES[address % ADDRESSES.len()].to_lowercase()
}

/// The store beside the model: ids in the order they were made.
struct Real<'o> {
    organization: &'o TestOrganization,
    ids: Vec<EntityId>,
}

impl Real<'_> {
    fn id(&self, entity: usize) -> &str {
        self.ids.get(entity).map_or("nobody-has-this-id", EntityId::as_str)
    }

    fn create(&mut self, kind: EntityType, name: &str) -> Result<(), D> {
        let created = match kind {
            EntityType::User => self.organization.create_user(name),
            EntityType::Group => self.organization.create_group(name),
            EntityType::Resource => self.organization.create_resource(name),
        };
        if created.is_ok() {
            let found = self.organization.read(|tx| {
                let key = tx.organization;
                postroom_directory::entity::find_any(
                    tx,
                    key,
                    name,
                    postroom_directory::entity::Accepts::IdOrName,
                )
            });
            self.ids.push(found.unwrap().id);
        }
        created
    }

    fn apply(&mut self, step: Step) -> Result<(), D> {
        let organization = self.organization;
        let address = |address: usize| ADDRESSES[address % ADDRESSES.len()];
        match step {
            Step::Create(kind, name) => self.create(kind, NAMES[name]),
            Step::Enable(entity, email) => {
                organization.enable_with(self.id(entity), address(email)).map(drop)
            }
            Step::Disable(entity) => organization.disable(self.id(entity)),
            Step::Delete(entity) => {
                organization.delete_user(self.id(entity))?;
                organization.delete_group(self.id(entity))?;
                organization.delete_resource(self.id(entity))
            }
            Step::CreateAlias(entity, alias) => organization.create_alias(self.id(entity), address(alias)),
            Step::DeleteAlias(entity, alias) => organization.delete_alias(self.id(entity), address(alias)),
            Step::UpdatePrimary(entity, email) => {
                organization.update_primary(self.id(entity), address(email))
            }
            Step::Rename(entity, name) => {
                let name = Some(ResourceName::parse(NAMES[name % NAMES.len()]).unwrap());
                organization.update_resource(self.id(entity), ResourceChanges { name, ..Default::default() })
            }
            Step::Accept(entity, auto_accept_requests) => {
                let booking = Some(BookingOptions { auto_accept_requests, ..BookingOptions::default() });
                organization
                    .update_resource(self.id(entity), ResourceChanges { booking, ..Default::default() })
            }
            Step::AddMember(group, member) => organization.add_member(self.id(group), self.id(member)),
            Step::RemoveMember(group, member) => organization.remove_member(self.id(group), self.id(member)),
            Step::AddDelegate(resource, delegate) => {
                organization.add_delegate(self.id(resource), self.id(delegate))
            }
            Step::RemoveDelegate(resource, delegate) => {
                organization.remove_delegate(self.id(resource), self.id(delegate))
            }
            Step::Permit(owner, grantee) => {
                organization.permit(self.id(owner), self.id(grantee), &[PermissionType::SendAs])
            }
            Step::Forbid(owner, grantee) => organization.forbid(self.id(owner), self.id(grantee)),
        }
    }

    /// Asserts that the store says of every entity what the model says.
    fn compare(&self, model: &Model) {
        let page = PageRequest { after: Vec::new(), rows_max: 100 };
        let numbers: BTreeMap<&EntityId, usize> =
            self.ids.iter().enumerate().map(|(n, id)| (id, n)).collect();
        for (n, (id, modelled)) in self.ids.iter().zip(&model.entities).enumerate() {
            let found = self.organization.read(|tx| {
                let key = tx.organization;
                postroom_directory::entity::by_id(tx, key, id.as_str())
            });
            let Some(entity) = found.unwrap() else {
                assert_eq!(modelled.state, EntityState::Deleted);
                continue;
            };
            assert_eq!((entity.kind, entity.state), (modelled.kind, modelled.state));
            assert_eq!(entity.name.to_lowercase(), modelled.name);
            assert_eq!(entity.email.map(|email| email.to_lowercase()), modelled.email);
            if modelled.state != EntityState::Enabled {
                continue;
            }
            let aliases = self.organization.aliases(id.as_str()).unwrap();
            assert_eq!(
                aliases.iter().map(|alias| alias.to_lowercase()).collect::<BTreeSet<_>>(),
                modelled.aliases
            );
            let of = |pairs: &BTreeSet<(usize, usize)>| -> BTreeSet<usize> {
                pairs.iter().filter(|(one, _)| *one == n).map(|(_, other)| *other).collect()
            };
            let grants = self.organization.permissions_page(id.as_str(), &page).unwrap().rows;
            assert_eq!(
                grants.iter().map(|grant| numbers[&grant.grantee]).collect::<BTreeSet<_>>(),
                of(&model.permissions)
            );
            if modelled.kind == EntityType::Group {
                let members = self.organization.members_page(id.as_str(), &page).unwrap().rows;
                assert_eq!(
                    members.iter().map(|member| numbers[&member.id]).collect::<BTreeSet<_>>(),
                    of(&model.members)
                );
            }
            if modelled.kind == EntityType::Resource {
                let delegates = self.organization.delegates_page(id.as_str(), &page).unwrap().rows;
                assert_eq!(
                    delegates.iter().map(|each| numbers[&each.id]).collect::<BTreeSet<_>>(),
                    of(&model.delegates)
                );
            }
        }
    }
}

/// The name of a refusal, as the model has it.
fn name_of(error: &D) -> &'static str {
    match error {
        D::EntityNotFound(_) => "EntityNotFound",
        D::EntityState(_) => "EntityState",
        D::NameTaken(_) => "NameTaken",
        D::AddressInUse(_) => "AddressInUse",
        D::AlreadyRegistered(_) => "AlreadyRegistered",
        D::DomainNotFound(_) => "DomainNotFound",
        D::DomainNotVerified(_) => "DomainNotVerified",
        D::Invalid(_) => "Invalid",
        D::InvalidConfiguration(_) => "InvalidConfiguration",
        other => panic!("no operation of this test is refused so: {other:?}"),
    }
}

fn run(cases: u32, store: impl Fn() -> Option<TestStore>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let steps = proptest::collection::vec(step(), 1..120);
    let ran = TestRunner::new(config).run(&steps, |steps| {
        let Some(store) = store() else { return Ok(()) };
        let organization = TestOrganization::in_store(&store);
        let (mut model, mut real) = (Model::default(), Real { organization: &organization, ids: Vec::new() });
        for (n, step) in steps.iter().enumerate() {
            let step = step.among(real.ids.len());
            let (expected, answered) = (model.apply(step), real.apply(step));
            assert_eq!(answered.as_ref().copied().map_err(name_of), expected, "step {n}: {step:?}");
            check_counters(&organization);
        }
        real.compare(&model);
        Ok(())
    });
    if let Err(failed) = ran {
        panic!("{failed}");
    }
}

#[test]
fn embedded() {
    run(48, || Some(TestStore::embedded(modules())));
}

#[test]
fn postgres() {
    run(6, || TestStore::postgres(modules()));
}
