//! Sessions with the peer: who starts one, which one sends, what a stranger gets (nothing).
//!
//! At most one session is live and sends; the one before it still opens cells for a while. A session becomes live
//! only by something that cannot be a replay: for the initiator message 2, which answers his own fresh key; for the
//! answerer the first cell that opens. So recorded handshakes displace nothing (INV-21).

pub mod keys;
pub mod noise;
mod replay;
mod transport;

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use ringdown_record::Side;
use snow::HandshakeState;

use crate::input::CarrierId;
use crate::limits;
use crate::rng::Rng;
use crate::session::keys::{CellMac, DirectionKeys, HandshakeType};
use crate::session::noise::HandshakeTerms;
use crate::session::transport::{Opened, Session, unmask_header};
use crate::time::Instant;

/// All sessions of one line.
pub struct Sessions {
    terms: HandshakeTerms,
    own_keys: DirectionKeys,
    peer_keys: DirectionKeys,
    live: Option<Session>,
    previous: Option<Session>,
    initiated: Option<Initiated>,
    answered: VecDeque<Answered>,
    macs: MacCache,
    dh: Budget,
    refused: u64,
    repeated: u64,
    count: u64,
}

/// Message 1 of ours that waits for its answer.
struct Initiated {
    state: HandshakeState,
    cell: Vec<u8>,
    begun: Instant,
    next: Instant,
    repeats: u32,
}

/// A message 1 that we answered.
struct Answered {
    session: Session,
    mac: CellMac,
    answer: Vec<u8>,
    sent: Instant,
}

/// Counts sessions of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionNumber(pub u64);

/// What a received datagram turned out to be.
pub enum Received {
    /// Nothing that concerns us. No answer, no state, one more on the counter.
    Refused,
    /// A repeat of something already dealt with.
    Repeat,
    /// Send this back on the same carrier; and whole entries that came with a new message 1.
    Answer {
        /// Message 2.
        cell: Vec<u8>,
        /// Payload of message 1; empty for a repeat.
        payload: Vec<u8>,
    },
    /// The peer answered our message 1; the session is live.
    Started,
    /// A cell of the live or the previous session, opened.
    Cell {
        /// Its contents.
        payload: Vec<u8>,
        /// The session it came in: object numbers mean something only there.
        session: SessionNumber,
        /// Its place among the cells of its carrier in that session.
        counter: u64,
        /// True if this cell made its session the one that sends.
        started: bool,
    },
}

impl Sessions {
    /// No session yet.
    pub fn new(terms: HandshakeTerms) -> Sessions {
        Sessions {
            own_keys: DirectionKeys::new(&terms.psk, terms.own),
            peer_keys: DirectionKeys::new(&terms.psk, terms.own.other()),
            terms,
            live: None,
            previous: None,
            initiated: None,
            answered: VecDeque::new(),
            macs: MacCache::default(),
            dh: Budget { tokens: f64::from(limits::DH_RUNS_PER_SECOND), filled: Instant(0) },
            refused: 0,
            repeated: 0,
            count: 0,
        }
    }

    /// True when cells can be sealed.
    pub fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// True while message 1 waits for its answer.
    pub fn is_initiating(&self) -> bool {
        self.initiated.is_some()
    }

    /// Datagrams that no key of ours could open.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Cells that had come before, or came too late for their handshake.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    /// True when the live session is due to be replaced. Its initiator goes first; the other side a little later.
    pub fn is_worn(&self, now: Instant) -> bool {
        self.live.as_ref().is_some_and(|live| {
            let patience =
                if live.initiator == self.terms.own { Duration::ZERO } else { limits::PREVIOUS_SESSION };
            now.since(live.live) > limits::SESSION_AGE + patience || live.is_worn()
        })
    }

