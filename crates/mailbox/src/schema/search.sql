-- Full-text search: the terms of each content (`search/terms.rs` says how they are made). Both are made from bodies alone,
-- so backups leave them out, and both lose a content's terms in the transaction that deletes the content.
/*sqlite
-- A content's row is its mailbox times 2^40 and its own number.
CREATE VIRTUAL TABLE search_index USING fts5(
    terms, content='', contentless_delete=1, detail=none, tokenize='ascii'
);
CREATE TRIGGER search_index_follows AFTER DELETE ON contents BEGIN
    DELETE FROM search_index WHERE rowid = old.mailbox * 1099511627776 + old.content;
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
