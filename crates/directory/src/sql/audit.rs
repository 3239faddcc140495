//! The audit trail of administrators.

postroom_store::statements! {
    INSERT = "INSERT INTO admin_audit (organization, sequence, at, operation, request_id, actor, source_ip, result)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}
