//! Making a record, and checking one before it is used.
//!
//! At every start: the SQLite version, the schema version, SQLite's own quick check, the hash and body commitment
//! of every entry, and the signatures of the last [`SIGNATURES_CHECKED`] entries of each side.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringdown_record::encoding::{from_cbor, to_cbor};
use ringdown_record::{Chain, Charter, Entry, Side, SignedCharter};
use rusqlite::{Connection, OpenFlags};

use crate::error::OpenError;
use crate::log;
use crate::read::{Numbered, Reader};
use crate::write::{Notice, Writer, insert_entry};

/// Signatures checked at start, per side; hashes are checked for all.
const SIGNATURES_CHECKED: u64 = 256;
/// Earlier ones can lose commits when two connections write and checkpoint at the same instant.
const SQLITE_VERSION_MIN: i32 = 3_051_003;
const SCHEMA_VERSION: u32 = 1;
const SCHEMA: &str = include_str!("schema/0001_initial.sql");
/// What was added without a new version: a record of an earlier program gets it when it is written to.
const NOTES: &str = include_str!("schema/note.sql");

/// An open record: the lock, the charter, and where it lies.
#[derive(Debug)]
pub struct Record {
    path: PathBuf,
    charter: SignedCharter,
    verified: Arc<Charter>,
    /// Held until the record is dropped.
    _lock: File,
}

impl Record {
    /// Makes a new record with a charter and its first entries. Fails if there is one.
    ///
    /// It is made under another name: after a crash there is a whole record, or none.
    pub fn create(path: &Path, charter: &SignedCharter, entries: &[Arc<Entry>]) -> Result<(), OpenError> {
        check_sqlite_version()?;
        if path.exists() {
            return Err(OpenError::Exists(path.to_owned()));
        }
        let _lock = lock(path)?;
        let unfinished = with_suffix(path, ".new");
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let left_over = with_suffix(&unfinished, suffix);
            match std::fs::remove_file(&left_over) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(system(&left_over, error)),
                _ => {}
            }
        }
        let mut connection = Connection::open(&unfinished)?;
        prepare(&connection)?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        transaction.execute_batch(NOTES)?;
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        transaction.execute("INSERT INTO meta (key, value) VALUES ('charter', ?1)", [to_cbor(charter)])?;
        for entry in entries {
            insert_entry(&transaction, entry, entry.header().time.ms())?;
        }
        transaction.commit()?;
        // Closing folds the log into the file; with the log still there, the file alone would not be the record.
        connection.close().map_err(|(_, error)| error)?;
        let log = with_suffix(&unfinished, "-wal");
        if log.exists() {
            return Err(OpenError::System(format!(
                "{} could not be folded into the new record; if the disk is full, free space on it",
                log.display()
            )));
        }
        let named = File::open(&unfinished).and_then(|file| file.sync_all());
        named.and_then(|()| std::fs::rename(&unfinished, path)).map_err(|error| system(path, error))?;
        sync_directory(path)
    }

    /// Opens a record and checks it. `visit` sees every entry in the order in which they became durable.
    pub fn open(path: &Path, mut visit: impl FnMut(Numbered)) -> Result<Record, OpenError> {
        check_sqlite_version()?;
        if !path.exists() {
            return Err(OpenError::Missing(path.to_owned()));
        }
        let lock = lock(path)?;
        sync_log_again(path)?;
        // Read-only until everything is checked: a damaged or newer record is left as it was, with its log.
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version > SCHEMA_VERSION {
            return Err(OpenError::TooNew { found: version, known: SCHEMA_VERSION });
        }
        if version != SCHEMA_VERSION {
            return Err(OpenError::Damaged(format!("it has schema version {version}, which never existed")));
        }
        quick_check(&connection)?;
        drop(connection);
        let reader = Reader::open(path)?;
        let charter: SignedCharter = from_cbor(&reader.meta("charter")?)
            .map_err(|error| OpenError::Damaged(format!("the charter in it cannot be read ({error})")))?;
        let verified = charter
            .verify()
            .map_err(|error| OpenError::Damaged(format!("the charter in it does not hold ({error})")))?;
        let verified = Arc::new(verified);
        check_entries(&reader, &verified, &mut visit)?;
        Ok(Record { path: path.to_owned(), charter, verified, _lock: lock })
    }

    /// Starts the writer thread. `notify` is called from it.
    pub fn writer(&self, notify: impl Fn(Notice) + Send + 'static) -> Result<Writer, OpenError> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        prepare(&connection)?;
        connection.execute_batch(NOTES)?;
        Writer::start(connection, Box::new(notify))
    }

    /// A connection that only reads.
    pub fn reader(&self) -> Result<Reader, OpenError> {
        Ok(Reader::open(&self.path)?)
    }

    /// The charter as signed.
    pub fn signed_charter(&self) -> &SignedCharter {
        &self.charter
    }

    /// The charter, verified.
    pub fn charter(&self) -> &Arc<Charter> {
        &self.verified
    }
}

