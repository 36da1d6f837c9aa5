//! One side of one line, for its whole life.
//!
//! The endpoint owns both chains as held here, the sessions, and what is on its way. It performs no IO: the driver
//! hands in datagrams, durability and time by [`Endpoint::handle`], and drains [`Endpoint::poll`] after each.

mod inbox;
mod outbox;
mod path;
mod receive;
mod seal;
mod shown;
mod summary;
mod writer;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use ringdown_message::Gates;
use ringdown_record::{
    BatchId, Chain, Charter, Entry, EntryRef, Kind, LineId, Place, Secret, Side, SigningKey, TrafficClass,
    Urgency,
};

use crate::cell::{CellBuilder, PAYLOAD_LEN_MAX};
use crate::input::{CarrierId, Input};
use crate::limits;
use crate::output::{Alarm, Event, Output};
use crate::rng::Rng;
use crate::session::noise::HandshakeTerms;
use crate::session::{SessionNumber, Sessions};
use crate::time::{Instant, Now};

pub use path::CarrierState;
pub use seal::SubmitError;

use inbox::Inbox;
use outbox::{Filled, Outbox, PeerKnows};
use path::Paths;
use summary::Summary;
use writer::Writer;

/// What an endpoint is made of, besides its record.
#[derive(Clone, Debug)]
pub struct Config {
    /// The verified charter.
    pub charter: Arc<Charter>,
    /// Which side this is.
    pub side: Side,
    /// The node's signing key, as in its INCARNATION.
    pub node: SigningKey,
    /// The node's X25519 secret, as in its INCARNATION.
    pub channel: Secret,
    /// The secret from pairing.
    pub pairing: Secret,
    /// Carriers by number.
    pub carriers: Vec<CarrierId>,
}

/// See the module.
pub struct Endpoint {
    line: LineId,
    node: SigningKey,
    salt_key: Secret,
    own: Chain,
    peer: Chain,
    gates: Gates,
    next_serial: BTreeMap<TrafficClass, u32>,
    now: Now,
    rng: Rng,
    sessions: Sessions,
    paths: Paths,
    outbox: Outbox,
    inbox: Inbox,
    writer: Writer,
    outputs: VecDeque<Output>,
    /// Urgency of the most urgent peer entry that no own entry cites yet.
    receipt_wanted: Option<Urgency>,
    /// Peer entries beyond a gap that no RECEIPT of ours names yet, other than RECEIPTs.
    unnamed: BTreeSet<u64>,
    receipt_sealed: Instant,
    summary: SummaryState,
    /// Conflicting entries that wait for the held one from the store.
    conflicts: BTreeMap<Place, Entry>,
    proven: BTreeSet<Place>,
    /// Peer entries that were refused, and own entries about which the peer says otherwise: told once each.
    reproached: BTreeSet<u64>,
    disputed: BTreeSet<u64>,
    /// Urgency of the most urgent peer entry beyond a gap.
    beyond_urgency: Option<Urgency>,
    /// When to ask again for what is missing before entries that are here; `None` without a gap.
    gap_next: Option<Instant>,
    /// When the peer was last shown an entry of its own that it lacks, which one is being read, and its bytes.
    shown: Option<Instant>,
    showing: Option<Place>,
    to_show: Option<Vec<u8>>,
    /// Until when nothing is sealed because the peer claims to hold more of our chain than we do: once per run.
    doubt_until: Option<Instant>,
    own_is_old: bool,
    peer_writable: bool,
}

#[derive(Debug)]
struct SummaryState {
    /// When the next one is due by the schedule.
    next: Instant,
    /// One should go with the next cell, asking for an answer or not.
    pending: Option<bool>,
    sent: Instant,
    /// When one that wants an answer was sent, for measuring the round trip.
    asked: Option<Instant>,
    /// The session of the newest one that came, and its counter on each carrier.
    came: Option<SessionNumber>,
    counters: BTreeMap<CarrierId, u64>,
}

/// What a record says about the state of an endpoint.
struct Recovered {
    own: Chain,
    peer: Chain,
    gates: Gates,
    next_serial: BTreeMap<TrafficClass, u32>,
    unreceipted: BTreeMap<u64, Arc<Entry>>,
    receipt_wanted: Option<Urgency>,
    unnamed: BTreeSet<u64>,
}

