//! Mail domains of an organization.

postroom_store::statements! {
    /// The test domain has no token and no look-ups: it is verified as long as the organization lives.
    INSERT_TEST = "INSERT INTO mail_domains (organization, domain_key, domain, is_test, is_default, token, ownership,
        dkim, mx, autodiscover, registered_at, verified_at)
        VALUES ($1, $2, $3, 1, 1, '', $4, $4, $4, $4, $5, $5)";
    INSERT = "INSERT INTO mail_domains (organization, domain_key, domain, is_test, is_default, token, ownership, dkim,
        mx, autodiscover, registered_at)
        VALUES ($1, $2, $3, 0, 0, $4, 'PENDING', 'PENDING', 'MISSING', 'MISSING', $5) ON CONFLICT DO NOTHING";
}
