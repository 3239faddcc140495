//! Calls that changed nothing, in the directory: blocks of them.

postroom_store::statements! {
    INSERT = "INSERT INTO call_audit (first_at, first_id, organization_id, bytes, records)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    AFTER = "SELECT first_at, first_id, organization_id, bytes, records
        FROM call_audit WHERE (first_at, first_id) > ($1, $2) ORDER BY first_at, first_id LIMIT $3";
    AFTER_OF = "SELECT first_at, first_id, organization_id, bytes, records
        FROM call_audit WHERE organization_id = $4 AND (first_at, first_id) > ($1, $2)
        ORDER BY first_at, first_id LIMIT $3";
    BEFORE = "SELECT first_at, first_id, organization_id, bytes, records
        FROM call_audit WHERE (first_at, first_id) < ($1, $2) ORDER BY first_at DESC, first_id DESC LIMIT $3";
    BEFORE_OF = "SELECT first_at, first_id, organization_id, bytes, records
        FROM call_audit WHERE organization_id = $4 AND (first_at, first_id) < ($1, $2)
        ORDER BY first_at DESC, first_id DESC LIMIT $3";
    SWEEP = "DELETE FROM call_audit WHERE (first_at, first_id) IN
        (SELECT first_at, first_id FROM call_audit WHERE first_at < $1 ORDER BY first_at, first_id LIMIT $2)";
}
