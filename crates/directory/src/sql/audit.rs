//! The audit trail of administrators.

postroom_store::statements! {
    INSERT = "INSERT INTO admin_audit (organization, sequence, at, operation, request_id, actor, source_ip, result,
        parameters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    AFTER = "SELECT sequence, at, operation, request_id, actor, source_ip, result, parameters FROM admin_audit
        WHERE organization = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
    LAST = "SELECT sequence, at, operation, request_id, actor, source_ip, result, parameters FROM admin_audit
        WHERE organization = $1 ORDER BY sequence DESC LIMIT $2";
}
