//! Groups and their members.

use super::entities::entity_columns;

postroom_store::statements! {
    INSERT_MEMBER = "INSERT INTO group_members (organization, group_id, member_kind, member_id, group_name_key, added_at)
        SELECT organization, entity_id, $3, $4, name_key, $5 FROM entities WHERE organization = $1 AND entity_id = $2
        ON CONFLICT DO NOTHING";
    DELETE_MEMBER = "DELETE FROM group_members WHERE organization = $1 AND group_id = $2 AND member_kind = $3
        AND member_id = $4";
    HAS_MEMBER = "SELECT added_at FROM group_members WHERE organization = $1 AND group_id = $2 AND member_kind = $3
        AND member_id = $4";
    LIST_MEMBERS = concat!("SELECT ", entity_columns!(), " FROM group_members m
        JOIN entities e ON e.organization = m.organization AND e.entity_id = m.member_id
        WHERE m.organization = $1 AND m.group_id = $2 AND (m.member_kind, m.member_id) > ($3, $4)
        ORDER BY m.member_kind, m.member_id LIMIT $5");
    /// Groups directly in a group.
    GROUPS_IN = "SELECT member_id FROM group_members WHERE organization = $1 AND group_id = $2
        AND member_kind = 'GROUP' ORDER BY member_id LIMIT $3";
    /// Groups that an entity is directly in.
    GROUPS_OF = "SELECT group_id FROM group_members WHERE organization = $1 AND member_id = $2
        ORDER BY group_name_key, group_id LIMIT $3";
    LIST_GROUPS_OF = concat!("SELECT ", entity_columns!(), ", m.group_name_key FROM group_members m
        JOIN entities e ON e.organization = m.organization AND e.entity_id = m.group_id
        WHERE m.organization = $1 AND m.member_id = $2 AND (m.group_name_key, m.group_id) > ($3, $4)
        AND m.group_name_key < $5 ORDER BY m.group_name_key, m.group_id LIMIT $6");
}
