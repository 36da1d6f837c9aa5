//! A peer with GREEN's keys: it keeps the session's rules, so that it is heard, and no other.

use std::cell::Cell;
use std::collections::BTreeMap;

use ringdown_line::cell::{CellBuilder, ObjectNumber, PAYLOAD_LEN_MAX};
use ringdown_line::limits::SYMBOL_LEN;
use ringdown_line::object::cut;
use ringdown_line::rng::Rng;
use ringdown_line::session::noise::{HandshakeTerms, channel_public};
use ringdown_line::session::{Received, Sessions};
use ringdown_record::body::{Receipt, SeqRange};
use ringdown_record::encoding::put_varint;
use ringdown_record::wire::{self, WireForm};
use ringdown_record::{Entry, EntryHash, EntryRef, Kind, Place, Precedence, Side, TrafficClass, Urgency};

use crate::endpoint::stage::{CARRIERS, Stage};
use crate::source::Source;
use crate::world::WORLD;

/// A session that BLUE has begun. BLUE begins with the same bytes in every run, so the peer's half is made once.
struct Ready {
    sessions: Sessions,
    rng: Rng,
    message_2: Vec<u8>,
    sealed: u32,
}

/// Cells after which the peer's half is made anew: the counter in a cell's header has 24 bits.
const SEALED_MAX: u32 = 1 << 20;

thread_local! {
    static READY: Cell<Option<Ready>> = const { Cell::new(None) };
}

/// See the module.
pub struct Rogue {
    ready: Option<Ready>,
    /// The session is not as BLUE finds it in the next run.
    used_up: bool,
    next_object: ObjectNumber,
    written: BTreeMap<Place, EntryHash>,
    twice: Vec<Place>,
    /// It showed BLUE an entry that BLUE's key signed and BLUE does not hold.
    pub showed_own: bool,
}

impl Rogue {
    /// Without a session.
    pub fn new() -> Rogue {
        let story = WORLD.written_by(Side::One).map(|entry| (entry.header().place, entry.hash()));
        Rogue {
            ready: READY.take(),
            used_up: false,
            next_object: ObjectNumber::FIRST,
            written: story.collect(),
            twice: Vec::new(),
            showed_own: false,
        }
    }

    /// True if it signed two entries for this place.
    pub fn signed_twice(&self, place: Place) -> bool {
        self.twice.contains(&place)
    }

    /// Answers BLUE's message 1.
    pub fn open_session(&mut self, stage: &mut Stage) {
        let message_1 = std::mem::take(&mut stage.in_flight).swap_remove(0);
        if self.ready.is_none() {
            let (mut sessions, mut rng) = (Sessions::new(terms()), Rng::from_seed(&[77; 32]));
            let received = sessions.receive(stage.now, &mut rng, message_1.carrier, &message_1.bytes);
            let Received::Answer { cell, .. } = received else { panic!("a message 1 gets an answer") };
            self.ready = Some(Ready { sessions, rng, message_2: cell, sealed: 0 });
        }
        let ready = self.ready.as_mut().expect("made above");
        stage.deliver(0, message_1.carrier, &ready.message_2);
        // The first cell makes the session live; in later runs it is a repeat of the same bytes.
        for datagram in std::mem::take(&mut stage.in_flight) {
            ready.sessions.receive(stage.now, &mut ready.rng, datagram.carrier, &datagram.bytes);
        }
    }

    /// Takes what BLUE sends.
    fn listen(&mut self, stage: &mut Stage) {
        self.used_up = true;
        let Some(ready) = &mut self.ready else { return };
        for datagram in std::mem::take(&mut stage.in_flight) {
            let received =
                ready.sessions.receive(stage.now, &mut ready.rng, datagram.carrier, &datagram.bytes);
            if let Received::Answer { cell, .. } = received {
                stage.deliver(0, datagram.carrier, &cell);
            }
        }
    }

    /// One thing that it says.
    pub fn act(&mut self, stage: &mut Stage, source: &mut Source<'_>) {
        match source.below(32) {
            0 => return self.listen(stage),
            1 => return self.begin(stage, source),
            _ => {}
        }
        let mut cell = CellBuilder::default();
        let payload = match source.below(7) {
            0 => source.some(PAYLOAD_LEN_MAX + 1).to_vec(),
            1 => {
                cell.control(1, &summary(stage, source));
                cell.take()
            }
            2 => {
                let shown = self.shown(source);
                cell.control(2, &shown);
                cell.take()
            }
            _ => {
                let entry = self.entry(stage, source);
                return self.tell(stage, source, &entry);
            }
        };
        self.say(stage, source, &payload);
    }

    fn say(&mut self, stage: &mut Stage, source: &mut Source<'_>, payload: &[u8]) {
        let carrier = source.pick(&CARRIERS);
        let Some(ready) = &mut self.ready else { return };
        ready.sealed += 1;
        if let Some(bytes) = ready.sessions.seal(carrier, payload) {
            stage.deliver(0, carrier, &bytes);
        }
    }

    /// A handshake of its own, with whatever payload.
    fn begin(&mut self, stage: &mut Stage, source: &mut Source<'_>) {
        let payload = source.some(1100);
        let Some(ready) = &mut self.ready else { return };
        ready.sessions.initiate(stage.now, &mut ready.rng, payload);
        let wait = std::time::Duration::from_millis(100);
        if let Some(message_1) = ready.sessions.repeat(stage.now, wait, wait) {
            stage.deliver(0, source.pick(&CARRIERS), &message_1);
        }
        self.listen(stage);
    }

