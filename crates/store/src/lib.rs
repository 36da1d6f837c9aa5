//! The disk of one line's record: SQLite in WAL mode with full synchronisation, one writer, checked at every start.
//!
//! [`Record::create`] makes a new file, [`Record::open`] checks an old one and starts the writer thread. Whoever
//! gives the writer a batch is told when it is durable, and only then. A full disk makes the writer wait and try
//! again; any other failure stops it until the process is started anew. Readers go on in both cases, and what they
//! read is hashed again.
//!
//! Assumptions about the medium: a completed `fsync` survives loss of power; the file system orders nothing else;
//! the file is on a local disk. A second process is refused by a lock on a file beside the record.

mod error;
mod log;
mod open;
mod read;
mod write;

pub use error::{OpenError, ReadError, WriteError};
pub use open::Record;
pub use read::{Numbered, Reader, StoredDraft, StoredNote};
pub use write::{NOTES_MAX, NOTES_WAITING_MAX, Notice, Writer};
