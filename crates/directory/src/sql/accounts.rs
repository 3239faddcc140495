//! AWS accounts and access keys.

postroom_store::statements! {
    FIRST_START = "INSERT INTO first_start (singleton, started_at) VALUES (1, $1) ON CONFLICT DO NOTHING";
    HAS_STARTED = "SELECT started_at FROM first_start WHERE singleton = 1";
    INSERT_ACCOUNT = "INSERT INTO aws_accounts (aws_account, name, access_keys, created_at) VALUES ($1, $2, 0, $3)
        ON CONFLICT DO NOTHING";
    FIND_ACCOUNT = "SELECT aws_account FROM aws_accounts WHERE aws_account = $1";
    LIST_ACCOUNTS = "SELECT aws_account, name, created_at FROM aws_accounts WHERE aws_account > $1
        ORDER BY aws_account LIMIT $2";
    COUNT_KEY = "UPDATE aws_accounts SET access_keys = access_keys + $2 WHERE aws_account = $1 RETURNING access_keys";
    INSERT_KEY = "INSERT INTO access_keys (access_key_id, aws_account, secret_sealed, policies, description, active,
        generation, created_at) VALUES ($1, $2, $3, $4, $5, 1, 1, $6) ON CONFLICT DO NOTHING";
    SELECT_KEY = "SELECT access_key_id, aws_account, secret_sealed, policies, description, active, generation, created_at
        FROM access_keys WHERE access_key_id = $1";
    LIST_KEYS = "SELECT access_key_id, aws_account, secret_sealed, policies, description, active, generation, created_at
        FROM access_keys WHERE aws_account = $1 AND access_key_id > $2 ORDER BY access_key_id LIMIT $3";
    SET_ACTIVE = "UPDATE access_keys SET active = $2, generation = generation + 1 WHERE access_key_id = $1";
    SET_POLICIES = "UPDATE access_keys SET policies = $2, generation = generation + 1 WHERE access_key_id = $1";
    DELETE_KEY = "DELETE FROM access_keys WHERE access_key_id = $1 RETURNING aws_account";
}
