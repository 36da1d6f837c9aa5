-- Local notes of the watch: who was called, which consoles lived, what was silenced. Never evidence, never sent. The
-- newest are kept. An earlier program makes no use of this table, so it is no new version of the schema.
CREATE TABLE IF NOT EXISTS note (
    n       INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT;