    /// Starts a handshake whose message 1 carries `payload`. The cell goes out by [`Sessions::repeat`]; one that takes
    /// the place of another keeps its pace.
    pub fn initiate(&mut self, now: Instant, rng: &mut Rng, payload: &[u8]) {
        let (state, message) = self.terms.initiate(rng, payload);
        let (_, cell) = self.own_keys.wrap(HandshakeType::One, &message);
        let (next, repeats) = self.initiated.as_ref().map_or((now, 0), |old| (old.next, old.repeats));
        self.initiated = Some(Initiated { state, cell, begun: now, next, repeats });
    }

    /// True when message 1 has waited so long that its answer may be gone: the peer knows it and drops it unanswered.
    pub fn is_initiation_old(&self, now: Instant, round_trip: Duration) -> bool {
        let age = limits::MESSAGE_1_AGE.max(round_trip * 8);
        self.initiated.as_ref().is_some_and(|initiated| now.since(initiated.begun) >= age)
    }

    /// Stops repeating message 1.
    pub fn stop_initiating(&mut self) {
        self.initiated = None;
    }

    /// Message 1 if it is due, unchanged; then waits `round_trip` x 2, 4, 8 … up to `longest`.
    pub fn repeat(&mut self, now: Instant, round_trip: Duration, longest: Duration) -> Option<Vec<u8>> {
        let initiated = self.initiated.as_mut()?;
        let wait = (round_trip * 2u32.saturating_pow(initiated.repeats.min(20) + 1)).min(longest);
        initiated.next = initiated.next.min(now + wait);
        if now < initiated.next {
            return None;
        }
        initiated.next = now + wait;
        initiated.repeats += 1;
        Some(initiated.cell.clone())
    }

    /// When [`Sessions::repeat`] has something next.
    pub fn next_repeat(&self) -> Option<Instant> {
        self.initiated.as_ref().map(|initiated| initiated.next)
    }

    /// Seals a payload under the live session.
    pub fn seal(&mut self, carrier: CarrierId, payload: &[u8]) -> Option<Vec<u8>> {
        let live = self.live.as_mut()?;
        Some(live.seal(&self.own_keys, carrier, payload))
    }

    /// Takes a datagram.
    pub fn receive(&mut self, now: Instant, rng: &mut Rng, carrier: CarrierId, datagram: &[u8]) -> Received {
        // What has ended by now opens nothing, even if no input came since.
        self.expire(now);
        let received = match datagram.len() {
            0..=limits::CELL_LEN_MAX => {
                self.open(now, carrier, datagram).unwrap_or_else(|| self.handshake(now, rng, datagram))
            }
            _ => Received::Refused,
        };
        match received {
            Received::Refused => self.refused += 1,
            Received::Repeat => self.repeated += 1,
            _ => {}
        }
        received
    }

    fn open(&mut self, now: Instant, carrier: CarrierId, cell: &[u8]) -> Option<Received> {
        let header = unmask_header(&self.peer_keys, carrier, cell)?;
        for session in [&mut self.live, &mut self.previous].into_iter().flatten() {
            match session.open(carrier, header, cell, now) {
                None => {}
                Some(Opened::Repeat) => return Some(Received::Repeat),
                Some(Opened::Payload(payload, counter)) => {
                    return Some(Received::Cell {
                        payload,
                        session: session.number,
                        counter,
                        started: false,
                    });
                }
            }
        }
        for index in 0..self.answered.len() {
            let opened = self.answered[index].session.open(carrier, header, cell, now);
            if let Some(Opened::Payload(payload, counter)) = opened {
                let session = self.answered.remove(index).expect("index below the length").session;
                let number = session.number;
                let started = self.go_live(now, session);
                return Some(Received::Cell { payload, session: number, counter, started });
            }
        }
        None
    }

    fn handshake(&mut self, now: Instant, rng: &mut Rng, datagram: &[u8]) -> Received {
        match self.peer_keys.unwrap(datagram) {
            None => Received::Refused,
            Some((HandshakeType::One, mac, message)) => self.message_1(now, rng, mac, &message),
            Some((HandshakeType::Two, _, message)) => self.message_2(now, &message),
        }
    }

