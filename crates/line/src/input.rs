//! What the endpoint is told.

use std::sync::Arc;

use ringdown_record::{BatchId, DraftId, Entry, Kind, Urgency};

/// A way that cells travel. The number stands in every nonce, so it is never re-used within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CarrierId(pub u8);

/// Something happened outside. After each, poll until [`crate::Output::Timeout`].
#[derive(Debug)]
pub enum Input<'a> {
    /// A datagram arrived.
    Received {
        /// On which carrier.
        carrier: CarrierId,
        /// Its bytes, from anyone.
        bytes: &'a [u8],
    },
    /// A carrier can send.
    CarrierUp(CarrierId),
    /// A carrier cannot send.
    CarrierDown(CarrierId),
    /// The node stops: the peer is told, so that it need not find out by silence.
    Leaving,
    /// This batch and all before it are durable.
    Persisted(BatchId),
    /// The disk takes nothing for now (`false`), or takes again (`true`).
    StoreWritable(bool),
    /// Entries that were asked for by [`crate::Output::Recall`].
    Recalled(Vec<Arc<Entry>>),
    /// The time of the last [`crate::Output::Timeout`] has come.
    Timeout,
}

/// Something to seal. Officers' signatures are in the body already.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The draft it comes from, if any: becomes "released" in the same commit.
    pub draft: Option<DraftId>,
    /// MESSAGE or ACT.
    pub kind: Kind,
    /// Precedence and class.
    pub urgency: Urgency,
    /// The officer of the first statement.
    pub officer: u16,
    /// Statements and content.
    pub body: Vec<u8>,
}
