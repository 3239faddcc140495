//! What removes every row that names a deleted entity, and takes it out of the counters on the other side.

postroom_store::statements! {
    COUNT_OUT_MEMBERS = "UPDATE entities SET memberships_count = memberships_count - 1 WHERE organization = $1
        AND entity_id IN (SELECT member_id FROM group_members WHERE organization = $1 AND group_id = $2)";
    DELETE_MEMBERS = "DELETE FROM group_members WHERE organization = $1 AND group_id = $2";
    COUNT_OUT_MEMBERSHIPS = "UPDATE entities SET members_count = members_count - 1 WHERE organization = $1
        AND entity_id IN (SELECT group_id FROM group_members WHERE organization = $1 AND member_id = $2)";
    DELETE_MEMBERSHIPS = "DELETE FROM group_members WHERE organization = $1 AND member_id = $2";
    COUNT_OUT_DELEGATES = "UPDATE entities SET delegations_count = delegations_count - 1 WHERE organization = $1
        AND entity_id IN (SELECT delegate_id FROM resource_delegates WHERE organization = $1 AND resource_id = $2)";
    DELETE_DELEGATES = "DELETE FROM resource_delegates WHERE organization = $1 AND resource_id = $2";
    COUNT_OUT_DELEGATIONS = "UPDATE entities SET delegates_count = delegates_count - 1 WHERE organization = $1
        AND entity_id IN (SELECT resource_id FROM resource_delegates WHERE organization = $1 AND delegate_id = $2)";
    DELETE_DELEGATIONS = "DELETE FROM resource_delegates WHERE organization = $1 AND delegate_id = $2";
    COUNT_OUT_PERMISSIONS = "UPDATE entities SET grants_count = grants_count - 1 WHERE organization = $1
        AND entity_id IN (SELECT grantee_id FROM mailbox_permissions WHERE organization = $1 AND owner_id = $2)";
    DELETE_PERMISSIONS = "DELETE FROM mailbox_permissions WHERE organization = $1 AND owner_id = $2";
    COUNT_OUT_GRANTS = "UPDATE entities SET permissions_count = permissions_count - 1 WHERE organization = $1
        AND entity_id IN (SELECT owner_id FROM mailbox_permissions WHERE organization = $1 AND grantee_id = $2)";
    DELETE_GRANTS = "DELETE FROM mailbox_permissions WHERE organization = $1 AND grantee_id = $2";
    CLEAR_COUNTERS = "UPDATE entities SET members_count = 0, memberships_count = 0, delegates_count = 0,
        delegations_count = 0, permissions_count = 0, grants_count = 0 WHERE organization = $1 AND entity_id = $2";
}
