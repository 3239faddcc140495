-- SQLite's index of full-text search, in a file of its own beside the organization's: FTS5 costs more than all else of a
-- message, and who stores one does not wait for it.
CREATE VIRTUAL TABLE search_index USING fts5(
    terms, content='', contentless_delete=1, detail=none, tokenize='ascii'
);
-- Segments of 4 MiB in memory, merged sixteen at a time: fewer, larger steps than FTS5 takes by itself, a fifth cheaper.
INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 4194304);
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 16);
INSERT INTO search_index (search_index, rank) VALUES ('crisismerge', 32);
-- A search looks into each segment, so they become fewer while nothing else is to be done (`search/merge.rs`).
INSERT INTO search_index (search_index, rank) VALUES ('usermerge', 2);
CREATE TABLE search_written (rounds INTEGER NOT NULL) STRICT;
INSERT INTO search_written (rounds) VALUES (0);
