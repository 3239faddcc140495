-- One organization. Every key begins with the organization's short key. device_key is the fold key of a device id.

CREATE TABLE mobile_device_access_rules (
    organization BIGINT NOT NULL,
    rule_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- JSON of effect, description and conditions.
    rule TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (organization, rule_id)
) /*sqlite STRICT, WITHOUT ROWID */;

-- One person's one device, decided alone. There may be millions.
CREATE TABLE mobile_device_overrides (
    organization BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    device_key BYTEA NOT NULL,
    -- As it was first put.
    device_id TEXT NOT NULL,
    -- ALLOW, DENY
    effect TEXT NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (organization, user_id, device_key)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX mobile_device_overrides_by_device ON mobile_device_overrides (organization, device_key, user_id);

-- The last changes of overrides, so that what is held in memory is brought up to date by what changed.
CREATE TABLE mobile_device_override_changes (
    organization BIGINT NOT NULL,
    -- The admin sequence of the change.
    sequence BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    device_key BYTEA NOT NULL,
    device_id TEXT NOT NULL,
    -- NULL: the override was deleted.
    effect TEXT,
    PRIMARY KEY (organization, sequence, user_id, device_key)
) /*sqlite STRICT, WITHOUT ROWID */;

CREATE TABLE mobile_device_override_state (
    organization BIGINT NOT NULL,
    overrides_count BIGINT NOT NULL,
    -- Changes up to this admin sequence may be missing above.
    changes_floor BIGINT NOT NULL,
    PRIMARY KEY (organization)
) /*sqlite STRICT */;
