//! Mail domains of an organization.

postroom_store::statements! {
    /// The test domain has no token and no look-ups: it is verified as long as the organization lives.
    INSERT_TEST = "INSERT INTO mail_domains (organization, domain_key, domain, is_test, is_default, token, ownership,
        dkim, mx, autodiscover, registered_at, verified_at)
        VALUES ($1, $2, $3, 1, 1, '', $4, $4, $4, $4, $5, $5)";
    INSERT = "INSERT INTO mail_domains (organization, domain_key, domain, is_test, is_default, token, ownership, dkim,
        mx, autodiscover, registered_at)
        VALUES ($1, $2, $3, 0, 0, $4, 'PENDING', 'PENDING', 'MISSING', 'MISSING', $5) ON CONFLICT DO NOTHING";
    SELECT = "SELECT domain, is_test, is_default, token, ownership, dkim, mx, autodiscover, registered_at, verified_at,
        checked_at, lost_at, dkim_lost_at FROM mail_domains WHERE organization = $1 AND domain_key = $2";
    LIST = "SELECT domain, is_test, is_default, token, ownership, dkim, mx, autodiscover, registered_at, verified_at,
        checked_at, lost_at, dkim_lost_at FROM mail_domains WHERE organization = $1 AND domain_key > $2
        ORDER BY domain_key LIMIT $3";
    COUNT = "SELECT COUNT(*) FROM mail_domains WHERE organization = $1";
    ADDRESS_IN = "SELECT address FROM addresses WHERE organization = $1 AND domain_key = $2 LIMIT 1";
    DELETE = "DELETE FROM mail_domains WHERE organization = $1 AND domain_key = $2";
    UNSET_DEFAULT = "UPDATE mail_domains SET is_default = 0 WHERE organization = $1 AND is_default = 1";
    SET_DEFAULT = "UPDATE mail_domains SET is_default = 1 WHERE organization = $1 AND domain_key = $2";
    SELECT_DEFAULT = "SELECT domain FROM mail_domains WHERE organization = $1 AND is_default = 1";
    SET_STATUS = "UPDATE mail_domains SET ownership = $3, dkim = $4, mx = $5, autodiscover = $6, verified_at = $7,
        checked_at = $8, lost_at = $9, dkim_lost_at = $10 WHERE organization = $1 AND domain_key = $2";
    SET_CHECKED = "UPDATE mail_domains SET checked_at = $3 WHERE organization = $1 AND domain_key = $2";
    INSERT_KEY = "INSERT INTO dkim_keys (organization, domain_key, selector, role, public_key, private_sealed, published,
        created_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT DO NOTHING";
    LIST_KEYS = "SELECT selector, role, public_key, published, created_at FROM dkim_keys
        WHERE organization = $1 AND domain_key = $2 ORDER BY role, created_at DESC, selector";
    SIGNING_KEY = "SELECT selector, private_sealed FROM dkim_keys
        WHERE organization = $1 AND domain_key = $2 AND role = 'active'";
    SET_PUBLISHED = "UPDATE dkim_keys SET published = $4 WHERE organization = $1 AND domain_key = $2 AND selector = $3";
    SET_ROLE = "UPDATE dkim_keys SET role = $4 WHERE organization = $1 AND domain_key = $2 AND selector = $3";
    DELETE_KEY = "DELETE FROM dkim_keys WHERE organization = $1 AND domain_key = $2 AND selector = $3";
    DELETE_KEYS = "DELETE FROM dkim_keys WHERE organization = $1 AND domain_key = $2";
    RAISE_ALARM = "INSERT INTO alarms (organization, kind, subject, message, raised_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    HAS_ALARM = "SELECT raised_at FROM alarms WHERE organization = $1 AND kind = $2 AND subject = $3";
    CLEAR_ALARM = "DELETE FROM alarms WHERE organization = $1 AND kind = $2 AND subject = $3";
    LIST_ALARMS = "SELECT kind, subject, message, raised_at FROM alarms WHERE organization = $1
        ORDER BY raised_at, kind, subject";
}