impl Recovered {
    fn from(config: &Config, entries: impl IntoIterator<Item = Arc<Entry>>) -> Recovered {
        let mut own = Chain::new(config.charter.clone(), config.side);
        let mut peer = Chain::new(config.charter.clone(), config.side.other());
        let mut gates = Gates::default();
        let mut next_serial = BTreeMap::new();
        let mut unreceipted: BTreeMap<u64, Arc<Entry>> = BTreeMap::new();
        let mut newest_peer: Option<(u64, Urgency)> = None;
        let mut named = Vec::new();
        let mut unnamed = BTreeSet::new();
        for entry in entries {
            let header = entry.header();
            gates.apply(&entry);
            if header.side == config.side {
                own.add(&entry);
                seal::count_serial(&mut next_serial, &entry);
                named.extend(receive::ranges_of(&entry));
                unreceipted.insert(header.place.seq, entry);
            } else {
                peer.add(&entry);
                unreceipted = unreceipted.split_off(&(peer.cited().seq + 1));
                for range in receive::ranges_of(&entry) {
                    unreceipted.retain(|seq, _| !(range.from..=range.to).contains(seq));
                }
                if header.kind != Kind::RECEIPT {
                    unnamed.insert(header.place.seq);
                    newest_peer = Some((header.place.seq, header.urgency));
                }
            }
        }
        let mut unnamed = unnamed.split_off(&(peer.head().place.seq + 1));
        for range in named {
            unnamed.retain(|seq| !(range.from..=range.to).contains(seq));
        }
        let receipt_wanted = newest_peer
            .filter(|(seq, _)| *seq > own.cited().seq || !unnamed.is_empty())
            .map(|(_, urgency)| urgency);
        Recovered { own, peer, gates, next_serial, unreceipted, receipt_wanted, unnamed }
    }
}

impl Endpoint {
    /// Builds an endpoint from a record. `entries` are all entries of both sides as the store gives them back, in
    /// the order in which they became durable.
    pub fn recover(
        config: Config,
        entries: impl IntoIterator<Item = Arc<Entry>>,
        now: Now,
        seed: &[u8; 32],
    ) -> Endpoint {
        let Recovered { own, peer, gates, next_serial, unreceipted, receipt_wanted, unnamed } =
            Recovered::from(&config, entries);
        let line = config.charter.line_id();
        let terms = HandshakeTerms {
            line,
            own: config.side,
            incarnations: [1, 1],
            psk: config.pairing.psk_0(),
            channel: config.channel,
            peer_channel: peer.channel_key(),
        };
        let mut outbox = Outbox::new();
        unreceipted.into_values().for_each(|entry| outbox.offer(entry));
        Endpoint {
            line,
            node: config.node,
            salt_key: config.pairing.salt_key(),
            own,
            peer,
            gates,
            next_serial,
            now,
            rng: Rng::from_seed(seed),
            sessions: Sessions::new(terms),
            paths: Paths::new(&config.carriers),
            outbox,
            inbox: Inbox::default(),
            writer: Writer::new(),
            outputs: VecDeque::new(),
            receipt_wanted,
            unnamed,
            receipt_sealed: Instant(0),
            summary: SummaryState {
                next: now.instant + limits::SUMMARY_INTERVAL,
                pending: None,
                sent: Instant(0),
                asked: None,
                came: None,
                counters: BTreeMap::new(),
            },
            conflicts: BTreeMap::new(),
            proven: BTreeSet::new(),
            reproached: BTreeSet::new(),
            disputed: BTreeSet::new(),
            beyond_urgency: None,
            gap_next: None,
            shown: None,
            doubt_until: None,
            showing: None,
            to_show: None,
            own_is_old: false,
            peer_writable: true,
        }
    }

    /// Takes one input. Poll until [`Output::Timeout`] before the next.
    pub fn handle(&mut self, now: Now, input: Input<'_>) {
        self.now = now;
        match input {
            Input::Received { carrier, bytes } => self.handle_datagram(carrier, bytes),
            Input::CarrierUp(carrier) => {
                self.paths.set_usable(carrier, true);
                self.summary.pending = Some(true);
            }
            Input::CarrierDown(carrier) => {
                if self.paths.set_usable(carrier, false) {
                    self.outputs.push_back(Output::Event(Event::Path { carrier, up: false }));
                }
            }
            Input::Leaving => self.leave(),
            Input::Persisted(batch) => self.handle_persisted(batch),
            Input::StoreWritable(writable) => self.handle_writable(writable),
            Input::Recalled(entries) => self.handle_recalled(entries),
            Input::Timeout => {}
        }
        self.work();
    }

