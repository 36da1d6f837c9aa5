//! BLUE's endpoint alone, and a peer that the test speaks for: it has GREEN's keys, opens what BLUE sends, and says
//! what no correct node would.

use std::sync::Arc;
use std::time::Duration;

use ringdown_line::cell::{self, CellBuilder, Item, ObjectNumber};
use ringdown_line::limits::SYMBOL_LEN;
use ringdown_line::object;
use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_line::rng::Rng;
use ringdown_line::session::noise::{HandshakeTerms, channel_public};
use ringdown_line::session::{Received, Sessions};
use ringdown_line::{Alarm, CarrierId, Config, Endpoint, Event, Input, Instant, Now, Output, Submission};
use ringdown_message::{Draft, Marker};
use ringdown_record::body::{Body, Receipt};
use ringdown_record::encoding::put_varint;
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::wire::{self, WireForm};
use ringdown_record::{
    Batch, Entry, EntryHash, EntryRef, Kind, Place, Precedence, SealContext, Secret, Side, TrafficClass,
    Urgency, WallTime,
};

use crate::pair::{UDP, officer_key, side_keys};

/// A second carrier.
pub const RADIO: CarrierId = CarrierId(2);

pub struct Sent {
    pub at: Instant,
    pub carrier: CarrierId,
    pub bytes: Vec<u8>,
}

pub struct Alone {
    pub blue: Endpoint,
    pub now: Instant,
    pub disk: Vec<Arc<Entry>>,
    pub sent: Vec<Sent>,
    pub alarms: Vec<Alarm>,
    pub said_sent: Vec<EntryRef>,
    pub paths: Vec<(CarrierId, bool)>,
    pub green: Sessions,
    pub rng: Rng,
    pub paired: Paired,
    pub keys: [SideKeys; 2],
    pub pairing: Secret,
    /// What BLUE wants to keep becomes durable at once; else it waits for [`Alone::commit`].
    pub keeps: bool,
    waiting: Vec<Arc<Batch>>,
    timeout: Option<Instant>,
    heard: usize,
    next_object: ObjectNumber,
    nonce: u64,
}

/// One thing that BLUE said in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Control { kind: u8, value: Vec<u8> },
    Symbols { object: u16, k: usize, first: usize, symbols: Vec<u8> },
}

impl Alone {
    /// BLUE has just started; message 1 is sent.
    pub fn new() -> Alone {
        Alone::with_seed([7; 32])
    }

    pub fn with_seed(seed: [u8; 32]) -> Alone {
        let keys = [side_keys("BLUE", 10), side_keys("GREEN", 60)];
        let pairing = Secret([99; 32]);
        let paired = pair(&keys, [1; 16], &pairing, WallTime::from_ms(1_000));
        let config = blue_config(&paired, &keys, &pairing);
        let now = Instant(1_000_000_000);
        let stamp = Now { instant: now, wall: WallTime::from_ms(2_000) };
        let blue = Endpoint::recover(config, paired.entries.clone(), stamp, &seed);
        let mut alone = Alone {
            blue,
            now,
            disk: paired.entries.clone(),
            sent: Vec::new(),
            alarms: Vec::new(),
            said_sent: Vec::new(),
            paths: Vec::new(),
            green: Sessions::new(green_terms(&paired, &keys, &pairing)),
            rng: Rng::from_seed(&[8; 32]),
            paired,
            keys,
            pairing,
            keeps: true,
            waiting: Vec::new(),
            timeout: None,
            heard: 0,
            next_object: ObjectNumber::FIRST,
            nonce: 0,
        };
        alone.give(Input::Timeout);
        alone
    }

    /// The session is live on both sides, and the peer has receipted all that BLUE wrote.
    pub fn connected() -> Alone {
        let mut alone = Alone::new();
        alone.hear();
        alone.hear();
        alone.receipt();
        alone.pass(Duration::from_millis(200));
        alone.hear();
        alone
    }

    /// BLUE's node is started anew from its disk; the peer has forgotten its session too.
    pub fn restart(&mut self) {
        let config = blue_config(&self.paired, &self.keys, &self.pairing);
        self.blue = Endpoint::recover(config, self.disk.clone(), self.stamp(), &[9; 32]);
        self.green = self.another_green();
        self.lose();
        self.give(Input::Timeout);
    }

    pub fn stamp(&self) -> Now {
        Now { instant: self.now, wall: WallTime::from_ms(self.now.0 / 1_000_000) }
    }