fn check_sqlite_version() -> Result<(), OpenError> {
    if rusqlite::version_number() < SQLITE_VERSION_MIN {
        return Err(OpenError::UnsafeSqlite(rusqlite::version().to_owned()));
    }
    Ok(())
}

/// One process at a time: an advisory lock that the kernel drops with the process.
fn lock(path: &Path) -> Result<File, OpenError> {
    let lock_path = path.with_extension("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&lock_path);
    let file = file.map_err(|error| system(&lock_path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(system(&lock_path, error)),
    }
}

/// Checks the log, writes its bytes over themselves, and syncs them.
///
/// When an `fsync` fails, the kernel may keep what was written, call it clean, and never write it. A process that is
/// started after such a failure would take the log for durable, because it can read it.
fn sync_log_again(path: &Path) -> Result<(), OpenError> {
    let log = with_suffix(path, "-wal");
    let mut file = match File::options().read(true).write(true).open(&log) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        opened => opened.map_err(|error| system(&log, error))?,
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| system(&log, error))?;
    let index = std::fs::read(with_suffix(path, "-shm")).unwrap_or_default();
    if let Some(what) = log::damage(&bytes, &index) {
        return Err(OpenError::Damaged(what));
    }
    let again = file.rewind().and_then(|()| file.write_all(&bytes)).and_then(|()| file.sync_all());
    again.map_err(|error| system(&log, error))?;
    sync_directory(path)
}

/// Makes the name of a file durable.
fn sync_directory(path: &Path) -> Result<(), OpenError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    File::open(directory).and_then(|file| file.sync_all()).map_err(|error| system(directory, error))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn system(path: &Path, error: std::io::Error) -> OpenError {
    OpenError::System(format!("{}: {error}", path.display()))
}

/// Durability settings of the writing connection.
fn prepare(connection: &Connection) -> Result<(), OpenError> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::System(format!(
            "its file system does not allow write-ahead logging (mode {mode}); keep the home on a local disk"
        )));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -1024)?;
    Ok(())
}

fn quick_check(connection: &Connection) -> Result<(), OpenError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(OpenError::Damaged(verdict)) }
}

fn check_entries(
    reader: &Reader,
    charter: &Arc<Charter>,
    visit: &mut impl FnMut(Numbered),
) -> Result<(), OpenError> {
    let mut chains = [Side::Zero, Side::One].map(|side| Chain::new(charter.clone(), side));
    let last = [Side::Zero, Side::One].map(|side| reader.last_seq(side));
    let last = [last[0].clone()?, last[1].clone()?];
    let mut expected = 0;
    reader.each(|numbered| {
        expected += 1;
        if numbered.n != expected {
            let which = if expected == 1 { "the first entry, " } else { "" };
            return Err(crate::ReadError::Damaged(format!("{which}entry number {expected} is missing")));
        }
        let header = numbered.entry.header();
        let side = header.side.index();
        if header.line != charter.line_id() {
            let what = format!("entry number {expected} belongs to another line than the charter in it");
            return Err(crate::ReadError::Damaged(what));
        }
        chains[side].add(&numbered.entry);
        let is_recent = header.place.seq + SIGNATURES_CHECKED > last[side];
        let signed = !is_recent || chains[side].node().is_some_and(|node| numbered.entry.signed_by(node));
        if !signed {
            let name = &charter.party(header.side).name;
            return Err(crate::ReadError::Damaged(format!(
                "{name}'s entry {} is not signed for this line by {name}'s node",
                header.place
            )));
        }
        visit(numbered);
        Ok(())
    })?;
    for chain in &chains {
        if chain.node().is_none() {
            let name = &charter.party(chain.side()).name;
            return Err(OpenError::Damaged(format!("{name}'s first entry is missing")));
        }
    }
    Ok(())
}