    /// The next thing to do. After [`Output::Timeout`] there is nothing until the next input.
    pub fn poll(&mut self) -> Output {
        if let Some(batch) = self.writer.close() {
            return Output::Persist(batch);
        }
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        if let Some(output) = self.poll_cell() {
            return output;
        }
        Output::Timeout(self.next_timeout())
    }

    /// Everything that follows from time and state, after each input.
    fn work(&mut self) {
        let now = self.now.instant;
        self.sessions.expire(now);
        self.outbox.expire(now, self.paths.round_trip());
        for carrier in self.paths.fall_silent(now) {
            self.outputs.push_back(Output::Event(Event::Path { carrier, up: false }));
        }
        self.ask_about_gap();
        self.seal_receipt_if_due();
        self.probe();
        if now >= self.summary.next {
            self.summary.next = now + limits::SUMMARY_INTERVAL;
            self.summary.pending = Some(true);
        }
        self.want_session();
    }

    /// While something waits and the path is down, asks whether it still is.
    fn probe(&mut self) {
        let now = self.now.instant;
        let wanted = self.paths.is_down() && self.outbox.wants_answer();
        if wanted && now >= self.summary.sent + limits::PROBE_INTERVAL {
            self.summary.pending = Some(true);
        }
    }

    /// One last cell, so that the peer knows at once.
    fn leave(&mut self) {
        let Some(carrier) = self.paths.usable().next() else { return };
        let mut cell = CellBuilder::default();
        let summary = Summary { leaving: true, ..Summary::of(&self.own, &self.peer, false, false) };
        cell.control(summary::KIND, &summary.to_bytes());
        if let Some(bytes) = self.sessions.seal(carrier, &cell.take()) {
            self.outputs.push_back(Output::Transmit { carrier, bytes });
        }
    }

    /// Starts a handshake when there is no session, an old one, or one in which the peer no longer answers.
    fn want_session(&mut self) {
        let now = self.now.instant;
        let silent = self.outbox.wants_answer() && self.paths.owed(now) > self.paths.patience(1);
        let wanted = !self.sessions.is_live() || self.sessions.is_worn(now) || silent;
        let old = self.sessions.is_initiation_old(now, self.paths.round_trip());
        if old || wanted && !self.sessions.is_initiating() {
            let fresh = !old && !self.sessions.is_live() && self.paths.usable().next().is_some();
            let (payload, filled) = if fresh { self.message_1_payload() } else { Default::default() };
            self.report_sent(filled);
            self.sessions.initiate(now, &mut self.rng, &payload);
        }
        let longest = if self.outbox.wants_answer() { limits::REPEAT_MAX } else { limits::REPEAT_IDLE_MAX };
        let round_trip = self.paths.round_trip();
        if let Some(cell) = self.sessions.repeat(now, round_trip, longest.max(round_trip)) {
            self.paths.asked(now);
            self.transmit_everywhere(cell);
        }
    }

    fn message_1_payload(&mut self) -> (Vec<u8>, Filled) {
        let room = limits::CELL_LEN_MAX - 6 - 48;
        let (now, knows) = (self.now.instant, self.peer_knows());
        self.outbox.whole(now, room, knows, |repeats| self.paths.patience(repeats))
    }

    /// The same bytes on every carrier: for handshakes, which are the same on all of them.
    fn transmit_everywhere(&mut self, cell: Vec<u8>) {
        for carrier in self.paths.usable() {
            self.outputs.push_back(Output::Transmit { carrier, bytes: cell.clone() });
        }
    }

    /// One cell with as much as fits, if anything is to be said and a session can say it.
    fn poll_cell(&mut self) -> Option<Output> {
        let now = self.now.instant;
        let carrier = self.paths.usable().next()?;
        if !self.sessions.is_live() {
            return None;
        }
        let mut cell = CellBuilder::default();
        if let Some(ask) = self.summary.pending.take() {
            let summary = Summary::of(&self.own, &self.peer, ask, !self.writer.writable);
            cell.control(summary::KIND, &summary.to_bytes());
            self.summary.sent = now;
            if ask {
                self.summary.asked = Some(now);
                self.paths.asked(now);
            }
        }
        if let Some(entry) = self.to_show.take() {
            cell.control(shown::KIND, &entry);
        }
        let knows = self.peer_knows();
        let filled = if self.paths.is_down() {
            Filled::default()
        } else {
            self.outbox.fill(now, &mut cell, knows, |repeats| self.paths.patience(repeats))
        };
        if filled.wants_answer {
            self.paths.asked(now);
        }
        self.report_sent(filled);
        if cell.is_empty() {
            return None;
        }
        let payload = cell.take();
        debug_assert!(payload.len() <= PAYLOAD_LEN_MAX, "a cell was filled above its size");
        let bytes = self.sessions.seal(carrier, &payload)?;
        Some(Output::Transmit { carrier, bytes })
    }

