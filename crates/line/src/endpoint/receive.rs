//! What the peer sends: datagrams to cells, cells to items, items to entries and summaries.

use std::sync::Arc;

use ringdown_record::body::{Body, Receipt, SeqRange};
use ringdown_record::encoding::Reader;
use ringdown_record::wire::WireEntry;
use ringdown_record::{Entry, Kind, Misbehaviour, Place, Urgency};

use crate::cell::{self, Item};
use crate::endpoint::inbox::{Arrival, Context};
use crate::endpoint::shown;
use crate::endpoint::summary::{self, Summary};
use crate::endpoint::{Endpoint, Event};
use crate::input::CarrierId;
use crate::limits;
use crate::object::Assembled;
use crate::output::{Alarm, Output};
use crate::session::{Received, SessionNumber};

impl Endpoint {
    pub(super) fn handle_datagram(&mut self, carrier: CarrierId, bytes: &[u8]) {
        let now = self.now.instant;
        match self.sessions.receive(now, &mut self.rng, carrier, bytes) {
            Received::Refused | Received::Repeat => {}
            Received::Answer { cell, payload } => {
                self.outputs.push_back(Output::Transmit { carrier, bytes: cell });
                self.handle_message_1(&payload);
            }
            Received::Started => {
                self.heard(carrier);
                self.new_session(true);
            }
            Received::Cell { payload, session, counter, started } => {
                self.heard(carrier);
                if !self.sessions.is_worn(now) {
                    self.sessions.stop_initiating();
                }
                if started {
                    self.new_session(false);
                }
                self.handle_payload(carrier, session, counter, &payload);
            }
        }
    }

    fn heard(&mut self, carrier: CarrierId) {
        if self.paths.heard(self.now.instant, carrier) {
            self.outputs.push_back(Output::Event(Event::Path { carrier, up: true }));
        }
    }

    /// The first cells of a session carry both summaries; the initiator asks.
    fn new_session(&mut self, initiator: bool) {
        self.outbox.new_session();
        self.summary.pending = Some(initiator);
    }

    /// Whole entries that came with a message 1. A replay of them changes nothing: entries are known by hash.
    fn handle_message_1(&mut self, payload: &[u8]) {
        if !self.can_take() {
            return;
        }
        let mut r = Reader::new(payload);
        while let Ok(len) = r.array().map(u32::from_be_bytes) {
            let Ok(wire) = r.take(len as usize) else { break };
            if len == 0 {
                break;
            }
            self.handle_wire(wire, false);
        }
    }

    /// False while the disk takes nothing, or too much waits for it: what arrives is left to be repeated.
    fn can_take(&self) -> bool {
        self.writer.writable && self.writer.waiting_bytes() <= limits::UNPERSISTED_MAX
    }

    fn handle_payload(&mut self, carrier: CarrierId, session: SessionNumber, counter: u64, payload: &[u8]) {
        // A malformed cell under the session's key is a fault of the peer's node; it costs only itself.
        for item in cell::read(payload).unwrap_or_default() {
            match item {
                Item::Control { kind: summary::KIND, value } => {
                    if let Ok(summary) = Summary::read(value) {
                        if self.is_newest(carrier, session, counter) {
                            self.handle_summary(carrier, summary);
                        } else if summary.answer_wanted {
                            self.answer_summary();
                        }
                    }
                }
                Item::Control { kind: shown::KIND, value } => self.handle_shown(value),
                Item::Control { .. } => {}
                Item::Symbols { object, k, first, symbols } => {
                    if !self.can_take() {
                        continue;
                    }
                    let peer = &self.peer;
                    let held = |seq| peer.hash_at(Place::first(seq)).is_some();
                    match self.inbox.assembler(session).symbols(object, k, first, symbols, held) {
                        Ok(Assembled::Entry(wire)) => match self.handle_wire(&wire, true) {
                            Some(Kind::RECEIPT) => self.inbox.assembler(session).done_receipt(object),
                            Some(_) => self.inbox.assembler(session).done(object),
                            None => {}
                        },
                        Ok(Assembled::Repeat) => {
                            let receipt = self.inbox.assembler(session).was_receipt(object);
                            self.handle_repeat(receipt);
                        }
                        Ok(Assembled::Incomplete) | Err(_) => {}
                    }
                }
            }
        }
    }

    /// The peer repeats what is here: our receipt was lost or is still to be written, or what arrived waits for
    /// something that the peer does not know to be missing. A repeated RECEIPT says nothing about ours: it wants none,
    /// and two sides that repeated RECEIPTs for RECEIPTs would never stop.
    fn handle_repeat(&mut self, receipt: bool) {
        let patience = self.paths.patience(0);
        if !receipt {
            self.outbox.peer_repeats(self.now.instant, patience);
        }
        // With nothing of ours open the peer has our receipts, and may only believe that we lost what it repeats.
        if self.inbox.has_parked() || !receipt && self.outbox.lowest().is_none() {
            self.ask_for_missing();
        }
    }

