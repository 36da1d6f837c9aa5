//! What the endpoint asks for and reports.

use std::fmt;
use std::sync::Arc;

use ringdown_record::{Batch, Entry, EntryRef, Misbehaviour, Place, Side};

use crate::input::CarrierId;
use crate::time::Instant;

/// Something to do outside.
#[derive(Debug)]
pub enum Output {
    /// Make this durable, then say [`crate::Input::Persisted`]. Until then nothing of it is sent or shown.
    Persist(Arc<Batch>),
    /// Send a datagram. It may be lost.
    Transmit {
        /// On which carrier.
        carrier: CarrierId,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Read entries of one side from the store; answer with [`crate::Input::Recalled`].
    Recall {
        /// Whose.
        side: Side,
        /// From this place.
        from: Place,
        /// To this place, included.
        to: Place,
    },
    /// Something that people or programs may want to know.
    Event(Event),
    /// Something that a person must know.
    Alarm(Alarm),
    /// Nothing more until this time, and why then; `None`: nothing until the next input.
    Timeout(Option<(Instant, &'static str)>),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// These entries are durable, in this order.
    Durable(Vec<Arc<Entry>>),
    /// All bytes of this own entry were handed to a carrier for the first time in this run.
    Sent(EntryRef),
    /// The peer can be heard, or no longer.
    Path {
        /// On this carrier.
        carrier: CarrierId,
        /// Heard or not.
        up: bool,
    },
    /// The peer says that its disk takes nothing (`false`) or takes again (`true`).
    PeerWritable(bool),
}

/// What must not be overlooked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The peer's node sent, under its session key, what a correct node would not. It was not stored.
    PeerMisbehaved {
        /// Sequence number it claimed.
        seq: u64,
        /// Why it was refused.
        reason: Misbehaviour,
    },
    /// One key of the peer signed two entries for one place. The proof is in the record.
    TwoHistories {
        /// Where.
        place: Place,
    },
    /// The peer holds entries of ours that are not here: this record is an older copy. Nothing is sealed.
    OwnRecordIsOld {
        /// The peer's head of our chain.
        peer_holds: Place,
        /// Our own head.
        own: Place,
    },
    /// The peer holds another entry than we do at this place of our own chain.
    PeerHoldsOther {
        /// Where.
        place: Place,
    },
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Alarm::PeerMisbehaved { seq, reason } => write!(
                f,
                "The peer's node sent an entry numbered {seq} that was refused: {reason}. Nothing of it was stored. Tell \
                 the supervisor; the peer's node is faulty or in other hands."
            ),
            Alarm::TwoHistories { place } => write!(
                f,
                "The peer's key signed two different entries for place {place}. The proof is in the record as EVIDENCE. \
                 Tell the supervisor."
            ),
            Alarm::OwnRecordIsOld { peer_holds, own } => write!(
                f,
                "This record is an older copy: the peer holds our entries up to {peer_holds}, we hold them up to {own}. \
                 Nothing more is signed here, so that no two histories arise. Restore the newest copy of the home."
            ),
            Alarm::PeerHoldsOther { place } => write!(
                f,
                "The peer says that it holds another entry of ours at {place} than we do. Export both records and \
                 compare them."
            ),
        }
    }
}