    fn report_sent(&mut self, filled: Filled) {
        for entry in filled.first {
            self.outputs.push_back(Output::Event(Event::Sent(entry)));
        }
    }

    fn peer_knows(&self) -> PeerKnows {
        let cited = self.peer.cited();
        let (list, hash) = self.own.key_list();
        let in_force_there = self.own.key_list_at(cited.seq).1 == hash;
        let known = list.number == 1 || in_force_there;
        PeerKnows {
            incarnation: cited != Place::NONE,
            key_list_before: if known { u64::MAX } else { cited.seq + 1 },
        }
    }

    fn handle_persisted(&mut self, id: BatchId) {
        for batch in self.writer.persisted(id) {
            for entry in &batch.entries {
                if entry.header().side == self.own.side() {
                    self.outbox.offer(entry.clone());
                }
            }
            self.outputs.push_back(Output::Event(Event::Durable(batch.entries.clone())));
        }
    }

    fn handle_writable(&mut self, writable: bool) {
        if self.writer.writable != writable {
            self.writer.writable = writable;
            // The peer learns it at once: it need not wonder why nothing is receipted.
            self.summary.pending = Some(true);
        }
    }

    fn next_timeout(&self) -> Option<(Instant, &'static str)> {
        let receipt = self
            .receipt_wanted
            .filter(|_| !self.own_is_old && !self.in_doubt() && self.writer.writable)
            .map(|_| self.receipt_sealed + limits::RECEIPT_INTERVAL);
        let owed = self.outbox.wants_answer();
        // A question that no carrier can take is no reason to wake up: it would be due again at once.
        let can_ask = self.paths.is_down() && self.paths.usable().next().is_some();
        let ask = can_ask.then_some(self.summary.sent + limits::PROBE_INTERVAL);
        let probe =
            (owed && !self.sessions.is_initiating()).then(|| self.now.instant + self.paths.patience(1));
        let times = [
            (receipt, "receipt"),
            (self.sessions.next_repeat(), "handshake"),
            (self.outbox.next_timer(), "repeat"),
            (self.paths.silence_at(), "silence"),
            (Some(self.summary.next), "summary"),
            (self.gap_next, "gap"),
            (ask.filter(|_| owed && self.sessions.is_live()), "probe"),
            (self.doubt_until.filter(|at| *at > self.now.instant), "doubt"),
            (probe, "probe"),
        ];
        times.into_iter().filter_map(|(at, reason)| at.map(|at| (at, reason))).min()
    }

    /// The own head.
    pub fn own_head(&self) -> EntryRef {
        self.own.head()
    }

    /// How far the peer's chain is held without a gap.
    pub fn peer_head(&self) -> EntryRef {
        self.peer.head()
    }

    /// Both gates as held here.
    pub fn gates(&self) -> &Gates {
        &self.gates
    }

    /// Carriers and whether the peer is heard on them.
    pub fn carriers(&self) -> &[CarrierState] {
        self.paths.carriers()
    }

    /// Datagrams that no key of this line opened.
    pub fn refused_cells(&self) -> u64 {
        self.sessions.refused()
    }

    /// Cells that had come before, over this way or another; they changed nothing.
    pub fn repeated_cells(&self) -> u64 {
        self.sessions.repeated()
    }

    /// False after the peer said that its disk takes nothing.
    pub fn peer_writable(&self) -> bool {
        self.peer_writable
    }

    /// The number that the next own message of a class will bear.
    pub fn next_serial(&self, class: TrafficClass) -> u32 {
        self.next_serial.get(&class).copied().unwrap_or(1)
    }

    /// True while the peer may still show that our record is an older copy.
    fn in_doubt(&self) -> bool {
        self.doubt_until.is_some_and(|until| self.now.instant < until)
    }

    fn alarm(&mut self, alarm: Alarm) {
        self.outputs.push_back(Output::Alarm(alarm));
    }
}
