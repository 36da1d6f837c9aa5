//! Reading: every entry that leaves this module was hashed again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringdown_record::encoding::DecodeError;
use ringdown_record::{
    DraftId, Entry, EntryHash, Header, Place, Side, SignedCharter, UnverifiedEntry, WallTime, export,
};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use crate::error::ReadError;

const COLUMNS: &str =
    "entry.n, hash, preimage, salt, signature, body, arrived_ms, at_ms, side, incarnation, seq";
/// The record's epoch is the beginning of a day.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const FROM: &str = "FROM entry LEFT JOIN sent USING (n)";

/// A read-only connection.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    path: PathBuf,
}

/// An entry with what was noted about it here.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// The order in which it became durable here.
    pub n: u64,
    /// The entry.
    pub entry: Arc<Entry>,
    /// When it became durable, by the local clock.
    pub arrived: WallTime,
    /// When it was first handed to a carrier, for own entries.
    pub sent: Option<WallTime>,
}

/// A draft as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDraft {
    /// Its id.
    pub id: DraftId,
    /// Its content; the store does not look into it.
    pub content: Vec<u8>,
    /// The entry that it became.
    pub released: Option<u64>,
}

/// A local note as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNote {
    /// Counts up from 1; a number is not given twice.
    pub n: u64,
    /// When it was made, by the local clock.
    pub at: WallTime,
    /// Its content; the store does not look into it.
    pub content: Vec<u8>,
}

impl Reader {
    pub(crate) fn open(path: &Path) -> Result<Reader, ReadError> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.pragma_update(None, "cache_size", -1024)?;
        Ok(Reader { connection, path: path.to_owned() })
    }

    /// One more connection to the same record, for long reading on another thread.
    pub fn another(&self) -> Result<Reader, ReadError> {
        Reader::open(&self.path)
    }

    pub(crate) fn meta(&self, key: &str) -> Result<Vec<u8>, ReadError> {
        self.value(key)?.ok_or_else(|| ReadError::Damaged(format!("it has no {key}")))
    }

    fn value(&self, key: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let mut statement = self.connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    /// What people of this side wrote beside an entry; the store does not look into it.
    pub fn beside(&self, entry: &EntryHash) -> Result<Option<Vec<u8>>, ReadError> {
        self.value(&beside_key(entry))
    }

    pub(crate) fn last_seq(&self, side: Side) -> Result<u64, ReadError> {
        let sql = "SELECT coalesce(max(seq), 0) FROM entry WHERE side = ?1";
        Ok(self.connection.query_row(sql, [side.index()], |row| row.get(0))?)
    }

    /// All entries in the order in which they became durable.
    pub(crate) fn each(
        &self,
        mut visit: impl FnMut(Numbered) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let mut statement = self.connection.prepare(&format!("SELECT {COLUMNS} {FROM} ORDER BY entry.n"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(numbered(row)?)?;
        }
        Ok(())
    }

    /// Up to `limit` entries after the `n`-th.
    pub fn after(&self, n: u64, limit: u32) -> Result<Vec<Numbered>, ReadError> {
        self.select("WHERE entry.n > ?1 ORDER BY entry.n LIMIT ?2", params![n, limit])
    }

    /// Up to `limit` entries before the `n`-th, newest first.
    pub fn before(&self, n: u64, limit: u32) -> Result<Vec<Numbered>, ReadError> {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        self.select("WHERE entry.n < ?1 ORDER BY entry.n DESC LIMIT ?2", params![n, limit])
    }

    /// The days on which entries became durable here, by their first moment, newest first, at most `limit`.
    pub fn days(&self, limit: u32) -> Result<Vec<WallTime>, ReadError> {
        let sql = "SELECT DISTINCT arrived_ms / ?1 * ?1 AS day FROM entry ORDER BY day DESC LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let days = statement.query_map(params![DAY_MS, limit], |row| row.get(0).map(WallTime::from_ms))?;
        Ok(days.collect::<Result<_, _>>()?)
    }

    /// The entry at one place.
    pub fn at(&self, side: Side, place: Place) -> Result<Option<Numbered>, ReadError> {
        Ok(self.range(side, place, place)?.pop())
    }

    /// Entries of one side and incarnation between two places, both included.
    pub fn range(&self, side: Side, from: Place, to: Place) -> Result<Vec<Numbered>, ReadError> {
        self.select(
            "WHERE side = ?1 AND incarnation = ?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq",
            params![side.index(), from.incarnation, from.seq, to.seq],
        )
    }

    /// The `n`-th entry.
    pub fn numbered(&self, n: u64) -> Result<Option<Numbered>, ReadError> {
        Ok(self.select("WHERE entry.n = ?1", params![n])?.pop())
    }

    /// A draft.
    pub fn draft(&self, id: DraftId) -> Result<Option<StoredDraft>, ReadError> {
        let sql = "SELECT id, content, released FROM draft WHERE id = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([id.0], draft).optional()?)
    }

    /// All drafts that were not released.
    pub fn drafts(&self) -> Result<Vec<StoredDraft>, ReadError> {
        let mut statement =
            self.connection.prepare("SELECT id, content, released FROM draft WHERE released IS NULL")?;
        let drafts = statement.query_map([], draft)?.collect::<Result<_, _>>()?;
        Ok(drafts)
    }

    /// Up to `limit` notes before the `n`-th, newest first.
    pub fn notes_before(&self, n: u64, limit: u32) -> Result<Vec<StoredNote>, ReadError> {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let sql = "SELECT n, at_ms, content FROM note WHERE n < ?1 ORDER BY n DESC LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let note = |row: &Row<'_>| {
            let at = WallTime::from_ms(row.get(1)?);
            Ok(StoredNote { n: row.get(0)?, at, content: row.get(2)? })
        };
        let notes = statement.query_map(params![n, limit], note)?.collect::<Result<_, _>>()?;
        Ok(notes)
    }

    /// Writes the export of the whole record, piece by piece.
    pub fn export(
        &self,
        charter: &SignedCharter,
        mut write: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> Result<(), ReadError> {
        let failed =
            |error: std::io::Error| ReadError::System(format!("the export cannot be written: {error}"));
        let mut piece = Vec::new();
        export::write_head(charter, &mut piece);
        write(&piece).map_err(failed)?;
        let sql = format!("SELECT {COLUMNS} {FROM} ORDER BY side, incarnation, seq");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            piece.clear();
            export::write_entry(&numbered(row)?.entry, &mut piece);
            write(&piece).map_err(failed)?;
        }
        Ok(())
    }

    fn select(&self, clause: &str, params: impl rusqlite::Params) -> Result<Vec<Numbered>, ReadError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {COLUMNS} {FROM} {clause}"))?;
        let mut rows = statement.query(params)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(numbered(row)?);
        }
        Ok(entries)
    }
}

