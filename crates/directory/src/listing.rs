//! Pages of users, groups and resources: one filter, one index, one key order.

use postroom_store::{Read, Row, Statement, parameters};
use postroom_types::{
    Constrained, EmailAddress, EntityId, EntityState, EntityType, FoldKey, IdentityProviderUserIdPrefix,
    Timestamp, UserAttribute, fold,
};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{order_key, stored};
use crate::page::{Cursor, Page, PageRequest};
use crate::sql::listing as sql;

/// The filters of ListUsers, ListGroups and ListResources; at most one may be set.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Names (of users, groups, resources) that begin with this, without regard to case.
    pub name_prefix: Option<String>,
    /// Display names that begin with this (users).
    pub display_name_prefix: Option<UserAttribute>,
    /// Primary addresses that begin with this.
    pub primary_email_prefix: Option<String>,
    /// Entities in this state; the only way to see the deleted.
    pub state: Option<EntityState>,
    /// Ids at the identity provider that begin with this (users).
    pub identity_provider_user_id_prefix: Option<IdentityProviderUserIdPrefix>,
}

/// What a list tells of an entity of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEntity {
    /// Its id.
    pub id: EntityId,
    /// Its name, as given.
    pub name: String,
    /// Its display name; may be empty.
    pub display_name: String,
    /// Enabled, disabled or deleted.
    pub state: EntityState,
    /// Primary address, when enabled.
    pub email: Option<EmailAddress>,
    /// When it was last enabled.
    pub enabled_at: Option<Timestamp>,
    /// When it was last disabled.
    pub disabled_at: Option<Timestamp>,
}

/// A row of a list, with what the kinds have of their own.
pub(crate) struct Listed {
    pub entity: ListedEntity,
    /// Role, identity provider's ids, resource type and description.
    pub own: [Option<String>; 5],
    key: Vec<u8>,
}

/// The text of an entity that a prefix is of.
type TextOf = fn(&ListedEntity) -> &str;

/// What to walk: which index, from which prefix, and what the whole key must begin with.
struct Walk {
    statement: &'static Statement,
    prefix: FoldKey,
    /// The longer prefix that a cut key cannot show; its text in the row is compared.
    whole: Option<(FoldKey, TextOf)>,
    state: Option<EntityState>,
}

impl Filters {
    /// What a page token of the list is bound to: equal for equal filters, whatever the values.
    pub fn bound(&self) -> String {
        let named = [
            ("name", self.name_prefix.as_deref()),
            ("display", self.display_name_prefix.as_deref()),
            ("email", self.primary_email_prefix.as_deref()),
            ("state", self.state.map(EntityState::as_str)),
            ("provider", self.identity_provider_user_id_prefix.as_deref()),
        ];
        // At most one is set where a page comes out.
        named.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect()
    }

    /// The one filter that is set, as a walk. More than one: `Invalid` (WB §1.6).
    fn walk(&self) -> Result<Walk, DirectoryError> {
        let plain =
            |statement, prefix: &str| Walk { statement, prefix: fold(prefix), whole: None, state: None };
        let cut = |statement, prefix: &str, text: TextOf| Walk {
            statement,
            prefix: order_key(prefix),
            whole: Some(fold(prefix)).filter(|whole| *whole != order_key(prefix)).map(|whole| (whole, text)),
            state: None,
        };
        let mut walks = Vec::new();
        if let Some(prefix) = &self.name_prefix {
            walks.push(cut(&sql::BY_NAME, prefix, |entity| &entity.name));
        }
        if let Some(prefix) = &self.display_name_prefix {
            walks.push(cut(&sql::BY_DISPLAY_NAME, prefix, |entity| &entity.display_name));
        }
        if let Some(prefix) = &self.primary_email_prefix {
            walks.push(plain(&sql::BY_EMAIL, prefix));
        }
        if let Some(state) = self.state {
            walks.push(Walk { state: Some(state), ..plain(&sql::BY_STATE, "") });
        }
        if let Some(prefix) = &self.identity_provider_user_id_prefix {
            walks.push(plain(&sql::BY_IDENTITY_PROVIDER, prefix));
        }
        if walks.len() > 1 {
            return Err(DirectoryError::Invalid("Only one filter may be used in a request.".to_owned()));
        }
        Ok(walks.pop().unwrap_or_else(|| plain(&sql::BY_NAME, "")))
    }
}

/// A page of the entities of `kind` that pass `filters`, in the order of the filter's key.
///
/// Where a prefix is longer than order keys, a page may have fewer rows than asked for although another follows.
pub(crate) fn list(
    tx: &mut AdminRead<'_>,
    kind: EntityType,
    filters: &Filters,
    request: &PageRequest,
) -> Result<Page<Listed>, DirectoryError> {
    let walk = filters.walk()?;
    let start = match request.cursor()? {
        Some(cursor) => cursor,
        // No id is empty, so a row whose key is the prefix itself comes after this.
        None => Cursor { key: walk.prefix.as_bytes().to_vec(), id: EntityId::from_store(String::new()) },
    };
    let end = end_of(&walk.prefix);
    let mut parameters =
        parameters![tx.organization.0, kind.as_str(), &start.key, &start.id, &end, request.probe()].to_vec();
    parameters.extend(walk.state.map(|state| postroom_store::Parameter::from(state.as_str())));
    let rows = tx.query(walk.statement, &parameters)?;
    let rows = rows.into_iter().map(Listed::take).collect();
    let mut page = Page::cut(rows, request, |row: &Listed| {
        Cursor { key: row.key.clone(), id: row.entity.id.clone() }.encode()
    });
    if let Some((prefix, text)) = walk.whole {
        page.rows.retain(|row| fold(text(&row.entity)).starts_with(&prefix));
    }
    Ok(page)
}

/// The first key that does not begin with `prefix`; no fold key has a byte 0xff, so that one is above all.
pub(crate) fn end_of(prefix: &FoldKey) -> Vec<u8> {
    prefix.prefix_end().map_or(vec![0xff], |end| end.as_bytes().to_vec())
}

impl Listed {
    /// What the columns of `sql::listing` hold.
    fn take(mut row: Row) -> Self {
        let entity = ListedEntity {
            id: row.take(0),
            name: row.take(1),
            display_name: row.take(2),
            state: stored(&row.take::<String>(3)),
            email: row.take::<Option<String>>(4).map(EmailAddress::from_store),
            enabled_at: row.take(5),
            disabled_at: row.take(6),
        };
        Self { entity, own: std::array::from_fn(|index| row.take(7 + index)), key: row.take(12) }
    }
}