    pub fn give(&mut self, input: Input<'_>) {
        self.blue.handle(self.stamp(), input);
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.blue.poll() {
                Output::Persist(batch) if self.keeps => {
                    self.disk.extend(batch.entries.iter().cloned());
                    self.blue.handle(self.stamp(), Input::Persisted(batch.id));
                }
                Output::Transmit { carrier, bytes } => {
                    self.sent.push(Sent { at: self.now, carrier, bytes });
                }
                Output::Recall { side, from, to } => {
                    let places = from..=to;
                    let wanted = |entry: &&Arc<Entry>| {
                        entry.header().side == side && places.contains(&entry.header().place)
                    };
                    let found = self.disk.iter().filter(wanted).cloned().collect();
                    self.blue.handle(self.stamp(), Input::Recalled(found));
                }
                Output::Alarm(alarm) => self.alarms.push(alarm),
                Output::Event(Event::Sent(entry)) => self.said_sent.push(entry),
                Output::Event(Event::Path { carrier, up }) => self.paths.push((carrier, up)),
                Output::Persist(batch) => self.waiting.push(batch),
                Output::Event(_) => {}
                Output::Timeout(at) => {
                    self.timeout = at.map(|(at, _)| at);
                    return;
                }
            }
        }
    }

    /// All that waits becomes durable, and what follows at once.
    pub fn commit(&mut self) {
        self.keeps = true;
        for batch in std::mem::take(&mut self.waiting) {
            self.disk.extend(batch.entries.iter().cloned());
            self.give(Input::Persisted(batch.id));
        }
    }

    /// Lets time pass, with every timeout at its time.
    pub fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        while let Some(at) = self.timeout.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.give(Input::Timeout);
        }
        self.now = end;
    }

    /// The peer takes everything that BLUE has sent since; gives what stood in the cells, cell by cell.
    pub fn hear(&mut self) -> Vec<Vec<Said>> {
        let mut cells = Vec::new();
        while self.heard < self.sent.len() {
            let Sent { carrier, bytes, .. } = &self.sent[self.heard];
            let (carrier, bytes) = (*carrier, bytes.clone());
            self.heard += 1;
            match self.green.receive(self.now, &mut self.rng, carrier, &bytes) {
                Received::Answer { cell, .. } => self.give(Input::Received { carrier, bytes: &cell }),
                Received::Cell { payload, .. } => cells.push(said(&payload)),
                Received::Started | Received::Repeat | Received::Refused => {}
            }
        }
        cells
    }

    /// The same, but handshakes of BLUE's are lost.
    pub fn hear_cells_only(&mut self) -> Vec<Vec<Said>> {
        let mut cells = Vec::new();
        for Sent { carrier, bytes, .. } in &self.sent[self.heard..] {
            let handshake = bytes.len() == 54;
            if !handshake
                && let Received::Cell { payload, .. } =
                    self.green.receive(self.now, &mut self.rng, *carrier, bytes)
            {
                cells.push(said(&payload));
            }
        }
        self.heard = self.sent.len();
        cells
    }

    /// What BLUE sent is lost.
    pub fn lose(&mut self) {
        self.heard = self.sent.len();
    }

    /// The peer says this in a cell.
    pub fn say(&mut self, payload: &[u8]) {
        let bytes = self.green.seal(UDP, payload).expect("a session");
        self.give(Input::Received { carrier: UDP, bytes: &bytes });
    }

    /// The peer says a control item.
    pub fn say_control(&mut self, kind: u8, value: &[u8]) {
        let mut cell = CellBuilder::default();
        cell.control(kind, value);
        self.say(&cell.take());
    }

    /// The peer sends an entry, whole, with all optional fields.
    pub fn tell(&mut self, entry: &Entry) {
        let form = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };
        for object in object::cut(entry.header().place.seq, &wire::write(entry, form)) {
            let number = self.next_object;
            self.next_object = number.next();
            self.say_symbols(number, &object);
        }
    }

    /// The peer sends a whole object.
    pub fn say_symbols(&mut self, number: ObjectNumber, object: &[u8]) {
        let k = object.len() / SYMBOL_LEN;
        for first in (0..k).step_by(36) {
            let mut cell = CellBuilder::default();
            cell.symbols(number, k, first, &object[first * SYMBOL_LEN..(first + 36).min(k) * SYMBOL_LEN]);
            self.say(&cell.take());
        }
    }

    /// An entry under GREEN's keys behind what BLUE holds of GREEN, citing BLUE's head.
    pub fn by_green(&self, kind: Kind, urgency: Urgency, body: Vec<u8>) -> Entry {
        let (prev, peer) = (self.blue.peer_head(), self.blue.own_head());
        self.by_green_at(prev.place.seq + 1, prev.hash, peer, kind, urgency, body)
    }

    pub fn by_green_at(
        &self,
        seq: u64,
        prev: EntryHash,
        peer: EntryRef,
        kind: Kind,
        urgency: Urgency,
        body: Vec<u8>,
    ) -> Entry {
        let context = SealContext {
            line: self.paired.charter.line_id(),
            side: Side::One,
            place: Place::first(seq),
            prev,
            peer,
            time: WallTime::from_ms(77),
            clock: 63,
            flags: 0,
            key_list: self.paired.charter.party(Side::One).key_list.hash(),
            salt_key: &self.pairing.salt_key(),
            node: &self.keys[1].node,
        };
        Entry::seal(&context, kind, urgency, 0, body)
    }

    /// An entry of GREEN that wants a receipt, of this precedence. Kind 7 is kept and not looked at.
    pub fn note_by_green(&self, precedence: Precedence) -> Entry {
        let urgency = Urgency { precedence, class: TrafficClass::Test };
        self.by_green(Kind::CHECKPOINT, urgency, vec![0])
    }

    /// The peer receipts all that BLUE wrote.
    pub fn receipt(&mut self) {
        let entry = self.by_green(Kind::RECEIPT, Urgency::LINE, Receipt::default().to_body());
        self.tell(&entry);
    }

    /// BLUE's officer releases a message.
    pub fn send(&mut self, precedence: Precedence, text: &str) -> Arc<Entry> {
        self.nonce += 1;
        let class = TrafficClass::Test;
        let (subject, language) = ("test".to_owned(), "en".to_owned());
        let marker = Marker::Information;
        let draft =
            Draft { precedence, class, marker, subject, language, text: text.into(), ..Draft::default() };
        let content = draft.content(self.blue.next_serial(class));
        let on_screen = self.blue.peer_head();
        let terms = StatementTerms {
            line: self.paired.charter.line_id(),
            side: Side::Zero,
            incarnation: 1,
            officer: 1,
            purpose: Purpose::Release,
            urgency: draft.urgency(),
            nonce: self.nonce.to_be_bytes(),
            on_screen,
            content: &content,
            over: None,
        };
        let statement = Statement {
            officer: 1,
            purpose: terms.purpose,
            nonce: terms.nonce,
            on_screen: on_screen.place,
            signature: officer_key(0).sign(&terms.digest()).into(),
        };
        let body = Body::write(&[statement], &content);
        let submission =
            Submission { draft: None, kind: Kind::MESSAGE, urgency: draft.urgency(), officer: 1, body };
        let entry = self.blue.submit(self.stamp(), submission).expect("a good submission");
        self.drain();
        entry
    }

    /// The bytes of a summary with these flags and claims.
    pub fn summary(flags: u8, own: Place, held: EntryRef, beyond: &[(u64, u64)]) -> Vec<u8> {
        let mut out = vec![flags];
        for place in [own, held.place] {
            put_varint(&mut out, u64::from(place.incarnation));
            put_varint(&mut out, place.seq);
        }
        out.extend_from_slice(&held.hash.short());
        let mut last = held.place.seq;
        for (from, to) in beyond {
            put_varint(&mut out, from - last);
            put_varint(&mut out, to - from);
            last = *to;
        }
        out
    }

    /// A summary that agrees with what BLUE knows of the peer.
    pub fn true_summary(&self, flags: u8) -> Vec<u8> {
        Alone::summary(flags, self.blue.peer_head().place, self.blue.own_head(), &[])
    }

    /// Another session of GREEN's, for a handshake beside the first.
    pub fn another_green(&self) -> Sessions {
        Sessions::new(green_terms(&self.paired, &self.keys, &self.pairing))
    }
}