    /// The kind of this entry, if it need not come again. What is held already says something only if it came in a
    /// session: a stranger can send a recorded message 1 again.
    fn handle_wire(&mut self, wire: &[u8], in_session: bool) -> Option<Kind> {
        let entry = WireEntry::read(wire).ok()?;
        if entry.seq() > self.peer.head().place.seq + limits::BEYOND_MAX {
            return None;
        }
        let kind = entry.kind();
        let mut settled = true;
        let context = Context { line: self.line, own: &self.own, salt_key: &self.salt_key };
        for arrival in self.inbox.arrive(entry, &mut self.peer, &context) {
            match arrival {
                Arrival::Taken(entry) => self.handle_taken(entry),
                Arrival::AlreadyHeld if in_session => self.handle_repeat(kind == Kind::RECEIPT),
                Arrival::AlreadyHeld => {}
                Arrival::Parked => {
                    settled = false;
                    self.ask_for_missing();
                }
                Arrival::TwoHistories(other) => settled &= self.handle_conflict(*other),
                Arrival::Misbehaved(seq, reason) => self.reproach(seq, reason),
            }
        }
        settled.then_some(kind)
    }

    fn handle_taken(&mut self, entry: Arc<Entry>) {
        let header = entry.header();
        if header.kind != Kind::RECEIPT {
            self.want_receipt(header.urgency);
            if header.place > self.peer.head().place {
                self.unnamed.insert(header.place.seq);
                let more =
                    self.beyond_urgency.map_or(header.urgency, |known| more_urgent(known, header.urgency));
                self.beyond_urgency = Some(more);
            }
        }
        // A filled gap: what was named by range can be cited now, and that is the receipt that lasts.
        if self.peer.head().place > header.place
            && let Some(urgency) = self.beyond_urgency.take()
        {
            self.want_receipt(urgency);
        }
        self.gates.apply(&entry);
        self.apply_receipt(&entry);
        self.writer.add(entry, None);
    }

    pub(super) fn want_receipt(&mut self, urgency: Urgency) {
        self.receipt_wanted = Some(self.receipt_wanted.map_or(urgency, |known| more_urgent(known, urgency)));
    }

    /// Any verified entry of the peer receipts our chain up to what it cites.
    ///
    /// It frees the outbox before it is durable here. After a crash the outbox is filled again from what the disk
    /// holds, so an entry whose receipt was lost with the crash is sent once more and receipted once more.
    fn apply_receipt(&mut self, entry: &Entry) {
        let freed = self.outbox.receipted(self.now.instant, entry.header().peer.place.seq);
        if let Some(sample) = freed.round_trip {
            self.paths.measured(sample);
        }
        self.outbox.receipted_beyond(&ranges_of(entry));
    }

    fn ask_for_missing(&mut self) {
        let rested = self.now.instant.since(self.summary.sent) > limits::SUMMARY_SPACING;
        if rested && self.summary.pending.is_none() {
            self.summary.pending = Some(false);
        }
    }

    /// While entries are here but not all before them, the peer is told so again and again.
    pub(super) fn ask_about_gap(&mut self) {
        let now = self.now.instant;
        if !self.peer.has_gap() {
            self.gap_next = None;
            return;
        }
        let next = *self.gap_next.get_or_insert(now + self.paths.patience(0));
        if now >= next {
            self.summary.pending = Some(self.summary.pending.unwrap_or(false));
            self.gap_next = Some(now + self.paths.patience(8));
        }
    }

    /// False for a summary that a newer one of the same session overtook: what it says was so once. Which of two
    /// sessions the peer sends on is its own affair, so one of another session counts; the next one puts it right.
    fn is_newest(&mut self, carrier: CarrierId, session: SessionNumber, counter: u64) -> bool {
        if self.summary.came.replace(session) != Some(session) {
            self.summary.counters.clear();
        }
        let newest = self.summary.counters.entry(carrier).or_insert(counter);
        let is_newest = counter >= *newest;
        *newest = counter.max(*newest);
        is_newest
    }

    fn answer_summary(&mut self) {
        self.summary.pending = Some(self.summary.pending.unwrap_or(false));
    }

    fn handle_summary(&mut self, carrier: CarrierId, summary: Summary) {
        let now = self.now.instant;
        if summary.leaving {
            if self.paths.leaving(carrier) {
                self.outputs.push_back(Output::Event(Event::Path { carrier, up: false }));
            }
            return;
        }
        if let Some(asked) = self.summary.asked.take().filter(|_| !summary.answer_wanted) {
            self.paths.measured(now.since(asked));
        }
        if summary.cannot_store == self.peer_writable {
            self.peer_writable = !summary.cannot_store;
            self.outputs.push_back(Output::Event(Event::PeerWritable(self.peer_writable)));
        }
        if !self.compare_heads(&summary) {
            return;
        }
        if self.peer.head().place > summary.own && self.peer.hash_at(summary.own).is_some() {
            self.show_newer(summary.own);
        }
        let cited = self.peer.cited().seq;
        self.outbox.receipted(now, cited.min(summary.held.seq));
        self.outbox.summarized(now, summary.held.seq, &summary.beyond, self.paths.patience(0));
        self.recall_for_peer(&summary);
        let we_lack = summary.own > self.peer.head().place;
        if summary.answer_wanted || we_lack {
            self.ask_for_missing();
            if summary.answer_wanted {
                self.answer_summary();
            }
        }
    }

