//! What only resources have, and their delegates. What lists show of them stands in `entities`.

postroom_store::statements! {
    INSERT = "INSERT INTO resources (organization, entity_id, auto_accept, auto_decline_recurring,
        auto_decline_conflicting) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    SELECT = "SELECT e.resource_type, e.description, r.auto_accept, r.auto_decline_recurring, r.auto_decline_conflicting,
        e.delegates_count FROM resources r
        JOIN entities e ON e.organization = r.organization AND e.entity_id = r.entity_id
        WHERE r.organization = $1 AND r.entity_id = $2";
    UPDATE = "UPDATE resources SET auto_accept = $3, auto_decline_recurring = $4, auto_decline_conflicting = $5
        WHERE organization = $1 AND entity_id = $2";
    INSERT_DELEGATE = "INSERT INTO resource_delegates (organization, resource_id, delegate_id) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    HAS_DELEGATE = "SELECT delegate_id FROM resource_delegates WHERE organization = $1 AND resource_id = $2
        AND delegate_id = $3";
    DELETE_DELEGATE = "DELETE FROM resource_delegates WHERE organization = $1 AND resource_id = $2 AND delegate_id = $3";
    LIST_DELEGATES = "SELECT d.delegate_id, e.kind FROM resource_delegates d
        JOIN entities e ON e.organization = d.organization AND e.entity_id = d.delegate_id
        WHERE d.organization = $1 AND d.resource_id = $2 AND d.delegate_id > $3 ORDER BY d.delegate_id LIMIT $4";
}
