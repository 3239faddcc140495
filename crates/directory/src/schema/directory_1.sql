-- What spans organizations. Times are microseconds since the epoch, UTC; *_key columns are fold keys.

CREATE TABLE aws_accounts (
    aws_account TEXT NOT NULL,
    name TEXT NOT NULL,
    -- How many access keys it has; the row is taken before one is added.
    access_keys BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (aws_account)
) /*sqlite STRICT, WITHOUT ROWID */;

CREATE TABLE access_keys (
    access_key_id TEXT NOT NULL,
    aws_account TEXT NOT NULL,
    secret_sealed BYTEA NOT NULL,
    -- JSON array of IAM identity policies.
    policies TEXT NOT NULL,
    description TEXT NOT NULL,
    active BIGINT NOT NULL,
    -- Moves with every change of the key, so that what is cached under an older one is not used.
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (access_key_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX access_keys_by_account ON access_keys (aws_account, access_key_id);

-- One row once the first account is made, so that of two nodes that start together one makes it.
CREATE TABLE first_start (
    singleton BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (singleton)
) /*sqlite STRICT */;

-- The next short key; one row. Keys are never given out twice.
CREATE TABLE organization_keys (
    singleton BIGINT NOT NULL,
    next_key BIGINT NOT NULL,
    PRIMARY KEY (singleton)
) /*sqlite STRICT */;
INSERT INTO organization_keys (singleton, next_key) VALUES (1, 1);

-- A directory holds the alias; it may outlive its organization (DeleteOrganization with DeleteDirectory false).
CREATE TABLE directories (
    aws_account TEXT NOT NULL,
    region TEXT NOT NULL,
    directory_id TEXT NOT NULL,
    alias TEXT NOT NULL,
    alias_key BYTEA NOT NULL,
    -- NULL while no organization uses it.
    organization BIGINT,
    PRIMARY KEY (aws_account, region, directory_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE UNIQUE INDEX directories_by_alias ON directories (alias_key);

CREATE TABLE organizations (
    organization BIGINT NOT NULL,
    organization_id TEXT NOT NULL,
    aws_account TEXT NOT NULL,
    region TEXT NOT NULL,
    alias TEXT NOT NULL,
    directory_id TEXT NOT NULL,
    directory_type TEXT NOT NULL,
    state TEXT NOT NULL,
    error_message TEXT,
    kms_key_arn TEXT,
    -- A copy for ListOrganizations; the organization's own store decides.
    default_mail_domain TEXT,
    cell BIGINT NOT NULL,
    -- JSON of the creation or deletion under way; NULL when none is.
    pending TEXT,
    -- Client token and request hash of the deletion, so that a repeated request gets the same answer.
    deletion_token TEXT,
    created_at BIGINT NOT NULL,
    completed_at BIGINT,
    deleted_at BIGINT,
    PRIMARY KEY (organization)
) /*sqlite STRICT */;
CREATE UNIQUE INDEX organizations_by_id ON organizations (organization_id);
CREATE INDEX organizations_by_account ON organizations (aws_account, region, organization) WHERE state <> 'Deleted';
CREATE INDEX organizations_pending ON organizations (organization) WHERE pending IS NOT NULL;

-- Tags belong to the organization as something that policies decide about, before its own store is opened.
CREATE TABLE organization_tags (
    organization BIGINT NOT NULL,
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    PRIMARY KEY (organization, tag_key)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Organizations per account and region are counted in one row, so that two creations cannot both be the last.
CREATE TABLE account_counters (
    aws_account TEXT NOT NULL,
    region TEXT NOT NULL,
    organizations BIGINT NOT NULL,
    PRIMARY KEY (aws_account, region)
) /*sqlite STRICT, WITHOUT ROWID */;

-- A domain is registered by at most one organization of an AWS account.
CREATE TABLE domain_registrations (
    aws_account TEXT NOT NULL,
    domain_key BYTEA NOT NULL,
    domain TEXT NOT NULL,
    organization BIGINT NOT NULL,
    -- 0 while the organization's own store may say otherwise.
    confirmed BIGINT NOT NULL,
    PRIMARY KEY (aws_account, domain_key)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX domain_registrations_by_organization ON domain_registrations (organization, domain_key);

-- The first organization that proved a domain owns it; only owned domains route.
CREATE TABLE domain_owners (
    domain_key BYTEA NOT NULL,
    organization BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    PRIMARY KEY (domain_key)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX domain_owners_by_organization ON domain_owners (organization, domain_key);

-- IAM Identity Center applications belong to an AWS account, not to an organization.
CREATE TABLE identity_center_applications (
    application_arn TEXT NOT NULL,
    aws_account TEXT NOT NULL,
    name TEXT NOT NULL,
    instance_arn TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (application_arn)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Who changed what in the directory; in the transaction of the change. It outlives the organization that it is about.
CREATE TABLE directory_audit (
    at BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    -- Empty for the operator.
    aws_account TEXT NOT NULL,
    -- What the change is about; empty for none.
    organization_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    source_ip TEXT NOT NULL,
    operation TEXT NOT NULL,
    result TEXT NOT NULL,
    -- JSON of what was asked for, without anything sensitive.
    parameters TEXT NOT NULL,
    PRIMARY KEY (at, request_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE UNIQUE INDEX directory_audit_by_request ON directory_audit (request_id);
CREATE INDEX directory_audit_by_organization ON directory_audit (organization_id, at, request_id);

-- Calls that changed nothing: reads and refusals, written in blocks and kept for a while. The records of a block are of
-- one organization and lie within a second after its first.
CREATE TABLE call_audit (
    first_at BIGINT NOT NULL,
    -- The request's id of the first record.
    first_id TEXT NOT NULL,
    -- As the caller named it; empty for none.
    organization_id TEXT NOT NULL,
    -- Of what is compressed.
    bytes BIGINT NOT NULL,
    -- zstd of a JSON list.
    records BYTEA NOT NULL,
    PRIMARY KEY (first_at, first_id)
) /*sqlite STRICT */;
CREATE INDEX call_audit_by_organization ON call_audit (organization_id, first_at, first_id);
