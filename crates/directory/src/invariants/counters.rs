//! Counters of entities: each counts the rows that name the entity.

use postroom_store::fsck::Check;
use postroom_store::parameters;

/// Entities whose counter `$counter` differs from the rows of `$table` that name them in `$column`, and the statement
/// that counts anew.
macro_rules! counted {
    ($counter:literal, $table:literal, $column:literal $(, $and:literal)?) => {
        concat!(
            "(SELECT COUNT(*) FROM ", $table, " t WHERE t.organization = entities.organization AND t.", $column,
            " = entities.entity_id", $($and,)? ")"
        )
    };
}
macro_rules! miscounted {
    ($counter:literal $($rest:tt)*) => {
        concat!(
            "SELECT entity_id, ", $counter, " FROM entities WHERE organization = $1 AND ", $counter, " <> ",
            counted!($counter $($rest)*), " ORDER BY entity_id LIMIT $2"
        )
    };
}
macro_rules! recount {
    ($counter:literal $($rest:tt)*) => {
        concat!(
            "UPDATE entities SET ", $counter, " = ", counted!($counter $($rest)*),
            " WHERE organization = $1 AND entity_id = $2"
        )
    };
}

postroom_store::statements! {
    ALIASES = miscounted!("aliases_count", "addresses", "entity_id", " AND t.is_primary = 0");
    MEMBERS = miscounted!("members_count", "group_members", "group_id");
    MEMBERSHIPS = miscounted!("memberships_count", "group_members", "member_id");
    DELEGATES = miscounted!("delegates_count", "resource_delegates", "resource_id");
    DELEGATIONS = miscounted!("delegations_count", "resource_delegates", "delegate_id");
    PERMISSIONS = miscounted!("permissions_count", "mailbox_permissions", "owner_id");
    GRANTS = miscounted!("grants_count", "mailbox_permissions", "grantee_id");
    RECOUNT_ALIASES = recount!("aliases_count", "addresses", "entity_id", " AND t.is_primary = 0");
    RECOUNT_MEMBERS = recount!("members_count", "group_members", "group_id");
    RECOUNT_MEMBERSHIPS = recount!("memberships_count", "group_members", "member_id");
    RECOUNT_DELEGATES = recount!("delegates_count", "resource_delegates", "resource_id");
    RECOUNT_DELEGATIONS = recount!("delegations_count", "resource_delegates", "delegate_id");
    RECOUNT_PERMISSIONS = recount!("permissions_count", "mailbox_permissions", "owner_id");
    RECOUNT_GRANTS = recount!("grants_count", "mailbox_permissions", "grantee_id");
}

/// `counter!("an entity counts its aliases", "aliases", ALIASES, RECOUNT_ALIASES)`
macro_rules! counter {
    ($invariant:literal, $what:literal, $find:ident, $recount:ident) => {
        Check {
            invariant: $invariant,
            find: &$find,
            describe: |mut row| {
                let (id, counted): (String, i64) = (row.take(0), row.take(1));
                format!(concat!("entity {} counts {} ", $what, ", which is wrong"), id, counted)
            },
            repair: Some(|tx, mut row| {
                let organization = tx.organization().0;
                tx.execute(&$recount, parameters![organization, &row.take::<String>(0)]).map(drop)
            }),
        }
    };
}

pub(super) const CHECKS: &[Check] = &[
    counter!("an entity counts its aliases", "aliases", ALIASES, RECOUNT_ALIASES),
    counter!("a group counts its members", "members", MEMBERS, RECOUNT_MEMBERS),
    counter!("a member counts its groups", "groups that it is in", MEMBERSHIPS, RECOUNT_MEMBERSHIPS),
    counter!("a resource counts its delegates", "delegates", DELEGATES, RECOUNT_DELEGATES),
    counter!(
        "a delegate counts its resources",
        "resources that it decides for",
        DELEGATIONS,
        RECOUNT_DELEGATIONS
    ),
    counter!(
        "an owner counts the permissions on its mailbox",
        "permissions",
        PERMISSIONS,
        RECOUNT_PERMISSIONS
    ),
    counter!(
        "a grantee counts its permissions",
        "mailboxes that it has permissions on",
        GRANTS,
        RECOUNT_GRANTS
    ),
];
