//! The log of the watch: what a side notes for itself.

use serde::{Deserialize, Serialize};

/// One line of it. It is this node's own note: not signed, never sent, no part of the record, no evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Counts up from 1.
    pub note: u64,
    /// When, by this node's clock.
    pub at: String,
    /// What.
    #[serde(flatten)]
    pub what: Noted,
}

/// What is noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Noted {
    /// The ladder of alarms reached a rung.
    Rung {
        /// The reason, as the host's program gets it.
        why: String,
        /// The message that it is about.
        message: Option<MessageName>,
        /// The fault that it is about, if it is about no message.
        #[serde(default)]
        fault: Option<String>,
        /// Number of the rung; it only rises.
        rung: u64,
        /// True if the host's program was called.
        called: bool,
    },
    /// The host's program ended.
    Hook {
        /// Why it was called.
        why: String,
        /// Serial of the message that it was about; empty if it was about none.
        serial: String,
        /// What went wrong; `None` if it ended well.
        failed: Option<String>,
    },
    /// An officer silenced the alarm of a console.
    Silenced {
        /// Where.
        console: String,
        /// Serials of the messages that waited.
        serials: Vec<String>,
    },
    /// An officer started the watch.
    WatchStarted {
        /// Who.
        officer: String,
        /// Where.
        console: String,
    },
    /// An officer said that he hears the test sound.
    Heard {
        /// Who.
        officer: String,
        /// Where.
        console: String,
    },
    /// An officer ended the watch.
    WatchEnded {
        /// Who.
        officer: String,
        /// Where.
        console: String,
    },
    /// An officer answered the watch check.
    WatchAnswered {
        /// Who.
        officer: String,
        /// Where.
        console: String,
    },
    /// The officer on watch said that he hands it over.
    HandedOver {
        /// Who.
        officer: String,
        /// Where.
        console: String,
    },
    /// An officer took the watch that was handed over.
    WatchTaken {
        /// Who had it.
        left: String,
        /// Who has it now.
        took: String,
        /// Where.
        console: String,
    },
    /// A console has been in another state for some seconds.
    Console {
        /// Which.
        console: String,
        /// LIVE, MUTE, HIDDEN or DEAD.
        state: String,
    },
    /// No console is LIVE any more, or one is again.
    Unattended {
        /// True if none is.
        unattended: bool,
    },
    /// A line for which people were called because it was down is up again.
    LineBack,
    /// Notes that the node could not keep: the disk was full, and too many waited for it.
    NotKept {
        /// How many.
        notes: u64,
        /// When the first of them was made.
        first: String,
        /// When the last of them was made.
        last: String,
    },
    /// Something that a later program noted.
    #[serde(other)]
    Unknown,
}

/// A message in a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageName {
    /// As people say it.
    pub serial: String,
    /// Hash of its entry in hex.
    pub entry: String,
}