    /// False if the peer claims to hold something of our chain that is not in it. A claim alone stops nothing.
    fn compare_heads(&mut self, summary: &Summary) -> bool {
        match self.own.hash_at(summary.held) {
            None => {
                // Time for the peer to show it. A liar gains one pause of seconds in a run, no more.
                self.doubt_until.get_or_insert(self.now.instant + limits::DOUBT);
                false
            }
            Some(hash) if summary.held != Place::NONE && hash.short() != summary.held_hash => {
                if self.disputed.insert(summary.held.seq) {
                    self.alarm(Alarm::PeerHoldsOther { place: summary.held });
                }
                false
            }
            Some(_) => true,
        }
    }

    /// The peer lacks entries that it once receipted: it came back with an older copy. It gets them again.
    fn recall_for_peer(&mut self, summary: &Summary) {
        let from = summary.held.seq + 1;
        let first_here = self.outbox.lowest().unwrap_or(self.own.head().place.seq + 1);
        if from < first_here {
            let to = (first_here - 1).min(from + limits::RECALL_MAX - 1);
            self.outputs.push_back(Output::Recall {
                side: self.own.side(),
                from: Place::first(from),
                to: Place::first(to),
            });
        }
    }

    /// The peer's own head, by its summary, is behind what we hold of it: show it an entry that it signed and lacks.
    fn show_newer(&mut self, peer_head: Place) {
        let newest = self.peer.head().place;
        let rested = self.shown.is_none_or(|at| self.now.instant.since(at) > limits::SUMMARY_INTERVAL / 2);
        if rested && newest > peer_head {
            self.shown = Some(self.now.instant);
            self.showing = Some(newest);
            self.outputs.push_back(Output::Recall { side: self.peer.side(), from: newest, to: newest });
        }
    }

    /// The peer shows an entry under our own key. If it is good and not in our chain, our record is an older copy.
    fn handle_shown(&mut self, value: &[u8]) {
        let Some(entry) = shown::read(value, self.line, &self.own, &self.node.public()) else { return };
        if self.own.hash_at(entry.place) != Some(entry.hash) && !std::mem::replace(&mut self.own_is_old, true)
        {
            let own = self.own.head().place;
            self.alarm(Alarm::OwnRecordIsOld { peer_holds: entry.place, own });
        }
    }

    /// True if it is proved, or will not be. Until then it must come again: what it contradicts may not be on the disk.
    fn handle_conflict(&mut self, other: Entry) -> bool {
        let place = other.header().place;
        if self.proven.len() >= limits::EVIDENCE_MAX || self.proven.contains(&place) {
            return true;
        }
        if self.conflicts.len() >= limits::EVIDENCE_MAX {
            return false;
        }
        self.conflicts.insert(place, other);
        self.outputs.push_back(Output::Recall { side: self.peer.side(), from: place, to: place });
        false
    }

    pub(super) fn handle_recalled(&mut self, entries: Vec<Arc<Entry>>) {
        for entry in entries {
            let header = entry.header();
            if header.side == self.own.side() {
                self.outbox.offer(entry);
                continue;
            }
            if self.showing.take_if(|place| *place == header.place).is_some() {
                self.to_show = Some(shown::write(&entry));
            }
            if let Some(other) = self.conflicts.remove(&header.place) {
                self.seal_evidence(&entry, &other);
            }
        }
        // What is not on the disk yet cannot be proved now; the peer repeats it and it is found again.
        self.conflicts.clear();
    }

    fn reproach(&mut self, seq: u64, reason: Misbehaviour) {
        if self.reproached.len() < limits::PARKED_MAX && self.reproached.insert(seq) {
            self.alarm(Alarm::PeerMisbehaved { seq, reason });
        }
    }
}

/// What a RECEIPT names beyond a gap; nothing for other kinds.
pub(super) fn ranges_of(entry: &Entry) -> Vec<SeqRange> {
    if entry.header().kind != Kind::RECEIPT {
        return Vec::new();
    }
    let receipt = Body::read(entry.body()).and_then(|body| Receipt::read(body.content));
    receipt.map(|receipt| receipt.beyond).unwrap_or_default()
}

fn more_urgent(a: Urgency, b: Urgency) -> Urgency {
    if b.precedence < a.precedence { b } else { a }
}
