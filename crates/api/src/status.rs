//! How the line is.

use serde::{Deserialize, Serialize};

/// `GET status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// This side.
    pub side: String,
    /// The other side.
    pub peer: String,
    /// The line by its gates.
    pub line: Line,
    /// Ways to the peer.
    pub carriers: Vec<Carrier>,
    /// How far both chains are held without a gap, as `incarnation/sequence`.
    pub head: Heads,
    /// Datagrams since the start that no key of this line opened. A wrong key shows here.
    pub refused_cells: u64,
    /// Cells since the start that had come before, over this way or another. They changed nothing.
    pub repeated_cells: u64,
    /// The disk.
    pub store: Store,
    /// False after the peer said that its disk takes nothing.
    pub peer_store_writable: bool,
    /// Messages of the peer that nobody has acknowledged.
    pub waiting: usize,
    /// Own messages that the peer has not stored.
    pub unstored: usize,
    /// What a person must know; oldest first, empty when all is well.
    pub alarms: Vec<String>,
    /// Who watches here.
    pub consoles: Consoles,
    /// Who has the watch here; `null` if nobody has started one.
    pub watch: Option<WatchOn>,
    /// The node's clock.
    pub now: String,
}

/// A watch that was started and not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchOn {
    /// The officer who has it.
    pub officer: String,
    /// Since when.
    pub since: String,
}

/// Consoles of this side, by the signs of life that their rendering gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consoles {
    /// They draw, are seen, and their sound runs and was heard.
    pub live: usize,
    /// They draw and are seen; their sound is off, or nobody said that he hears it.
    pub mute: usize,
    /// They are not seen, or do not draw.
    pub hidden: usize,
    /// They were not heard for 15 s, if the site has set no other time.
    pub dead: usize,
    /// True if there was no live one for 30 s, if the site has set no other time.
    pub unattended: bool,
    /// Each by itself, by name.
    pub each: Vec<ConsoleSeen>,
}

/// One console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsoleSeen {
    /// The first characters of its name.
    pub console: String,
    /// LIVE, MUTE, HIDDEN or DEAD.
    pub state: String,
    /// When it gave its last sign of life.
    pub heard: String,
    /// When a person last touched it, as it says; `null` if none has yet.
    pub input: Option<String>,
}

/// The line's state by its gates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its id in hex.
    pub id: String,
    /// `OPEN` or `SHUT`.
    pub state: String,
    /// Since when, by the clock of whoever moved the last gate.
    pub since: String,
    /// Who says so: one side's name, or both.
    pub by: String,
}

/// One way to the peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carrier {
    /// Its name, such as `udp`.
    pub name: String,
    /// `UP` if the peer answers on it, else `DOWN`.
    pub state: String,
    /// Since when, by the node's clock.
    pub since: String,
    /// When the peer was last heard on it; `null` for not since the node started.
    pub heard: Option<String>,
    /// Bytes sent since the node started, with the headers of IP and UDP.
    pub sent_bytes: u64,
}

/// Heads of both chains as held here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    /// Own.
    pub own: String,
    /// The peer's.
    pub peer: String,
}

/// The disk under the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "reason")]
pub enum Store {
    /// It takes.
    #[serde(rename = "WRITABLE")]
    Writable,
    /// It is full; writing is tried again by itself.
    #[serde(rename = "FULL")]
    Full,
    /// The writer has stopped until the node is started anew.
    #[serde(rename = "STOPPED")]
    Stopped(String),
}
