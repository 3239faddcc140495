//! What backups read and restores write beside the other areas' statements.

postroom_store::statements! {
    KMS_KEY = "SELECT kms_key_arn FROM organizations WHERE organization = $1";
    ACCOUNT_NAME = "SELECT name FROM aws_accounts WHERE aws_account = $1";
    /// As the first migration has it.
    FIRST_KEY = "INSERT INTO organization_keys (singleton, next_key) VALUES (1, 1) ON CONFLICT DO NOTHING";
    ALIAS_HOLDER = "SELECT aws_account, region, directory_id, organization FROM directories WHERE alias_key = $1";
    INSERT = "INSERT INTO organizations (organization, organization_id, aws_account, region, alias, directory_id,
        directory_type, state, kms_key_arn, cell, default_mail_domain, created_at, completed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'Active', $8, 0, $9, $10, $11) ON CONFLICT DO NOTHING";
    DELETE_DELETED = "DELETE FROM organizations WHERE organization = $1 AND state = 'Deleted'";
    /// A lost organization goes on under another short key.
    MOVE = "UPDATE organizations SET organization = $2, state = 'Active', error_message = NULL
        WHERE organization = $1 AND pending IS NULL AND state IN ('Active', 'Impaired')";
    MOVE_TAGS = "UPDATE organization_tags SET organization = $2 WHERE organization = $1";
    MOVE_REGISTRATIONS = "UPDATE domain_registrations SET organization = $2 WHERE organization = $1";
    MOVE_OWNERS = "UPDATE domain_owners SET organization = $2 WHERE organization = $1";
    MOVE_DIRECTORY = "UPDATE directories SET organization = $2 WHERE organization = $1";
    HAS_ENTITIES = "SELECT entity_id FROM entities WHERE organization = $1 LIMIT 1";
    /// A domain that another organization has: it waits to be proved again.
    UNVERIFY = "UPDATE mail_domains SET ownership = 'PENDING', dkim = 'PENDING', mx = 'MISSING',
        autodiscover = 'MISSING', registered_at = $3, verified_at = NULL, checked_at = NULL, lost_at = NULL,
        dkim_lost_at = NULL WHERE organization = $1 AND domain_key = $2 AND is_test = 0";
    DEFAULT_TEST = "UPDATE mail_domains SET is_default = is_test WHERE organization = $1";
    RENAME_TEST = "UPDATE mail_domains SET domain_key = $3, domain = $4
        WHERE organization = $1 AND domain_key = $2 AND is_test = 1";
    ADDRESSES_IN = "SELECT address, address_key, entity_id, is_primary FROM addresses
        WHERE organization = $1 AND domain_key = $2 ORDER BY address_key LIMIT $3";
    DELETE_ADDRESS = "DELETE FROM addresses WHERE organization = $1 AND address_key = $2";
    SET_TOKEN = "UPDATE mail_domains SET token = $3 WHERE organization = $1 AND domain_key = $2 AND is_test = 0";
    DELETE_PERSONAL_TOKENS = "DELETE FROM personal_access_tokens WHERE organization = $1";
    DELETE_IMPERSONATION_TOKENS = "DELETE FROM impersonation_tokens WHERE organization = $1";
}
