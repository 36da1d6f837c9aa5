-- The record of one line, as one side holds it. Entries are written once and never changed.
-- key: 'charter', 'probe' once a disk was full, and 'beside/' with an entry's hash for what people here wrote beside it.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- n: the order in which entries became durable here; also the number of their event.
CREATE TABLE entry (
    n           INTEGER PRIMARY KEY,
    side        INTEGER NOT NULL,
    incarnation INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    preimage    BLOB NOT NULL,
    salt        BLOB NOT NULL,
    signature   BLOB NOT NULL,
    body        BLOB NOT NULL,
    arrived_ms  INTEGER NOT NULL,
    UNIQUE (side, incarnation, seq)
) STRICT;

-- Local notes: when an own entry was first handed to a carrier. Never evidence.
CREATE TABLE sent (
    n     INTEGER PRIMARY KEY REFERENCES entry (n),
    at_ms INTEGER NOT NULL
) STRICT;

-- What officers write before release. `released` is set in the commit that makes the entry durable.
CREATE TABLE draft (
    id       BLOB PRIMARY KEY,
    content  BLOB NOT NULL,
    released INTEGER REFERENCES entry (n)
) STRICT, WITHOUT ROWID;
