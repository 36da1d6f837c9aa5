//! What happens, as it happens. The number of an event is the number of the entry that caused it, so a client that
//! names the last number it saw misses nothing.

use serde::{Deserialize, Serialize};

/// One durable entry and what it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number: the order in which entries became durable here.
    pub event: u64,
    /// The entry's hash in hex.
    pub entry: String,
    /// The side that wrote it.
    pub from: String,
    /// The entry's kind, such as `MESSAGE`.
    pub kind: String,
    /// When its writer says it was written.
    pub at: String,
    /// What it changed; may be empty.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum Change {
    /// A message entered the record.
    Message {
        /// Its serial.
        serial: String,
    },
    /// The peer's node has this message on disk.
    Stored {
        /// Its serial.
        serial: String,
    },
    /// An officer of the receiving side has this message.
    Acknowledged {
        /// Its serial.
        serial: String,
    },
    /// Something else was said about this message.
    Dialogue {
        /// Its serial.
        serial: String,
    },
    /// A gate moved.
    Line,
}
