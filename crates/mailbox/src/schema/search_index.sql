-- SQLite's index of full-text search, in a file of its own beside the organization's: FTS5 costs more than all else of a
-- message, and who stores one does not wait for it.
CREATE VIRTUAL TABLE search_index USING fts5(
    terms, content='', contentless_delete=1, detail=none, tokenize='ascii'
);
-- Segments are made in 8 MiB of memory: two a round at most, of which each makes merging dearer.
INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 8388608);
-- FTS5 merges none by itself unless there are very many. A search looks into each, so they become fewer while nothing else
-- is to be done (`search/merge.rs`).
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0);
INSERT INTO search_index (search_index, rank) VALUES ('crisismerge', 256);
INSERT INTO search_index (search_index, rank) VALUES ('usermerge', 2);
CREATE TABLE search_written (rounds INTEGER NOT NULL) STRICT;
INSERT INTO search_written (rounds) VALUES (0);