    /// An entry in one cell or more.
    fn tell(&mut self, stage: &mut Stage, source: &mut Source<'_>, entry: &Entry) {
        let bits = source.byte();
        let form = WireForm {
            incarnation: bits & 1 != 0,
            prev: bits & 2 != 0,
            peer_incarnation: bits & 4 != 0,
            key_list: bits & 8 != 0,
        };
        for object in cut(entry.header().place.seq, &wire::write(entry, form)) {
            let k = object.len() / SYMBOL_LEN;
            for first in (0..k).step_by(36) {
                let mut cell = CellBuilder::default();
                let end = (first + 36).min(k);
                cell.symbols(self.next_object, k, first, &object[first * SYMBOL_LEN..end * SYMBOL_LEN]);
                let payload = cell.take();
                self.say(stage, source, &payload);
            }
            self.next_object = self.next_object.next();
        }
    }

    /// A receipt under GREEN's key, at a place and with citations of the fuzzer's choice.
    fn entry(&mut self, stage: &mut Stage, source: &mut Source<'_>) -> Entry {
        let known = stage.nodes[0].endpoint.as_ref();
        let head = known.map_or(EntryRef::NONE, |endpoint| endpoint.peer_head());
        let own = known.map_or(EntryRef::NONE, |endpoint| endpoint.own_head());
        let seq = match source.below(6) {
            0 => u64::from(source.two()).max(2),
            1 => head.place.seq.max(2),
            2 => head.place.seq + 2,
            3 => head.place.seq + 70_000,
            _ => head.place.seq + 1,
        };
        let written = self.written.get(&Place::first(seq - 1)).copied();
        let prev = if source.below(8) == 1 { EntryHash(source.array()) } else { written.unwrap_or_default() };
        let peer = match source.below(4) {
            0 => EntryRef {
                place: Place::first(1 + u64::from(source.byte())),
                hash: EntryHash(source.array()),
            },
            1 => WORLD.head(Side::Zero),
            _ => own,
        };
        let mut context = WORLD.context(Side::One, EntryRef::NONE, peer);
        (context.place, context.prev) = (Place::first(seq), prev);
        let node = source.below(8);
        context.node = if node == 1 { &WORLD.keys[0].node } else { context.node };
        let urgency = Urgency { precedence: source.pick(&Precedence::ALL), class: TrafficClass::Test };
        let kind = source.pick(&[Kind::RECEIPT, Kind::RECEIPT, Kind(7), Kind(200), Kind::ACT]);
        let entry = Entry::seal(&context, kind, urgency, 0, receipt(source).to_body());
        stage.signed.insert(entry.hash());
        if node != 1 {
            let before = self.written.insert(entry.header().place, entry.hash());
            self.twice.extend(before.filter(|hash| *hash != entry.hash()).map(|_| entry.header().place));
        }
        entry
    }

    /// An entry under BLUE's own key: one that BLUE holds, one that it does not, or no such thing.
    fn shown(&mut self, source: &mut Source<'_>) -> Vec<u8> {
        let entry = match source.below(4) {
            0 => return source.some(300).to_vec(),
            1 => WORLD.story[source.below(WORLD.story.len())].as_ref().clone(),
            choice => {
                let mut context = WORLD.context(Side::Zero, EntryRef::NONE, EntryRef::NONE);
                context.place = Place::first(1 + u64::from(source.two()));
                context.node = if choice == 2 { context.node } else { &WORLD.keys[1].node };
                Entry::seal(&context, Kind::RECEIPT, Urgency::LINE, 0, vec![0])
            }
        };
        self.showed_own |= entry.header().side == Side::Zero;
        [&entry.header().preimage()[..], entry.signature()].concat()
    }
}

impl Drop for Rogue {
    fn drop(&mut self) {
        READY.set(self.ready.take().filter(|ready| !self.used_up && ready.sealed < SEALED_MAX));
    }
}

fn terms() -> HandshakeTerms {
    HandshakeTerms {
        line: WORLD.line,
        own: Side::One,
        incarnations: [1, 1],
        psk: WORLD.pairing.psk_0(),
        channel: WORLD.keys[1].channel.clone(),
        peer_channel: channel_public(&WORLD.keys[0].channel),
    }
}

fn receipt(source: &mut Source<'_>) -> Receipt {
    let mut beyond = Vec::new();
    let mut at = 0;
    for _ in 0..source.below(4) {
        at += 2 + u64::from(source.byte() % 8);
        let to = at + u64::from(source.byte() % 4);
        beyond.push(SeqRange { from: at, to });
        at = to;
    }
    Receipt { beyond }
}

/// A summary whose claims are the fuzzer's.
fn summary(stage: &Stage, source: &mut Source<'_>) -> Vec<u8> {
    let known = stage.nodes[0].endpoint.as_ref();
    let head =
        |own: bool| known.map_or(EntryRef::NONE, |node| if own { node.own_head() } else { node.peer_head() });
    let mut out = vec![source.byte()];
    let own = if source.below(2) == 0 { head(false).place.seq } else { source.eight() >> source.below(64) };
    let held = match source.below(3) {
        0 => head(true),
        1 => EntryRef { place: Place::first(u64::from(source.byte())), hash: EntryHash(source.array()) },
        _ => WORLD.story[source.below(6)].reference(),
    };
    put_varint(&mut out, u64::from(own > 0));
    put_varint(&mut out, own);
    put_varint(&mut out, u64::from(held.place.seq > 0));
    put_varint(&mut out, held.place.seq);
    out.extend_from_slice(&held.hash.short());
    for _ in 0..source.below(6) {
        put_varint(&mut out, u64::from(source.byte()));
        put_varint(&mut out, u64::from(source.byte()));
    }
    out
}
