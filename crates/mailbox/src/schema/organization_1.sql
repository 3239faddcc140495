-- Mailboxes of one organization. Every key begins with the organization's short key and the mailbox's.

CREATE TABLE mailboxes (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    -- The entity that owns it. An entity may have several: one attached, and older ones that wait to be erased.
    owner_id TEXT NOT NULL,
    -- The owner while the mailbox is attached, NULL when it is detached.
    attached_to TEXT,
    -- Where its items are; 0 is the organization's own store.
    shard BIGINT NOT NULL,
    -- Random; part of every token that a protocol gives out. Changes only when what is stored goes back in time.
    epoch BIGINT NOT NULL,
    quota_mb BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    provisioned_at BIGINT NOT NULL,
    detached_at BIGINT,
    PRIMARY KEY (organization, mailbox)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE UNIQUE INDEX mailboxes_attached ON mailboxes (organization, attached_to);
CREATE INDEX mailboxes_by_owner ON mailboxes (organization, owner_id, mailbox);

-- The next mailbox's key; never given out twice.
CREATE TABLE mailbox_keys (
    organization BIGINT NOT NULL,
    next_mailbox BIGINT NOT NULL,
    PRIMARY KEY (organization)
) /*sqlite STRICT */;
