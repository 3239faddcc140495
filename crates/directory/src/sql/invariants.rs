//! What must hold beyond what the schema can say: each statement selects the entities where it does not.

/// Entities whose counter `$counter` differs from the rows of `$table` that name them in `$column`.
macro_rules! miscounted {
    ($counter:literal, $table:literal, $column:literal $(, $and:literal)?) => {
        concat!(
            "SELECT e.entity_id FROM entities e WHERE e.organization = $1 AND e.", $counter,
            " <> (SELECT COUNT(*) FROM ", $table, " t WHERE t.organization = e.organization AND t.", $column,
            " = e.entity_id", $($and,)? ") ORDER BY e.entity_id LIMIT 100"
        )
    };
}

postroom_store::statements! {
    ALIASES_COUNT = miscounted!("aliases_count", "addresses", "entity_id", " AND t.is_primary = 0");
    MEMBERS_COUNT = miscounted!("members_count", "group_members", "group_id");
    MEMBERSHIPS_COUNT = miscounted!("memberships_count", "group_members", "member_id");
    DELEGATES_COUNT = miscounted!("delegates_count", "resource_delegates", "resource_id");
    DELEGATIONS_COUNT = miscounted!("delegations_count", "resource_delegates", "delegate_id");
    PERMISSIONS_COUNT = miscounted!("permissions_count", "mailbox_permissions", "owner_id");
    GRANTS_COUNT = miscounted!("grants_count", "mailbox_permissions", "grantee_id");
    /// A live entity holds one name, a deleted one none.
    NAMES = "SELECT e.entity_id FROM entities e WHERE e.organization = $1 AND e.live <> (SELECT COUNT(*) FROM names n
        WHERE n.organization = e.organization AND n.entity_id = e.entity_id) ORDER BY e.entity_id LIMIT 100";
    /// A name or an address belongs to an entity that is there.
    ORPHANED_NAMES = "SELECT n.entity_id FROM names n LEFT JOIN entities e ON e.organization = n.organization
        AND e.entity_id = n.entity_id WHERE n.organization = $1 AND e.entity_id IS NULL ORDER BY n.entity_id LIMIT 100";
    ORPHANED_ADDRESSES = "SELECT a.entity_id FROM addresses a LEFT JOIN entities e ON e.organization = a.organization
        AND e.entity_id = a.entity_id AND e.state = 'ENABLED'
        WHERE a.organization = $1 AND e.entity_id IS NULL ORDER BY a.entity_id LIMIT 100";
    /// An enabled entity has its primary address, others none.
    PRIMARY_ADDRESS = "SELECT e.entity_id FROM entities e LEFT JOIN addresses a ON a.organization = e.organization
        AND a.entity_id = e.entity_id AND a.is_primary = 1 AND a.address_key = e.email_key
        WHERE e.organization = $1 AND ((e.state = 'ENABLED' AND a.entity_id IS NULL)
        OR (e.state <> 'ENABLED' AND e.email_key IS NOT NULL)) ORDER BY e.entity_id LIMIT 100";
    PRIMARY_ADDRESSES = "SELECT e.entity_id FROM entities e WHERE e.organization = $1 AND 1 < (SELECT COUNT(*)
        FROM addresses a WHERE a.organization = e.organization AND a.entity_id = e.entity_id AND a.is_primary = 1)
        ORDER BY e.entity_id LIMIT 100";
    /// `live` says whether the state is DELETED.
    LIVE = "SELECT entity_id FROM entities WHERE organization = $1
        AND ((live = 1 AND state = 'DELETED') OR (live = 0 AND state <> 'DELETED') OR live NOT IN (0, 1))
        ORDER BY entity_id LIMIT 100";
    /// Users and resources have their row.
    USERS = "SELECT e.entity_id FROM entities e LEFT JOIN users u ON u.organization = e.organization
        AND u.entity_id = e.entity_id WHERE e.organization = $1 AND ((e.kind = 'USER' AND u.entity_id IS NULL)
        OR (e.kind <> 'USER' AND u.entity_id IS NOT NULL)) ORDER BY e.entity_id LIMIT 100";
    RESOURCES = "SELECT e.entity_id FROM entities e LEFT JOIN resources r ON r.organization = e.organization
        AND r.entity_id = e.entity_id WHERE e.organization = $1 AND ((e.kind = 'RESOURCE' AND r.entity_id IS NULL)
        OR (e.kind <> 'RESOURCE' AND r.entity_id IS NOT NULL)) ORDER BY e.entity_id LIMIT 100";
}
