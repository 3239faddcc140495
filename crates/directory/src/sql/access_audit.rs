//! Log-ins, decisions of access rules and what was done in mailboxes.

postroom_store::statements! {
    INSERT = "INSERT INTO access_audit (organization, log, at, record_id, first_at, last_at, event_count, user_id, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    AFTER = "SELECT at, record_id, first_at, last_at, event_count, user_id, detail FROM access_audit
        WHERE organization = $1 AND log = $2 AND (at, record_id) > ($3, $4) ORDER BY at, record_id LIMIT $5";
    LAST = "SELECT at, record_id, first_at, last_at, event_count, user_id, detail FROM access_audit
        WHERE organization = $1 AND log = $2 ORDER BY at DESC, record_id DESC LIMIT $3";
    OLDEST = "SELECT at FROM access_audit WHERE organization = $1 AND log = $2 ORDER BY at, record_id LIMIT 1";
    SWEEP = "DELETE FROM access_audit WHERE organization = $1 AND log = $2 AND (at, record_id) IN
        (SELECT at, record_id FROM access_audit WHERE organization = $1 AND log = $2 AND at < $3
        ORDER BY at, record_id LIMIT $4)";
}