    fn message_1(&mut self, now: Instant, rng: &mut Rng, mac: CellMac, message: &[u8]) -> Received {
        if let Some(answered) = self.answered.iter_mut().find(|answered| answered.mac == mac) {
            if now.since(answered.sent) < limits::MESSAGE_2_INTERVAL {
                return Received::Repeat;
            }
            answered.sent = now;
            return Received::Answer { cell: answered.answer.clone(), payload: Vec::new() };
        }
        if self.macs.contains(&mac) {
            return Received::Repeat;
        }
        let ours_first = self.terms.own == Side::Zero
            && self.initiated.as_ref().is_some_and(|initiated| initiated.repeats <= 3);
        if ours_first || !self.dh.take(now, limits::DH_RUNS_PER_SECOND) {
            return Received::Repeat;
        }
        self.macs.insert(mac);
        let Some((payload, answer, transport)) = self.terms.answer(rng, message) else {
            return Received::Refused;
        };
        let (_, cell) = self.own_keys.wrap(HandshakeType::Two, &answer);
        self.count += 1;
        let session = Session::new(transport, SessionNumber(self.count), self.terms.own.other(), now);
        if self.answered.len() == limits::ANSWERED_MAX {
            self.answered.pop_front();
        }
        self.answered.push_back(Answered { session, mac, answer: cell.clone(), sent: now });
        Received::Answer { cell, payload }
    }

    fn message_2(&mut self, now: Instant, message: &[u8]) -> Received {
        let Some(mut initiated) = self.initiated.take() else { return Received::Repeat };
        if noise::finish(&mut initiated.state, message).is_none() {
            self.initiated = Some(initiated);
            return Received::Repeat;
        }
        let transport = initiated.state.into_stateless_transport_mode().expect("both messages are done");
        self.count += 1;
        let session = Session::new(transport, SessionNumber(self.count), self.terms.own, initiated.begun);
        if self.go_live(now, session) { Received::Started } else { Received::Repeat }
    }

    /// The new session sends from now on, unless both sides began at once: then side 0's does. True if it sends.
    fn go_live(&mut self, now: Instant, mut session: Session) -> bool {
        session.live = now;
        // The other side's handshakes that began before this one of its own are overtaken. Those that it began while this
        // one was ours may be what it sends on: side 0 decides that, and we do not know how.
        let ours = session.initiator == self.terms.own;
        self.answered.retain(|answered| ours || answered.session.begun > session.begun);
        let at_once = self.live.as_ref().is_some_and(|live| {
            live.initiator == Side::Zero && session.initiator == Side::One && live.live > session.begun
        });
        if at_once {
            self.previous = Some(session);
        } else {
            self.previous = self.live.replace(session);
            if self.live.as_ref().is_some_and(|live| live.initiator == Side::Zero) {
                self.initiated = None;
            }
        }
        !at_once
    }

    /// Forgets the previous session when it has long been silent.
    pub fn expire(&mut self, now: Instant) {
        let silent =
            |session: &Session| now.since(session.heard.unwrap_or(session.live)) > limits::PREVIOUS_SESSION;
        self.previous.take_if(|session| silent(session));
        self.answered.retain(|answered| !silent(&answered.session));
    }
}

/// The last MACs of message 1s, so that a repeat costs no Diffie-Hellman.
#[derive(Default)]
struct MacCache {
    order: VecDeque<CellMac>,
    known: BTreeSet<CellMac>,
}

impl MacCache {
    fn contains(&self, mac: &CellMac) -> bool {
        self.known.contains(mac)
    }

    fn insert(&mut self, mac: CellMac) {
        if self.order.len() == limits::MAC_CACHE_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(mac);
        self.known.insert(mac);
    }
}

/// A token bucket.
struct Budget {
    tokens: f64,
    filled: Instant,
}

impl Budget {
    fn take(&mut self, now: Instant, per_second: u32) -> bool {
        let most = f64::from(per_second);
        self.tokens = (self.tokens + now.since(self.filled).as_secs_f64() * most).min(most);
        self.filled = now;
        let available = self.tokens >= 1.0;
        if available {
            self.tokens -= 1.0;
        }
        available
    }
}
