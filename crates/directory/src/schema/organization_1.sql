-- One organization. Every key begins with the organization's short key, so that one text serves both engines.

-- The row that every administrative write takes first.
CREATE TABLE organization_state (
    organization BIGINT NOT NULL,
    admin_sequence BIGINT NOT NULL,
    -- 1 once the organization is being deleted: no administrative write begins any more.
    closed BIGINT NOT NULL,
    -- JSON of settings that are one value: DMARC enforcement, e-mail monitoring, identity provider …
    settings TEXT NOT NULL,
    PRIMARY KEY (organization)
) /*sqlite STRICT */;

CREATE TABLE entities (
    organization BIGINT NOT NULL,
    entity_id TEXT NOT NULL,
    -- USER, GROUP, RESOURCE
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Order keys: fold keys, cut to what fits into a page token.
    name_key BYTEA NOT NULL,
    display_name TEXT NOT NULL,
    display_key BYTEA NOT NULL,
    -- ENABLED, DISABLED, DELETED
    state TEXT NOT NULL,
    -- 0 when deleted: lists by display name leave the deleted out without walking over them.
    live BIGINT NOT NULL,
    -- The primary address; NULL unless enabled.
    email TEXT,
    email_key BYTEA,
    hidden BIGINT NOT NULL,
    -- How many rows of other tables name this entity; each has a limit.
    aliases_count BIGINT NOT NULL,
    -- As a group: its members. As a member: the groups it is in.
    members_count BIGINT NOT NULL,
    memberships_count BIGINT NOT NULL,
    -- As a resource: its delegates. As a delegate: the resources it decides for.
    delegates_count BIGINT NOT NULL,
    delegations_count BIGINT NOT NULL,
    -- As an owner: who has permissions on its mailbox. As a grantee: the mailboxes it has permissions on.
    permissions_count BIGINT NOT NULL,
    grants_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    enabled_at BIGINT,
    disabled_at BIGINT,
    deleted_at BIGINT,
    -- What only users have and lists show. The key is the fold key of the id at the identity provider.
    role TEXT,
    identity_provider_user_id TEXT,
    identity_provider_key BYTEA,
    identity_provider_identity_store_id TEXT,
    -- What only resources have and lists show.
    resource_type TEXT,
    description TEXT,
    PRIMARY KEY (organization, entity_id),
    CHECK ((kind = 'USER') = (role IS NOT NULL)),
    CHECK ((kind = 'RESOURCE') = (resource_type IS NOT NULL))
) /*sqlite STRICT, WITHOUT ROWID */;
-- On SQLite, which keeps entities in the order of their ids, this holds all that a list shows, so that a page is one
-- walk: nothing that changes often may stand in it. PostgreSQL's indexes take rows of 2,700 bytes at most.
CREATE INDEX entities_by_name ON entities (organization, kind, state, name_key, entity_id
    /*sqlite , name, display_name, email, enabled_at, disabled_at, role, identity_provider_user_id,
    identity_provider_identity_store_id, resource_type, description */);
CREATE INDEX entities_by_display ON entities (organization, kind, live, display_key, entity_id);
CREATE INDEX entities_by_email ON entities (organization, kind, email_key, entity_id) WHERE email_key IS NOT NULL;
CREATE UNIQUE INDEX entities_by_identity_provider ON entities (organization, identity_provider_key)
    WHERE identity_provider_key IS NOT NULL;

-- One name, one entity, over all kinds. A deleted entity gives its name back.
CREATE TABLE names (
    organization BIGINT NOT NULL,
    name_key BYTEA NOT NULL,
    entity_id TEXT NOT NULL,
    PRIMARY KEY (organization, name_key)
) /*sqlite STRICT, WITHOUT ROWID */;

