//! What must hold, each in its own file, seen from outside: disks, cells on the wire, events, screens, exports.
//!
//! A checker is told facts and keeps its own books. It never asks an endpoint, and it does not use the product's
//! rules to judge the product: no `Chain`, no outbox, no session. The one exception is the auditor, who is a product
//! of its own and is run over both exports when a world is at rest.

#[cfg(test)]
pub(crate) mod canary;

mod blame;
mod chain;
pub(crate) mod clocks;
mod convergence;
mod forks;
mod kept;
mod memory;
mod nonces;
mod once;
mod outbox;
mod prefix;
mod quiet;
mod receipts;
mod replay;
mod stored;

use std::sync::Arc;

use ringdown_line::{Alarm, Instant};
use ringdown_record::{DraftId, Entry, EntryHash, Place, SignedCharter};

use crate::faults::Strange;
use crate::wire::{Class, Left};

pub use blame::Blame;
pub use chain::Links;
pub use convergence::Convergence;
pub use forks::Forks;
pub use kept::Kept;
pub use memory::Memory;
pub use nonces::Nonces;
pub use once::Once;
pub use outbox::Receipted;
pub use prefix::Prefix;
pub use quiet::Quiet;
pub use receipts::ReceiptTruth;
pub use replay::Replay;
pub use stored::StoredStays;

/// Something that can be seen from outside. Sides are 0 and 1.
#[derive(Clone, Debug)]
pub enum Fact {
    /// A side started on what its disk has.
    Started {
        /// Which.
        side: usize,
        /// Entries on its disk.
        disk: Vec<Arc<Entry>>,
    },
    /// Entries became durable on a side's disk, confirmed or found after a crash.
    Durable {
        /// Whose disk.
        side: usize,
        /// In order.
        entries: Vec<Arc<Entry>>,
        /// Drafts that became entries with this commit.
        released: Vec<(DraftId, EntryHash)>,
    },
    /// A side told its screens that an entry is durable.
    Told {
        /// Which side.
        side: usize,
        /// The entry.
        entry: Arc<Entry>,
    },
    /// A side sealed or took an entry and asked for it to be durable.
    Handed {
        /// Which side.
        side: usize,
        /// The entry.
        entry: Arc<Entry>,
    },
    /// A side sent a datagram.
    Sent {
        /// Which side.
        side: usize,
        /// On which carrier.
        carrier: u8,
        /// What it is.
        class: Class,
        /// Its bytes.
        bytes: Vec<u8>,
        /// What a cell says.
        payload: Vec<u8>,
        /// True if the world was at rest before.
        at_rest: bool,
    },
    /// An entry, or a chunk of one, left a side.
    Left {
        /// Which side.
        side: usize,
        /// What it shows of itself.
        left: Left,
    },
    /// A screen says STORED BY PEER.
    ShownStored {
        /// Whose screen.
        side: usize,
        /// The message.
        hash: EntryHash,
    },
    /// A screen says ACKNOWLEDGED.
    ShownAcknowledged {
        /// Whose screen.
        side: usize,
        /// The message.
        hash: EntryHash,
    },
    /// A person of a side acknowledged a message.
    Acknowledged {
        /// Which side.
        side: usize,
        /// The message.
        hash: EntryHash,
    },
    /// A side raised an alarm.
    Alarmed {
        /// Which side.
        side: usize,
        /// The alarm.
        alarm: Alarm,
    },
    /// A stranger sent one datagram.
    Strange {
        /// To which side.
        side: usize,
        /// What it was.
        kind: Strange,
        /// What it was when it was sent first; `None` for garbage.
        class: Option<Class>,
        /// How the side was before, and is now.
        views: Box<[View; 2]>,
        /// What it did, in words; message 2s apart.
        did: Vec<String>,
        /// Message 2s that it sent.
        answers: usize,
    },
    /// Many datagrams of strangers were fed to a side, and memory was measured.
    Flooded {
        /// Which side.
        side: usize,
        /// How many.
        datagrams: usize,
        /// Bytes allocated before and after.
        bytes: [usize; 2],
    },
    /// A side asked to be woken at once, again and again, without time passing.
    Spins {
        /// Which side.
        side: usize,
        /// Why it wanted to be woken.
        reason: &'static str,
    },
}

