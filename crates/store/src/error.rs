//! What can go wrong with the disk, by what has to be done about it.

use std::fmt;
use std::path::PathBuf;

/// Why a record could not be opened or created.
#[derive(Debug)]
pub enum OpenError {
    /// There is no record at this path.
    Missing(PathBuf),
    /// There is one already; creating another would lose it.
    Exists(PathBuf),
    /// Another process has it open.
    InUse(PathBuf),
    /// Written by a later version.
    TooNew {
        /// Schema version in the file.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// The SQLite in this program is one that can lose commits.
    UnsafeSqlite(String),
    /// The file is damaged; in words, what and where.
    Damaged(String),
    /// The operating system or SQLite refused.
    System(String),
}

/// Why something was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// No space. Batches wait and are tried again; a draft is not kept.
    Full,
    /// The writer has stopped; nothing is written until the process is started anew.
    Stopped(String),
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// What is on the disk is not what was written there.
    Damaged(String),
    /// The operating system or SQLite refused.
    System(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Missing(path) => write!(
                f,
                "there is no record at {}; check the path, or restore the home from its newest copy (a new record would \
                 be another line)",
                path.display()
            ),
            OpenError::Exists(path) => {
                write!(f, "there is a record at {} already; it was not touched", path.display())
            }
            OpenError::InUse(path) => write!(
                f,
                "another ringdown process has {} open; a record has one writer, stop the other process first",
                path.display()
            ),
            OpenError::TooNew { found, known } => write!(
                f,
                "the record has schema version {found}, this program knows {known}; use the newer program that wrote it"
            ),
            OpenError::UnsafeSqlite(version) => write!(
                f,
                "this program was built with SQLite {version}; at least 3.51.3 is needed, older ones can lose commits"
            ),
            OpenError::Damaged(what) => write!(
                f,
                "the record is damaged: {what}; it is not served, and nothing was changed: keep the files, look at the disk, \
                 and restore the home from its newest copy"
            ),
            OpenError::System(what) => write!(f, "the record cannot be opened: {what}"),
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Full => f.write_str("the disk is full; free space on it, writing goes on by itself"),
            WriteError::Stopped(what) => {
                write!(f, "writing has stopped ({what}); check the disk, then start the node anew")
            }
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Damaged(what) => write!(f, "the record is damaged: {what}"),
            ReadError::System(what) => write!(f, "the record cannot be read: {what}"),
        }
    }
}

impl std::error::Error for OpenError {}
impl std::error::Error for WriteError {}
impl std::error::Error for ReadError {}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) {
            OpenError::Damaged(error.to_string())
        } else {
            OpenError::System(in_words(&error))
        }
    }
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Damaged(what) => OpenError::Damaged(what),
            ReadError::System(what) => OpenError::System(what),
        }
    }
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) {
            ReadError::Damaged(error.to_string())
        } else {
            ReadError::System(in_words(&error))
        }
    }
}

/// SQLite calls it an I/O error when it finds no room for a file of its own.
fn in_words(error: &rusqlite::Error) -> String {
    match error.sqlite_error() {
        Some(failure) if failure.extended_code == SQLITE_IOERR_SHMSIZE => {
            format!("{error}: the index of its log cannot be made; if the disk is full, free space on it")
        }
        _ => error.to_string(),
    }
}

/// SQLite's own number for an error in a statement.
const SQLITE_ERROR: i32 = 1;
/// The file with the index of the log cannot be made as long as it must be.
const SQLITE_IOERR_SHMSIZE: i32 = 10 | 19 << 8;

/// True for what SQLite calls corrupt, and for a value that no writer of ours puts into its column.
fn is_damage(error: &rusqlite::Error) -> bool {
    let of_a_value = matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
    );
    // Our statements are fixed: one that the file does not understand speaks of a table or column that is gone.
    let of_the_schema = matches!(error, rusqlite::Error::SqlInputError { .. })
        || matches!(error, rusqlite::Error::SqliteFailure(failure, _) if failure.extended_code == SQLITE_ERROR);
    let codes = [rusqlite::ErrorCode::DatabaseCorrupt, rusqlite::ErrorCode::NotADatabase];
    of_a_value || of_the_schema || error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
}
