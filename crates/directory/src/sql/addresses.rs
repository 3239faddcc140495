//! Addresses: who has which, and whether their domains may be used.

postroom_store::statements! {
    SELECT_OWNERSHIP = "SELECT ownership, is_test FROM mail_domains WHERE organization = $1 AND domain_key = $2";
    SELECT_TEST_DOMAIN = "SELECT domain FROM mail_domains WHERE organization = $1 AND is_test = 1
        ORDER BY domain_key LIMIT 1";
    CLAIM = "INSERT INTO addresses (organization, address_key, address, domain_key, entity_id, is_primary)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    SELECT_OWNER = "SELECT entity_id, is_primary FROM addresses WHERE organization = $1 AND address_key = $2";
    SET_PRIMARY = "UPDATE addresses SET is_primary = $4 WHERE organization = $1 AND address_key = $2 AND entity_id = $3";
    RELEASE = "DELETE FROM addresses WHERE organization = $1 AND address_key = $2 AND entity_id = $3";
    RELEASE_ALL = "DELETE FROM addresses WHERE organization = $1 AND entity_id = $2";
    LIST_ALIASES = "SELECT address, address_key FROM addresses WHERE organization = $1 AND entity_id = $2
        AND is_primary = 0 AND address_key > $3 ORDER BY address_key LIMIT $4";
}