/// What can be asked of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Own head, and how far the peer's chain is held: place and hash.
    pub heads: [(Place, EntryHash); 2],
    /// Carriers: number, usable, up, last heard.
    pub carriers: Vec<(u8, bool, bool, Option<Instant>)>,
    /// Next serials by class.
    pub serials: [u32; 3],
    /// The line is open.
    pub open: bool,
    /// The peer's disk takes entries.
    pub peer_writable: bool,
    /// When and why it wants to be woken.
    pub timeout: Option<(Instant, &'static str)>,
}

/// Both sides when the world should be at rest.
pub struct Rest<'a> {
    /// Both disks, in the order in which entries became durable.
    pub disks: [&'a [Arc<Entry>]; 2],
    /// The charter, for exports.
    pub charter: &'a SignedCharter,
    /// True if both disks were equal and everything receipted within the time that the world gives.
    pub in_time: bool,
    /// How long that took at most, in words.
    pub limit: &'static str,
}

/// One invariant's books.
pub trait Checker {
    /// Its number.
    fn id(&self) -> &'static str;
    /// It in words.
    fn words(&self) -> &'static str;
    /// A fact; the error says in words what is wrong.
    fn see(&mut self, fact: &Fact) -> Result<(), String>;
    /// The world is at rest.
    fn rest(&mut self, _rest: &Rest<'_>) -> Result<(), String> {
        Ok(())
    }
}

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub id: &'static str,
    /// It in words.
    pub words: &'static str,
    /// What was seen.
    pub seen: String,
    /// When.
    pub at: Instant,
}

/// All checkers of a world.
pub struct Checkers(Vec<Box<dyn Checker>>);

impl Checkers {
    /// All of them with empty books.
    pub(crate) fn all() -> Checkers {
        Checkers(vec![
            Box::new(Forks::default()),
            Box::new(Links::default()),
            Box::new(ReceiptTruth::default()),
            Box::new(Kept::default()),
            Box::new(Receipted),
            Box::new(Once::default()),
            Box::new(Prefix::default()),
            Box::new(Convergence::default()),
            Box::new(Blame),
            Box::new(Nonces::default()),
            Box::new(Replay),
            Box::new(Memory::default()),
            Box::new(Quiet::default()),
        ])
    }

    /// One of scenario 18 alone.
    pub(crate) fn of_power_cuts() -> Checkers {
        Checkers(vec![Box::new(StoredStays::default())])
    }

    /// Nobody.
    pub(crate) fn none() -> Checkers {
        Checkers(Vec::new())
    }

    /// Tells all; the first complaint.
    pub fn see(&mut self, at: Instant, fact: &Fact) -> Option<Violation> {
        self.0.iter_mut().find_map(|checker| {
            let result = checker.see(fact);
            result.err().map(|seen| violation(checker.as_ref(), seen, at))
        })
    }

    /// The world is at rest; the first complaint.
    pub fn rest(&mut self, at: Instant, rest: &Rest<'_>) -> Option<Violation> {
        self.0.iter_mut().find_map(|checker| {
            let result = checker.rest(rest);
            result.err().map(|seen| violation(checker.as_ref(), seen, at))
        })
    }
}

fn violation(checker: &dyn Checker, seen: String, at: Instant) -> Violation {
    Violation { id: checker.id(), words: checker.words(), seen, at }
}

/// The side's name.
pub(crate) fn name(side: usize) -> &'static str {
    if side == 0 { "BLUE" } else { "GREEN" }
}

/// `BLUE's 7 (MESSAGE)`.
pub(crate) fn describe(entry: &Entry) -> String {
    let header = entry.header();
    format!("{}'s {} ({})", name(header.side.index()), header.place.seq, header.kind.name())
}
