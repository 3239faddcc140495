//! Organizations and directories, in the directory.

postroom_store::statements! {
    /// Takes the counter row first, so that two creations cannot both be the last.
    COUNT = "INSERT INTO account_counters (aws_account, region, organizations) VALUES ($1, $2, $3)
        ON CONFLICT (aws_account, region) DO UPDATE SET organizations = account_counters.organizations + excluded.organizations
        RETURNING organizations";
    /// Each key is given out once.
    NEXT_KEY = "UPDATE organization_keys SET next_key = next_key + 1 WHERE singleton = 1 RETURNING next_key - 1";
    /// Which key is the next, and the highest that an organization has.
    KEYS = "SELECT (SELECT next_key FROM organization_keys WHERE singleton = 1), (SELECT MAX(organization) FROM organizations)";
    /// None below `$1` is given out any more. The row may be missing.
    KEYS_FROM = "INSERT INTO organization_keys (singleton, next_key) VALUES (1, $1)
        ON CONFLICT (singleton) DO UPDATE SET next_key = excluded.next_key
            WHERE organization_keys.next_key < excluded.next_key";
    INSERT_DIRECTORY = "INSERT INTO directories (aws_account, region, directory_id, alias, alias_key, organization)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    CLAIM_DIRECTORY = "UPDATE directories SET organization = $4
        WHERE aws_account = $1 AND region = $2 AND directory_id = $3 AND organization IS NULL";
    SELECT_DIRECTORY = "SELECT alias_key, organization FROM directories
        WHERE aws_account = $1 AND region = $2 AND directory_id = $3";
    DIRECTORY_BY_ALIAS = "SELECT directory_id FROM directories WHERE alias_key = $1";
    BY_ALIAS = "SELECT organization FROM directories WHERE alias_key = $1 AND organization IS NOT NULL";
    RELEASE_DIRECTORY = "UPDATE directories SET organization = NULL
        WHERE aws_account = $1 AND region = $2 AND directory_id = $3 AND organization = $4";
    DELETE_DIRECTORY = "DELETE FROM directories
        WHERE aws_account = $1 AND region = $2 AND directory_id = $3 AND organization = $4";
    INSERT = "INSERT INTO organizations (organization, organization_id, aws_account, region, alias, directory_id,
        directory_type, state, kms_key_arn, cell, pending, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11) ON CONFLICT DO NOTHING";
    BY_KEY = "SELECT organization, organization_id, aws_account, region, alias, directory_id, directory_type, state,
        error_message, default_mail_domain, pending, created_at, completed_at, deleted_at, deletion_token
        FROM organizations WHERE organization = $1";
    BY_ID = "SELECT organization, organization_id, aws_account, region, alias, directory_id, directory_type, state,
        error_message, default_mail_domain, pending, created_at, completed_at, deleted_at, deletion_token
        FROM organizations WHERE organization_id = $1";
    SELECT_KMS_KEY = "SELECT kms_key_arn FROM organizations WHERE organization = $1";
    LIST = "SELECT organization, organization_id, aws_account, region, alias, directory_id, directory_type, state,
        error_message, default_mail_domain, pending, created_at, completed_at, deleted_at, deletion_token
        FROM organizations WHERE aws_account = $1 AND region = $2 AND organization > $3 AND state <> 'Deleted'
        ORDER BY organization LIMIT $4";
    ALL_AFTER = "SELECT organization, organization_id, aws_account, region, alias, directory_id, directory_type, state,
        error_message, default_mail_domain, pending, created_at, completed_at, deleted_at, deletion_token
        FROM organizations WHERE organization > $1 ORDER BY organization LIMIT $2";
    CONFIRM_REGISTRATIONS = "UPDATE domain_registrations SET confirmed = 1 WHERE organization = $1";
    /// A step: only the run that finds the row as it was moves it on.
    ADVANCE = "UPDATE organizations SET state = $3, pending = $4, error_message = $5
        WHERE organization = $1 AND state = $2";
    SET_ACTIVE = "UPDATE organizations SET state = 'Active', pending = NULL, error_message = NULL, completed_at = $2,
        default_mail_domain = $3 WHERE organization = $1 AND state = 'Creating'";
    SET_DELETED = "UPDATE organizations SET state = 'Deleted', pending = NULL, error_message = NULL, deleted_at = $2,
        default_mail_domain = NULL WHERE organization = $1 AND state = 'Deleting'";
    SET_DEFAULT_DOMAIN = "UPDATE organizations SET default_mail_domain = $2 WHERE organization = $1";
    SET_DELETION_TOKEN = "UPDATE organizations SET deletion_token = $2 WHERE organization = $1";
    REGISTER_DOMAIN = "INSERT INTO domain_registrations (aws_account, domain_key, domain, organization, confirmed)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    CONFIRM_REGISTRATION = "UPDATE domain_registrations SET confirmed = $4
        WHERE aws_account = $1 AND domain_key = $2 AND organization = $3";
    LOCK_REGISTRATION = "UPDATE domain_registrations SET confirmed = confirmed
        WHERE aws_account = $1 AND domain_key = $2 AND organization = $3";
    UNREGISTER_DOMAIN = "DELETE FROM domain_registrations
        WHERE aws_account = $1 AND domain_key = $2 AND organization = $3";
    DISOWN_DOMAIN = "DELETE FROM domain_owners WHERE domain_key = $1 AND organization = $2";
    REGISTRATION = "SELECT organization FROM domain_registrations WHERE aws_account = $1 AND domain_key = $2";
    LIST_REGISTRATIONS = "SELECT domain, confirmed FROM domain_registrations
        WHERE organization = $1 ORDER BY domain_key LIMIT $2";
    LIST_OWNED = "SELECT domain_key FROM domain_owners WHERE organization = $1 ORDER BY domain_key LIMIT $2";
    CLAIM_DOMAIN = "INSERT INTO domain_owners (domain_key, organization, proved_at) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    DOMAIN_OWNER = "SELECT organization FROM domain_owners WHERE domain_key = $1";
    OWNED_IN_ACCOUNT = "SELECT organizations.organization FROM domain_owners
        JOIN organizations ON organizations.organization = domain_owners.organization
        WHERE domain_owners.domain_key = $1 AND organizations.aws_account = $2 AND organizations.organization <> $3";
    RELEASE_DOMAINS = "DELETE FROM domain_owners WHERE organization = $1";
    RELEASE_REGISTRATIONS = "DELETE FROM domain_registrations WHERE organization = $1";
    DELETE_TAGS = "DELETE FROM organization_tags WHERE organization = $1";
    DELETE_APPLICATION = "DELETE FROM identity_center_applications WHERE application_arn = $1 AND aws_account = $2";
    LIST_TAGS = "SELECT tag_key, tag_value FROM organization_tags WHERE organization = $1";
}
