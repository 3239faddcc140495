//! Access keys, in the directory.

postroom_store::statements! {
    IN_FORCE = "SELECT aws_account, secret_sealed, policies, generation FROM access_keys
        WHERE access_key_id = $1 AND active = 1";
}
