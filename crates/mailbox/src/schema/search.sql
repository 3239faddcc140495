-- Full-text search: the terms of each content (`search/terms.rs` says how they are made). They are made from bodies alone,
-- so backups leave them out, and a content's terms are not found any more once it is deleted.
/*sqlite
-- Contents that are not in the index yet, which is a file of its own (`search_index.sql`). Who searches looks here, too.
-- A content's row is its mailbox times 2^40 and its own number.
CREATE TABLE search_pending (
    id INTEGER PRIMARY KEY,
    -- The terms of a large message; those of others are made from their bodies when they are wanted.
    terms TEXT
) STRICT;
-- Contents that have been deleted since the index was last written.
CREATE TABLE search_gone (id INTEGER PRIMARY KEY) STRICT;
-- How often the index has been written: it says the same, or one more when somebody died in between.
CREATE TABLE search_rounds (rounds INTEGER NOT NULL) STRICT;
INSERT INTO search_rounds (rounds) VALUES (0);
CREATE TRIGGER search_index_follows AFTER DELETE ON contents BEGIN
    DELETE FROM search_pending WHERE id = old.mailbox * 1099511627776 + old.content;
    INSERT OR IGNORE INTO search_gone (id) VALUES (old.mailbox * 1099511627776 + old.content);
END;
*/
/*postgres*/
CREATE TABLE search_index (
    organization BIGINT NOT NULL,
    mailbox BIGINT NOT NULL,
    content BIGINT NOT NULL,
    terms TSVECTOR NOT NULL,
    PRIMARY KEY (organization, mailbox, content),
    FOREIGN KEY (organization, mailbox, content) REFERENCES contents (organization, mailbox, content)
        ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX search_index_terms ON search_index USING GIN (terms);
/*end*/