fn blue_config(paired: &Paired, keys: &[SideKeys; 2], pairing: &Secret) -> Config {
    Config {
        charter: paired.charter.clone(),
        side: Side::Zero,
        node: keys[0].node.clone(),
        channel: keys[0].channel.clone(),
        pairing: pairing.clone(),
        carriers: vec![UDP, RADIO],
    }
}

fn green_terms(paired: &Paired, keys: &[SideKeys; 2], pairing: &Secret) -> HandshakeTerms {
    HandshakeTerms {
        line: paired.charter.line_id(),
        own: Side::One,
        incarnations: [1, 1],
        psk: pairing.psk_0(),
        channel: keys[1].channel.clone(),
        peer_channel: channel_public(&keys[0].channel),
    }
}

/// What stood in a cell.
pub fn said(payload: &[u8]) -> Vec<Said> {
    let own = |item: Item<'_>| match item {
        Item::Control { kind, value } => Said::Control { kind, value: value.to_vec() },
        Item::Symbols { object, k, first, symbols } => {
            Said::Symbols { object: object.0, k, first, symbols: symbols.to_vec() }
        }
    };
    cell::read(payload).expect("BLUE writes what can be read").into_iter().map(own).collect()
}

/// The sequence numbers of the whole entries in what was said, in order.
pub fn entries_in(cells: &[Vec<Said>]) -> Vec<u64> {
    let wires = cells.iter().flatten().filter_map(whole_entry);
    wires.map(|wire| wire::WireEntry::read(&wire).expect("an entry").seq()).collect()
}

/// The wire form of an entry that was said in one run.
pub fn whole_entry(said: &Said) -> Option<Vec<u8>> {
    let Said::Symbols { k, first: 0, symbols, .. } = said else { return None };
    let (len, object) = symbols.split_first_chunk::<4>()?;
    let len = u32::from_be_bytes(*len) as usize;
    (symbols.len() == k * SYMBOL_LEN && object[0] == 1).then(|| object[1..len].to_vec())
}

/// The summaries in what was said.
pub fn summaries_in(cells: &[Vec<Said>]) -> Vec<Vec<u8>> {
    let of_kind_1 = |said: &Said| match said {
        Said::Control { kind: 1, value } => Some(value.clone()),
        _ => None,
    };
    cells.iter().flatten().filter_map(of_kind_1).collect()
}