/// Where it is kept.
pub(crate) fn beside_key(entry: &EntryHash) -> String {
    format!("beside/{entry}")
}

fn draft(row: &Row<'_>) -> rusqlite::Result<StoredDraft> {
    Ok(StoredDraft { id: DraftId(row.get(0)?), content: row.get(1)?, released: row.get(2)? })
}

/// Rebuilds an entry and hashes it again. Whatever is wrong with it is said with its number.
fn numbered(row: &Row<'_>) -> Result<Numbered, ReadError> {
    let n: u64 = row.get(0)?;
    let named = |what: String| ReadError::Damaged(format!("entry number {n}: {what}"));
    rebuilt(n, row).map_err(|error| match error {
        Rebuilding::Sqlite(error) => match ReadError::from(error) {
            ReadError::Damaged(what) => named(what),
            system => system,
        },
        Rebuilding::Record(error) => named(error.to_string()),
    })
}

enum Rebuilding {
    Sqlite(rusqlite::Error),
    Record(DecodeError),
}

impl From<rusqlite::Error> for Rebuilding {
    fn from(error: rusqlite::Error) -> Self {
        Rebuilding::Sqlite(error)
    }
}

impl From<DecodeError> for Rebuilding {
    fn from(error: DecodeError) -> Self {
        Rebuilding::Record(error)
    }
}

fn rebuilt(n: u64, row: &Row<'_>) -> Result<Numbered, Rebuilding> {
    let header = Header::from_preimage(&row.get(2)?)?;
    let unverified = UnverifiedEntry { header, salt: row.get(3)?, signature: row.get(4)?, body: row.get(5)? };
    let entry = Entry::recall(unverified, &EntryHash(row.get(1)?))?;
    let filed = (row.get::<_, usize>(8)?, row.get::<_, u32>(9)?, row.get::<_, u64>(10)?);
    if filed != (header.side.index(), header.place.incarnation, header.place.seq) {
        return Err(DecodeError::Invalid("filed under another place than its own").into());
    }
    let arrived = WallTime::from_ms(row.get(6)?);
    let sent: Option<u64> = row.get(7)?;
    Ok(Numbered { n, entry: Arc::new(entry), arrived, sent: sent.map(WallTime::from_ms) })
}
