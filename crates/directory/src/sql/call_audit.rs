//! Calls that changed nothing, in the directory.

postroom_store::statements! {
    INSERT = "INSERT INTO call_audit (at, request_id, aws_account, organization_id, actor, source_ip, operation, result,
        parameters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    AFTER = "SELECT at, request_id, aws_account, organization_id, actor, source_ip, operation, result, parameters
        FROM call_audit WHERE (at, request_id) > ($1, $2) ORDER BY at, request_id LIMIT $3";
    AFTER_OF = "SELECT at, request_id, aws_account, organization_id, actor, source_ip, operation, result, parameters
        FROM call_audit WHERE organization_id = $4 AND (at, request_id) > ($1, $2) ORDER BY at, request_id LIMIT $3";
    LAST = "SELECT at, request_id, aws_account, organization_id, actor, source_ip, operation, result, parameters
        FROM call_audit ORDER BY at DESC, request_id DESC LIMIT $1";
    LAST_OF = "SELECT at, request_id, aws_account, organization_id, actor, source_ip, operation, result, parameters
        FROM call_audit WHERE organization_id = $2 ORDER BY at DESC, request_id DESC LIMIT $1";
    SWEEP = "DELETE FROM call_audit WHERE (at, request_id) IN
        (SELECT at, request_id FROM call_audit WHERE at < $1 ORDER BY at, request_id LIMIT $2)";
}
