//! What only users have.

use postroom_store::{Read, Row, parameters};
use postroom_types::{
    Constrained, EntityId, EntityType, IdentityProviderIdentityStoreId, IdentityProviderUserId,
    OrganizationKey, UserAttribute, UserRole,
};

use crate::DirectoryError;
use crate::entity::{Entity, is_live, may_be_id, stored};
use crate::sql::users as sql;

/// A user with everything that only users have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// What all kinds have.
    pub entity: Entity,
    /// The role.
    pub role: UserRole,
    /// Name parts, address, job.
    pub attributes: UserAttributes,
    /// The user's id at the identity provider.
    pub identity_provider_user_id: Option<IdentityProviderUserId>,
    /// The identity store of that id.
    pub identity_provider_identity_store_id: Option<IdentityProviderIdentityStoreId>,
}

impl User {
    /// The user that `entity` is; `None` when it is none.
    pub(crate) fn of(
        tx: &mut dyn Read,
        organization: OrganizationKey,
        entity: Entity,
    ) -> Result<Option<Self>, DirectoryError> {
        let row = tx.query_first(&sql::SELECT, parameters![organization.0, &entity.id])?;
        Ok(row.map(|row| Self::from_row(entity, row, 0)))
    }

    /// The user with exactly this id, unless it is deleted: one look instead of two.
    pub(crate) fn by_id(
        tx: &mut dyn Read,
        organization: OrganizationKey,
        id: &str,
    ) -> Result<Option<Self>, DirectoryError> {
        if !may_be_id(id) {
            return Ok(None);
        }
        let row = tx.query_first(&sql::BY_ID, parameters![organization.0, id])?;
        let user = row.map(|mut row| Self::from_row(Entity::take(&mut row), row, Entity::COLUMNS));
        Ok(user.filter(|user| user.entity.kind == EntityType::User && is_live(&user.entity)))
    }

    /// The user that `entity` is, from the columns of `row` that begin at `first`.
    fn from_row(entity: Entity, mut row: Row, first: usize) -> Self {
        let role: String = row.take(first);
        let mut attributes = UserAttributes::default();
        for (index, attribute) in attributes.list_mut().into_iter().enumerate() {
            *attribute = row.take::<Option<String>>(first + index + 1).map(UserAttribute::from_store);
        }
        Self {
            entity,
            role: stored(&role),
            attributes,
            identity_provider_user_id: row
                .take::<Option<String>>(first + 13)
                .map(IdentityProviderUserId::from_store),
            identity_provider_identity_store_id: row
                .take::<Option<String>>(first + 14)
                .map(IdentityProviderIdentityStoreId::from_store),
        }
    }
}

/// The optional attributes of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserAttributes {
    /// First name.
    pub first_name: Option<UserAttribute>,
    /// Last name.
    pub last_name: Option<UserAttribute>,
    /// Initials.
    pub initials: Option<UserAttribute>,
    /// Telephone number.
    pub telephone: Option<UserAttribute>,
    /// Street.
    pub street: Option<UserAttribute>,
    /// Job title.
    pub job_title: Option<UserAttribute>,
    /// City.
    pub city: Option<UserAttribute>,
    /// Company.
    pub company: Option<UserAttribute>,
    /// ZIP code.
    pub zip_code: Option<UserAttribute>,
    /// Department.
    pub department: Option<UserAttribute>,
    /// Country.
    pub country: Option<UserAttribute>,
    /// Office.
    pub office: Option<UserAttribute>,
}

impl UserAttributes {
    /// The attributes in the order of the statements' columns.
    pub(crate) fn list(&self) -> [Option<&str>; 12] {
        [
            &self.first_name,
            &self.last_name,
            &self.initials,
            &self.telephone,
            &self.street,
            &self.job_title,
            &self.city,
            &self.company,
            &self.zip_code,
            &self.department,
            &self.country,
            &self.office,
        ]
        .map(|attribute| attribute.as_ref().map(UserAttribute::as_str))
    }

    fn list_mut(&mut self) -> [&mut Option<UserAttribute>; 12] {
        [
            &mut self.first_name,
            &mut self.last_name,
            &mut self.initials,
            &mut self.telephone,
            &mut self.street,
            &mut self.job_title,
            &mut self.city,
            &mut self.company,
            &mut self.zip_code,
            &mut self.department,
            &mut self.country,
            &mut self.office,
        ]
    }

    /// Takes over what `changes` has; an empty text clears the attribute.
    pub(crate) fn apply(&mut self, changes: &Self) {
        let mut changes = changes.clone();
        for (attribute, change) in self.list_mut().into_iter().zip(changes.list_mut()) {
            if let Some(text) = change.take() {
                *attribute = Some(text).filter(|text| !text.is_empty());
            }
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.list().iter().all(Option::is_none)
    }
}

/// What a user proves who it is with.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Argon2id PHC string; `None`: no password log-in.
    pub password_hash: Option<crate::password::PasswordHash>,
    /// Moves with every change; what was cached under an older one is void.
    pub generation: i64,
}

/// The credential of the user with this id.
pub fn credential(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    user: &EntityId,
) -> Result<Option<Credential>, DirectoryError> {
    let row = tx.query_first(&sql::SELECT_CREDENTIAL, parameters![organization.0, user])?;
    Ok(row.map(|mut row| Credential {
        password_hash: row.take::<Option<String>>(0).map(crate::password::PasswordHash::from_store),
        generation: row.take(1),
    }))
}
