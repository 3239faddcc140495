//! The operations as tests call them: one transaction each, texts instead of checked values.

use std::collections::BTreeSet;

use postroom_directory::entity::{Entity, by_id};
use postroom_directory::ops::{self, MailboxGrant, ResourceChanges, UserChanges, UserSummary};
use postroom_directory::page::{Page, PageRequest};
use postroom_directory::resource::Resource;
use postroom_directory::settings::{Compatibility, set_compatibility};
use postroom_directory::testing::{TestOrganization, address, new_group, new_resource, new_user};
use postroom_directory::user::User;
use postroom_directory::{DirectoryError, Filters};
use postroom_types::{EntityId, PermissionType};

type Done<T = ()> = Result<T, DirectoryError>;

/// One method an operation.
pub trait Calls {
    /// The organization that is called.
    fn organization(&self) -> &TestOrganization;

    fn create_user(&self, name: &str) -> Done {
        let new = new_user(self.organization().id(), name);
        self.organization().write(move |tx| ops::create_user(tx, &new))
    }
    fn create_group(&self, name: &str) -> Done {
        let new = new_group(self.organization().id(), name);
        self.organization().write(move |tx| ops::create_group(tx, &new))
    }
    fn create_resource(&self, name: &str) -> Done {
        let new = new_resource(self.organization().resource_id(), name);
        self.organization().write(move |tx| ops::create_resource(tx, &new))
    }
    fn describe_user(&self, identifier: &str) -> Done<User> {
        self.organization().read(|tx| ops::describe_user(tx, identifier))
    }
    fn describe_group(&self, identifier: &str) -> Done<Entity> {
        self.organization().read(|tx| ops::describe_group(tx, identifier))
    }
    fn describe_resource(&self, identifier: &str) -> Done<Resource> {
        self.organization().read(|tx| ops::describe_resource(tx, identifier))
    }
    fn describe_entity(&self, email: &str) -> Done<Entity> {
        self.organization().read(|tx| ops::describe_entity(tx, &address(email)))
    }
    fn update_user(&self, identifier: &str, changes: UserChanges) -> Done {
        let identifier = identifier.to_owned();
        self.organization().write(move |tx| ops::update_user(tx, &identifier, &changes))
    }
    fn update_group(&self, identifier: &str, hidden: Option<bool>) -> Done {
        let identifier = identifier.to_owned();
        self.organization().write(move |tx| ops::update_group(tx, &identifier, hidden))
    }
    fn update_resource(&self, identifier: &str, changes: ResourceChanges) -> Done {
        let identifier = identifier.to_owned();
        self.organization().write(move |tx| ops::update_resource(tx, &identifier, &changes))
    }
    fn delete_user(&self, identifier: &str) -> Done {
        let identifier = identifier.to_owned();
        self.organization().write(move |tx| ops::delete_user(tx, &identifier))
    }
    fn delete_group(&self, identifier: &str) -> Done {
        let identifier = identifier.to_owned();
        self.organization().write(move |tx| ops::delete_group(tx, &identifier))
    }
    fn delete_resource(&self, identifier: &str) -> Done {
        let identifier = identifier.to_owned();
        self.organization().write(move |tx| ops::delete_resource(tx, &identifier))
    }
    fn enable_with(&self, identifier: &str, email: &str) -> Done<bool> {
        let (identifier, email) = (identifier.to_owned(), address(email));
        self.organization().write(move |tx| {
            ops::enable_entity(tx, &identifier, &email, None).map(|enabled| enabled.was_enabled)
        })
    }
    fn disable(&self, identifier: &str) -> Done {
        let identifier = identifier.to_owned();
        self.organization().write(move |tx| ops::disable_entity(tx, &identifier).map(drop))
    }
    fn create_alias(&self, id: &str, alias: &str) -> Done {
        let (id, alias) = (id.to_owned(), address(alias));
        self.organization().write(move |tx| ops::create_alias(tx, &id, &alias))
    }
    fn delete_alias(&self, id: &str, alias: &str) -> Done {
        let (id, alias) = (id.to_owned(), address(alias));
        self.organization().write(move |tx| ops::delete_alias(tx, &id, &alias))
    }
    fn update_primary(&self, identifier: &str, email: &str) -> Done {
        let (identifier, email) = (identifier.to_owned(), address(email));
        self.organization().write(move |tx| ops::update_primary_email_address(tx, &identifier, &email))
    }
    fn aliases(&self, id: &str) -> Done<Vec<String>> {
        let page = self.aliases_page(id, &PageRequest { after: Vec::new(), rows_max: 100 })?;
        assert_eq!(page.next, None);
        Ok(page.rows)
    }
    fn aliases_page(&self, id: &str, request: &PageRequest) -> Done<Page<String>> {
        let page = self.organization().read(|tx| ops::list_aliases(tx, id, request))?;
        Ok(page.map(|alias| alias.as_str().to_owned()))
    }
    fn add_member(&self, group: &str, member: &str) -> Done {
        let (group, member) = (group.to_owned(), member.to_owned());
        self.organization().write(move |tx| ops::associate_member_to_group(tx, &group, &member))
    }
    fn remove_member(&self, group: &str, member: &str) -> Done {
        let (group, member) = (group.to_owned(), member.to_owned());
        self.organization().write(move |tx| ops::disassociate_member_from_group(tx, &group, &member))
    }
    fn members_page(&self, group: &str, request: &PageRequest) -> Done<Page<Entity>> {
        self.organization().read(|tx| ops::list_group_members(tx, group, request))
    }
    fn groups_page(&self, entity: &str, prefix: Option<&str>, request: &PageRequest) -> Done<Page<Entity>> {
        self.organization().read(|tx| ops::list_groups_for_entity(tx, entity, prefix, request))
    }
    fn add_delegate(&self, resource: &str, delegate: &str) -> Done {
        let (resource, delegate) = (resource.to_owned(), delegate.to_owned());
        self.organization().write(move |tx| ops::associate_delegate_to_resource(tx, &resource, &delegate))
    }
    fn remove_delegate(&self, resource: &str, delegate: &str) -> Done {
        let (resource, delegate) = (resource.to_owned(), delegate.to_owned());
        self.organization()
            .write(move |tx| ops::disassociate_delegate_from_resource(tx, &resource, &delegate))
    }
    fn delegates_page(&self, resource: &str, request: &PageRequest) -> Done<Page<ops::Delegate>> {
        self.organization().read(|tx| ops::list_resource_delegates(tx, resource, request))
    }
    fn permit(&self, owner: &str, grantee: &str, permissions: &[PermissionType]) -> Done {
        let (owner, grantee) = (owner.to_owned(), grantee.to_owned());
        let permissions: BTreeSet<_> = permissions.iter().copied().collect();
        self.organization().write(move |tx| ops::put_mailbox_permissions(tx, &owner, &grantee, &permissions))
    }
    fn forbid(&self, owner: &str, grantee: &str) -> Done {
        let (owner, grantee) = (owner.to_owned(), grantee.to_owned());
        self.organization().write(move |tx| ops::delete_mailbox_permissions(tx, &owner, &grantee))
    }
    fn permissions_page(&self, owner: &str, request: &PageRequest) -> Done<Page<MailboxGrant>> {
        self.organization().read(|tx| ops::list_mailbox_permissions(tx, owner, request))
    }
    fn email_of(&self, id: &EntityId) -> String {
        let entity = self.organization().read(|tx| {
            let organization = tx.organization;
            by_id(tx, organization, id.as_str())
        });
        entity
            .unwrap()
            .and_then(|entity| entity.email)
            .map_or(String::new(), |email| email.as_str().to_owned())
    }
    fn list_users(&self, filters: &Filters, request: &PageRequest) -> Done<Page<UserSummary>> {
        self.organization().read(|tx| ops::list_users(tx, filters, request))
    }
    fn choose(&self, chosen: Compatibility) {
        self.organization().write(move |tx| set_compatibility(tx, chosen)).expect("the setting is written");
    }
}

impl Calls for TestOrganization {
    fn organization(&self) -> &TestOrganization {
        self
    }
}
