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
    -- Of all items but those that are only kept to be recovered.
    size_bytes BIGINT NOT NULL,
    provisioned_at BIGINT NOT NULL,
    detached_at BIGINT,
    -- The number of the newest transaction that changed anything in the mailbox.
    sequence BIGINT NOT NULL,
    -- From which sequence on the log is whole: an older token asks for everything again.
    log_floor BIGINT NOT NULL,
    -- The next number of an item, content, e-mail or thread; never given out twice in one epoch.
    next_id BIGINT NOT NULL,
    -- The same of folders.
    next_folder BIGINT NOT NULL,
    -- Seconds since 1970 when the epoch began: added to a folder's number, its UIDVALIDITY.
    uid_validity_base BIGINT NOT NULL,
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

CREATE TABLE folders (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    folder BIGINT NOT NULL,
    -- The folder that it is in; 0 at the top.
    parent BIGINT NOT NULL,
    -- MAIL; later CALENDAR, CONTACTS, TASKS, NOTES, JOURNAL
    kind TEXT NOT NULL,
    -- INBOX, DRAFTS, SENT, TRASH, JUNK, ARCHIVE, RECOVERABLE; NULL for what a person made.
    role TEXT,
    -- 1 when no client shows it.
    hidden BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- Its fold key: one name, one folder, in each parent.
    name_key BYTEA NOT NULL,
    subscribed BIGINT NOT NULL,
    uid_next BIGINT NOT NULL,
    created_sequence BIGINT NOT NULL,
    -- Of its own name, place or settings.
    own_sequence BIGINT NOT NULL,
    -- Of anything in it.
    content_sequence BIGINT NOT NULL,
    items_count BIGINT NOT NULL,
    unread_count BIGINT NOT NULL,
    -- Of items marked to be expunged (IMAP's \Deleted).
    deleted_count BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (organization, mailbox, folder)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE UNIQUE INDEX folders_by_name ON folders (organization, mailbox, parent, name_key);
CREATE UNIQUE INDEX folders_by_role ON folders (organization, mailbox, role);

-- What is in a folder. Small on purpose: flags of a whole folder are one walk.
CREATE TABLE items (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    folder BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    -- Its number in the mailbox; it stays when the item moves.
    item BIGINT NOT NULL,
    -- Its bytes, which copies share.
    content BIGINT NOT NULL,
    -- Its number as JMAP knows it: another one when the content changes.
    email BIGINT NOT NULL,
    thread BIGINT NOT NULL,
    -- The UID that it got when it came into this folder; it stays when the content changes.
    slot BIGINT NOT NULL,
    -- Bits of flags and keywords, 64 and 64.
    flags BIGINT NOT NULL,
    more_flags BIGINT NOT NULL,
    created_sequence BIGINT NOT NULL,
    content_sequence BIGINT NOT NULL,
    flags_sequence BIGINT NOT NULL,
    read_sequence BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    -- When it came into this folder.
    saved_at BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    -- The folder from which it was expunged; NULL unless it is only kept to be recovered.
    expunged_from BIGINT,
    PRIMARY KEY (organization, mailbox, folder, uid)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE UNIQUE INDEX items_by_number ON items (organization, mailbox, item);
-- What search finds are contents; where they are is one look each.
CREATE INDEX items_by_content ON items (organization, mailbox, content, folder, uid);

-- What lists show of a message, as ready bytes, made once when it came.
CREATE TABLE contents (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    content BIGINT NOT NULL,
    -- Items that have it.
    items_count BIGINT NOT NULL,
    -- The date that the message itself says.
    sent_at BIGINT,
    -- IMAP's ENVELOPE.
    envelope BYTEA NOT NULL,
    -- The tree of its parts with their places in the body.
    structure BYTEA NOT NULL,
    preview TEXT NOT NULL,
    -- What it is sorted and threaded by.
    sort_keys BYTEA NOT NULL,
    PRIMARY KEY (organization, mailbox, content)
) /*sqlite STRICT, WITHOUT ROWID */;

-- The bytes of a message, compressed and sealed: small ones here, large ones as a blob.
CREATE TABLE bodies (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    content BIGINT NOT NULL,
    -- Random; what the sealed bytes are bound to.
    body_id BYTEA NOT NULL,
    -- The bytes; of a blob, the map of its frames.
    sealed BYTEA NOT NULL,
    -- The blob that has them; NULL when they are here.
    blob_id BYTEA,
    PRIMARY KEY (organization, mailbox, content)
) /*sqlite STRICT */;
-- Which blobs are in use.
CREATE INDEX bodies_by_blob ON bodies (organization, blob_id) WHERE blob_id IS NOT NULL;

-- Blobs that no body named when they were looked for: they go when a later look finds the same.
CREATE TABLE unused_blobs (
    organization BIGINT NOT NULL,
    -- Not called blob_id, which archives would follow.
    unused_id BYTEA NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (organization, unused_id)
) /*sqlite STRICT, WITHOUT ROWID */;

-- UIDs below a folder's next one that no item has any more, 4096 to a block; a folder that nothing left has no row.
CREATE TABLE uid_holes (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    folder BIGINT NOT NULL,
    block BIGINT NOT NULL,
    -- A bit each; empty when the whole block is gone.
    bits BYTEA NOT NULL,
    PRIMARY KEY (organization, mailbox, folder, block)
) /*sqlite STRICT, WITHOUT ROWID */;

-- What each transaction did to each folder.
CREATE TABLE change_log (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    folder BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    number BIGINT NOT NULL,
    -- CREATED, CONTENT, FLAGS, READ, GONE
    what TEXT NOT NULL,
    -- Who did it: a session, a device or the system.
    actor TEXT NOT NULL,
    -- A set of UIDs.
    uids BYTEA NOT NULL,
    PRIMARY KEY (organization, mailbox, folder, sequence, number)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Items that left a folder.
CREATE TABLE tombstones (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    folder BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    item BIGINT NOT NULL,
    email BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    -- Where it went; NULL when it is gone.
    moved_to BIGINT,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (organization, mailbox, folder, sequence, uid)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Keywords of a mailbox; the number is the bit in an item's flags.
CREATE TABLE keywords (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key BYTEA NOT NULL,
    -- Items that have it. One that none has is given up for another name when there are too many.
    items_count BIGINT NOT NULL,
    -- The newest transaction that gave it to an item or took it from one.
    used_sequence BIGINT NOT NULL,
    PRIMARY KEY (organization, mailbox, number)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE UNIQUE INDEX keywords_by_name ON keywords (organization, mailbox, name_key);

-- Which thread a Message-ID belongs to, also of messages that are only referred to.
CREATE TABLE thread_keys (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    -- First 16 bytes of the keyed hash of the id.
    message_key BYTEA NOT NULL,
    thread BIGINT NOT NULL,
    PRIMARY KEY (organization, mailbox, message_key)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Where the sequence of a mailbox was when: how old an entry of the log is, without a date in each. One a day.
CREATE TABLE log_marks (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (organization, mailbox, at)
) /*sqlite STRICT, WITHOUT ROWID */;

-- Which messages an import has brought into a folder, so that it can be begun again; also of messages that are gone.
CREATE TABLE imported (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    folder BIGINT NOT NULL,
    -- First 16 bytes of the keyed hash of the import's name and the message.
    message_key BYTEA NOT NULL,
    PRIMARY KEY (organization, mailbox, folder, message_key)
) /*sqlite STRICT, WITHOUT ROWID */;

-- What people note about folders, and about all of a mailbox: IMAP's METADATA.
CREATE TABLE annotations (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    -- 0: about all of it.
    folder BIGINT NOT NULL,
    -- The entity that sees it; empty: everybody who sees the folder.
    reader TEXT NOT NULL,
    -- In lower case, with a "/" in front of each component, without "/private" or "/shared".
    name TEXT NOT NULL,
    value BYTEA NOT NULL,
    PRIMARY KEY (organization, mailbox, folder, reader, name)
) /*sqlite STRICT, WITHOUT ROWID */;

-- What others may do with a folder: its access control list. The owner may do everything and has no row.
CREATE TABLE folder_grants (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    folder BIGINT NOT NULL,
    -- A user or a group, for all its members.
    grantee_id TEXT NOT NULL,
    -- Letters of RFC 4314 §2.1 in the order in which it lists them; not empty.
    rights TEXT NOT NULL,
    PRIMARY KEY (organization, mailbox, folder, grantee_id)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX folder_grants_by_grantee ON folder_grants (organization, grantee_id, mailbox, folder);
