//! The audit trail of administrators.

postroom_store::statements! {
    INSERT = "INSERT INTO admin_audit (organization, sequence, at, operation, request_id, actor, source_ip, result,
        parameters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    INSERT_IN_DIRECTORY = "INSERT INTO directory_audit (at, request_id, aws_account, organization_id, actor, source_ip,
        operation, result, parameters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (request_id) DO NOTHING";
    SET_RESULT_IN_DIRECTORY = "UPDATE directory_audit SET result = $2 WHERE request_id = $1";
    AFTER_IN_DIRECTORY = "SELECT at, request_id, aws_account, organization_id, actor, source_ip, operation, result,
        parameters FROM directory_audit WHERE (at, request_id) > ($1, $2) ORDER BY at, request_id LIMIT $3";
    AFTER_IN_DIRECTORY_OF = "SELECT at, request_id, aws_account, organization_id, actor, source_ip, operation, result,
        parameters FROM directory_audit WHERE organization_id = $4 AND (at, request_id) > ($1, $2)
        ORDER BY at, request_id LIMIT $3";
    LAST_IN_DIRECTORY = "SELECT at, request_id, aws_account, organization_id, actor, source_ip, operation, result,
        parameters FROM directory_audit ORDER BY at DESC, request_id DESC LIMIT $1";
    LAST_IN_DIRECTORY_OF = "SELECT at, request_id, aws_account, organization_id, actor, source_ip, operation, result,
        parameters FROM directory_audit WHERE organization_id = $2 ORDER BY at DESC, request_id DESC LIMIT $1";
    OLDEST = "SELECT at FROM admin_audit WHERE organization = $1 ORDER BY sequence LIMIT 1";
    OLDEST_IN_DIRECTORY = "SELECT at FROM directory_audit ORDER BY at, request_id LIMIT 1";
    SWEEP = "DELETE FROM admin_audit WHERE organization = $1 AND at < $2 AND sequence IN
        (SELECT sequence FROM admin_audit WHERE organization = $1 ORDER BY sequence LIMIT $3)";
    SWEEP_DIRECTORY = "DELETE FROM directory_audit WHERE (at, request_id) IN
        (SELECT at, request_id FROM directory_audit WHERE at < $1 ORDER BY at, request_id LIMIT $2)";
    ORGANIZATIONS = "SELECT organization FROM organizations WHERE organization > $1 AND state = 'Active'
        ORDER BY organization LIMIT $2";
    AFTER = "SELECT sequence, at, operation, request_id, actor, source_ip, result, parameters FROM admin_audit
        WHERE organization = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
    LAST = "SELECT sequence, at, operation, request_id, actor, source_ip, result, parameters FROM admin_audit
        WHERE organization = $1 ORDER BY sequence DESC LIMIT $2";
}
