-- Full-text search: the terms of each content (`search/terms.rs` says how they are made). Both are made from bodies alone,
-- so backups leave them out, and both lose a content's terms in the transaction that deletes the content.
/*sqlite
-- A content's row is its mailbox times 2^40 and its own number.
CREATE VIRTUAL TABLE search_index USING fts5(
    terms, content='', contentless_delete=1, detail=none, tokenize='ascii'
);
-- The newest contents' terms: FTS5 writes a segment in each transaction that adds to it, and merges them again, which
-- costs more than the rest of a message. Sixteen contents at once are one segment. Who searches looks here, too.
CREATE TABLE search_pending (id INTEGER PRIMARY KEY, terms TEXT NOT NULL) STRICT;
CREATE TRIGGER search_pending_joins AFTER INSERT ON search_pending
WHEN (SELECT COUNT(*) FROM search_pending) >= 16 BEGIN
    INSERT INTO search_index (rowid, terms) SELECT id, terms FROM search_pending ORDER BY id;
    DELETE FROM search_pending;
END;
CREATE TRIGGER search_index_follows AFTER DELETE ON contents BEGIN
    DELETE FROM search_index WHERE rowid = old.mailbox * 1099511627776 + old.content;
    DELETE FROM search_pending WHERE id = old.mailbox * 1099511627776 + old.content;
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