-- One address, one entity, over all kinds; primary addresses and aliases.
CREATE TABLE addresses (
    organization BIGINT NOT NULL,
    address_key BYTEA NOT NULL,
    address TEXT NOT NULL,
    domain_key BYTEA NOT NULL,
    entity_id TEXT NOT NULL,
    is_primary BIGINT NOT NULL,
    PRIMARY KEY (organization, address_key)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX addresses_by_entity ON addresses (organization, entity_id, is_primary, address_key);
CREATE INDEX addresses_by_domain ON addresses (organization, domain_key, address_key);

-- What only users have, and no list shows.
CREATE TABLE users (
    organization BIGINT NOT NULL,
    entity_id TEXT NOT NULL,
    -- PHC string (Argon2id); NULL: no password log-in.
    password_hash TEXT,
    -- Moves with every change of a credential of this user.
    credential_generation BIGINT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    initials TEXT,
    telephone TEXT,
    street TEXT,
    job_title TEXT,
    city TEXT,
    company TEXT,
    zip_code TEXT,
    department TEXT,
    country TEXT,
    office TEXT,
    PRIMARY KEY (organization, entity_id)
) /*sqlite STRICT, WITHOUT ROWID */;

-- What only resources have, and no list shows.
CREATE TABLE resources (
    organization BIGINT NOT NULL,
    entity_id TEXT NOT NULL,
    auto_accept BIGINT NOT NULL,
    auto_decline_recurring BIGINT NOT NULL,
    auto_decline_conflicting BIGINT NOT NULL,
    PRIMARY KEY (organization, entity_id)
) /*sqlite STRICT, WITHOUT ROWID */;

CREATE TABLE resource_delegates (
    organization BIGINT NOT NULL,
    resource_id TEXT NOT NULL,
    delegate_id TEXT NOT NULL,
    PRIMARY KEY (organization, resource_id, delegate_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX resource_delegates_by_delegate ON resource_delegates (organization, delegate_id, resource_id);

CREATE TABLE group_members (
    organization BIGINT NOT NULL,
    group_id TEXT NOT NULL,
    -- GROUP or USER: groups in a group are found without walking over its users.
    member_kind TEXT NOT NULL,
    member_id TEXT NOT NULL,
    -- A copy of the group's order key, which never changes.
    group_name_key BYTEA NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (organization, group_id, member_kind, member_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX group_members_by_member ON group_members (organization, member_id, group_name_key, group_id);

CREATE TABLE mail_domains (
    organization BIGINT NOT NULL,
    domain_key BYTEA NOT NULL,
    domain TEXT NOT NULL,
    is_test BIGINT NOT NULL,
    is_default BIGINT NOT NULL,
    -- Ownership token of this organization for this domain.
    token TEXT NOT NULL,
    -- PENDING, VERIFIED, FAILED
    ownership TEXT NOT NULL,
    dkim TEXT NOT NULL,
    -- MISSING, VERIFIED, INCONSISTENT
    mx TEXT NOT NULL,
    autodiscover TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    verified_at BIGINT,
    checked_at BIGINT,
    -- Since when a proof that was there is missing.
    lost_at BIGINT,
    dkim_lost_at BIGINT,
    PRIMARY KEY (organization, domain_key)
) /*sqlite STRICT, WITHOUT ROWID */;

CREATE TABLE dkim_keys (
    organization BIGINT NOT NULL,
    domain_key BYTEA NOT NULL,
    selector TEXT NOT NULL,
    -- active: signs; next: published ahead; spare: third of three CNAMEs, or what has signed before
    role TEXT NOT NULL,
    -- SubjectPublicKeyInfo, DER, base 64: the p= of the record.
    public_key TEXT NOT NULL,
    -- PKCS #8, DER, sealed.
    private_sealed BYTEA NOT NULL,
    -- Whether the last look-up found the record.
    published BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization, domain_key, selector)
) /*sqlite STRICT, WITHOUT ROWID */;

-- What a person should look at.
CREATE TABLE alarms (
    organization BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    PRIMARY KEY (organization, kind, subject)
) /*sqlite STRICT, WITHOUT ROWID */;

CREATE TABLE access_control_rules (
    organization BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- JSON of effect, description and conditions.
    rule TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (organization, name)
) /*sqlite STRICT, WITHOUT ROWID */;

-- At which admin sequence an area of what decisions rest on last changed, so that other changes cost a decision one
-- small read and no compiling.
CREATE TABLE change_marks (
    organization BIGINT NOT NULL,
    area TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (organization, area)
) /*sqlite STRICT, WITHOUT ROWID */;

CREATE TABLE impersonation_roles (
    organization BIGINT NOT NULL,
    role_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role_type TEXT NOT NULL,
    description TEXT,
    -- JSON list of rules; target users are entity ids.
    rules TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (organization, role_id)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Tokens of roles, in force for a quarter of an hour each.
CREATE TABLE impersonation_tokens (
    organization BIGINT NOT NULL,
    token_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    -- Keyed hash of the secret and the id.
    mac BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (organization, token_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX impersonation_tokens_by_end ON impersonation_tokens (organization, expires_at);
CREATE INDEX impersonation_tokens_by_role ON impersonation_tokens (organization, role_id);

CREATE TABLE personal_access_tokens (
    organization BIGINT NOT NULL,
    token_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- One a line.
    scopes TEXT NOT NULL,
    -- Keyed hash of the secret and the id.
    mac BYTEA NOT NULL,
    -- 1 when it was made while an identity provider was configured.
    by_provider BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    PRIMARY KEY (organization, token_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX personal_access_tokens_by_user ON personal_access_tokens (organization, user_id, token_id);

CREATE TABLE mailbox_permissions (
    organization BIGINT NOT NULL,
    owner_id TEXT NOT NULL,
    grantee_id TEXT NOT NULL,
    -- Space-separated PermissionType values.
    permissions TEXT NOT NULL,
    PRIMARY KEY (organization, owner_id, grantee_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX mailbox_permissions_by_grantee ON mailbox_permissions (organization, grantee_id, owner_id);

-- Who changed what; in the transaction of the change, so the admin sequence is its number.
CREATE TABLE admin_audit (
    organization BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    operation TEXT NOT NULL,
    request_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    source_ip TEXT NOT NULL,
    result TEXT NOT NULL,
    -- JSON of what was asked for, without anything sensitive.
    parameters TEXT NOT NULL,
    PRIMARY KEY (organization, sequence)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Where free/busy of other domains is asked for (WB §10.1).
CREATE TABLE availability_configurations (
    organization BIGINT NOT NULL,
    domain_key BYTEA NOT NULL,
    domain TEXT NOT NULL,
    -- EWS: endpoint, user name and sealed password; LAMBDA: the function.
    provider_type TEXT NOT NULL,
    ews_endpoint TEXT,
    ews_username TEXT,
    ews_password_sealed BYTEA,
    lambda_arn TEXT,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (organization, domain_key)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Log-ins, decisions of access rules and what was done in mailboxes (WB §13.2). Events that say the same are one row.
CREATE TABLE access_audit (
    organization BIGINT NOT NULL,
    -- AUTHENTICATION_LOGS, ACCESS_CONTROL_LOGS, WORKMAIL_MAILBOX_ACCESS_LOGS
    log TEXT NOT NULL,
    -- When the record was made; what it tells happened from first_at to last_at.
    at BIGINT NOT NULL,
    record_id TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    event_count BIGINT NOT NULL,
    -- Empty when nobody is known.
    user_id TEXT NOT NULL,
    -- JSON of the fields that records of this log have.
    detail TEXT NOT NULL,
    PRIMARY KEY (organization, log, at, record_id)
) /*sqlite STRICT, WITHOUT ROWID */;
