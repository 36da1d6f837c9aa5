//! The line's state: two gates, each written by one side.
//!
//! A line is OPEN in a round if both sides are READY in it and each READY cites the other's current incarnation.
//! Nothing else opens it: no timer, no silence, no third state.

use ringdown_record::body::{Body, Gate, GatePosition};
use ringdown_record::encoding::from_cbor;
use ringdown_record::{Entry, Kind, Place, Side, WallTime};

/// What is known of both gates.
#[derive(Clone, Debug, Default)]
pub struct Gates {
    sides: [SideGate; 2],
}

#[derive(Clone, Copy, Debug, Default)]
struct SideGate {
    /// Place of the newest gate or incarnation entry.
    at: Place,
    incarnation: u32,
    /// `Some(round)` when READY.
    ready: Option<u32>,
    /// Incarnation of the other side that the gate entry cites.
    cites: u32,
    since: WallTime,
}

/// The line's state by the gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// Messages may be sent.
    Open {
        /// The round in which both are READY.
        round: u32,
        /// When the later of the two gates was written, by its writer's clock.
        since: WallTime,
    },
    /// Messages may not be sent.
    Shut {
        /// When the newest gate was written, by its writer's clock.
        since: WallTime,
        /// Whose gate is not READY or waits for the other; `None` if both.
        by: Option<Side>,
    },
}

impl Gates {
    /// Takes in an entry of any kind; entries may come with gaps, the newest gate of a side counts.
    pub fn apply(&mut self, entry: &Entry) {
        let header = entry.header();
        let gate = &mut self.sides[header.side.index()];
        if header.place <= gate.at {
            return;
        }
        match header.kind {
            Kind::INCARNATION => {
                *gate = SideGate {
                    at: header.place,
                    incarnation: header.place.incarnation,
                    ready: None,
                    cites: 0,
                    since: header.time,
                };
            }
            Kind::GATE => {
                let Some(read) =
                    Body::read(entry.body()).ok().and_then(|body| from_cbor::<Gate>(body.content).ok())
                else {
                    return;
                };
                gate.at = header.place;
                // A gate may come before the INCARNATION that its place belongs to.
                gate.incarnation = header.place.incarnation;
                gate.ready = (read.position == GatePosition::Ready).then_some(read.round);
                gate.cites = header.peer.place.incarnation;
                gate.since = header.time;
            }
            _ => {}
        }
    }

    /// The state that follows.
    pub fn state(&self) -> LineState {
        let [zero, one] = &self.sides;
        let cites_current =
            zero.cites == one.incarnation && one.cites == zero.incarnation && zero.incarnation > 0;
        match (zero.ready, one.ready) {
            (Some(round), Some(other)) if round == other && cites_current => {
                LineState::Open { round, since: zero.since.max(one.since) }
            }
            (ready, other) => {
                let by = match (ready.is_some(), other.is_some()) {
                    (false, true) => Some(Side::Zero),
                    (true, false) => Some(Side::One),
                    _ => None,
                };
                LineState::Shut { since: zero.since.max(one.since), by }
            }
        }
    }

    /// True when messages may be sealed.
    pub fn is_open(&self) -> bool {
        matches!(self.state(), LineState::Open { .. })
    }
}
