//! A line with fixed keys and all that both its sides write; which side holds what is said by the test.

use std::sync::Arc;

use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_message::{Act, Draft, Ledger, Marker, Serial};
use ringdown_record::audit::Finding;
use ringdown_record::body::{Body, Gate, GatePosition, Receipt, SeqRange};
use ringdown_record::charter::Officer;
use ringdown_record::encoding::to_cbor;
use ringdown_record::export::{write_entry, write_head};
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::{
    Charter, Entry, EntryRef, Kind, Place, Precedence, SealContext, Secret, Side, SigningKey, TrafficClass,
    Urgency, WallTime, audit,
};

pub const BLUE: Side = Side::Zero;
pub const GREEN: Side = Side::One;
pub const SIDES: [Side; 2] = [BLUE, GREEN];

/// When the line was paired; each further entry is written a second after the one before.
pub const PAIRED_AT: u64 = 1_000;

pub const ROUTINE: Urgency = Urgency { precedence: Precedence::Routine, class: TrafficClass::Test };

/// See the module. Entries stand in the order in which they were written, each after what it cites.
pub struct World {
    pub paired: Paired,
    pub entries: Vec<Arc<Entry>>,
    /// What each side holds of the other: what its next entry cites.
    pub held: [EntryRef; 2],
    keys: [SideKeys; 2],
    salt_key: Secret,
    heads: [EntryRef; 2],
    time: u64,
    nonce: u64,
}

/// The key of a side's officer.
fn officer_key(side: Side, officer: u16) -> SigningKey {
    SigningKey::from_seed(&[[13, 63][side.index()] + officer as u8; 32])
}

fn side_keys(side: Side, officers: u16) -> SideKeys {
    let (name, seed) = [("BLUE", 10), ("GREEN", 60)][side.index()];
    let roles = ["Watch", "Deputy"];
    let officer = |index: u16| {
        let name = format!("{} of {name}", roles[usize::from(index) - 1]);
        Officer::held_by_node(index, &name, &officer_key(side, index).public())
    };
    let key = |n: u8| SigningKey::from_seed(&[seed + n; 32]);
    SideKeys {
        name: name.into(),
        root: key(1),
        node: key(2),
        channel: Secret([seed + 3; 32]),
        officers: (1..=officers).map(officer).collect(),
    }
}

/// A good draft, for a test to bend.
pub fn draft() -> Draft {
    Draft {
        precedence: Precedence::Routine,
        class: TrafficClass::Test,
        marker: Marker::Information,
        subject: "WF 104 adrift".into(),
        language: "en".into(),
        text: "WF 104 has lost steering at 54 30 N 018 40 E.".into(),
        ..Draft::default()
    }
}

impl World {
    /// A line that has just been paired: it is open in round 1, and both sides hold the entries that say so.
    pub fn new() -> World {
        World::with_officers(1)
    }

    /// The same with so many officers of each side: with two, two release what is urgent.
    pub fn with_officers(count: u16) -> World {
        let keys = SIDES.map(|side| side_keys(side, count));
        let pairing = Secret([99; 32]);
        let paired = pair(&keys, [1; 16], &pairing, WallTime::from_ms(PAIRED_AT));
        let head = |side: Side| {
            let of_side = paired.entries.iter().rev().find(|entry| entry.header().side == side);
            of_side.expect("both sides have begun").reference()
        };
        let heads = SIDES.map(head);
        World {
            entries: paired.entries.clone(),
            held: [heads[1], heads[0]],
            salt_key: pairing.salt_key(),
            heads,
            keys,
            paired,
            time: PAIRED_AT,
            nonce: 0,
        }
    }

    pub fn charter(&self) -> &Arc<Charter> {
        &self.paired.charter
    }

    /// When the next entry is sealed.
    pub fn next_time(&self) -> WallTime {
        WallTime::from_ms(self.time + 1_000)
    }

    /// One side now holds all that the other wrote.
    pub fn deliver_to(&mut self, side: Side) {
        self.held[side.index()] = self.heads[side.other().index()];
    }

    /// The next entry of one side, citing what it holds.
    pub fn write(
        &mut self,
        side: Side,
        kind: Kind,
        urgency: Urgency,
        officer: u16,
        body: Vec<u8>,
    ) -> Arc<Entry> {
        let head = self.heads[side.index()];
        let place = Place { incarnation: head.place.incarnation, seq: head.place.seq + 1 };
        let entry = self.seal(side, place, kind, urgency, officer, body);
        self.heads[side.index()] = entry.reference();
        self.entries.push(entry.clone());
        entry
    }

    /// An entry at any place, in no chain.
    pub fn seal(
        &mut self,
        side: Side,
        place: Place,
        kind: Kind,
        urgency: Urgency,
        officer: u16,
        body: Vec<u8>,
    ) -> Arc<Entry> {
        self.time = self.next_time().ms();
        let context = SealContext {
            line: self.charter().line_id(),
            side,
            place,
            prev: self.heads[side.index()].hash,
            peer: self.held[side.index()],
            time: WallTime::from_ms(self.time),
            clock: 1 << 5 | 31,
            flags: 0,
            key_list: self.charter().party(side).key_list.hash(),
            salt_key: &self.salt_key,
            node: &self.keys[side.index()].node,
        };
        Arc::new(Entry::seal(&context, kind, urgency, officer, body))
    }

    /// An entry in which the side's first officer speaks.
    pub fn said(
        &mut self,
        side: Side,
        kind: Kind,
        purpose: Purpose,
        urgency: Urgency,
        content: &[u8],
    ) -> Arc<Entry> {
        self.said_by(side, kind, &[(1, purpose)], urgency, content)
    }

    /// An entry in which these officers speak, in this order: each signs what follows too.
    pub fn said_by(
        &mut self,
        side: Side,
        kind: Kind,
        speakers: &[(u16, Purpose)],
        urgency: Urgency,
        content: &[u8],
    ) -> Arc<Entry> {
        let on_screen = self.held[side.index()];
        let mut said: Vec<Statement> = Vec::new();
        for &(officer, purpose) in speakers.iter().rev() {
            self.nonce += 1;
            let terms = StatementTerms {
                line: self.charter().line_id(),
                side,
                incarnation: 1,
                officer,
                purpose,
                urgency,
                nonce: self.nonce.to_be_bytes(),
                on_screen,
                content,
                over: said.first(),
            };
            let (nonce, on_screen) = (terms.nonce, on_screen.place);
            let signature = officer_key(side, officer).sign(&terms.digest()).into();
            said.insert(0, Statement { officer, purpose, nonce, on_screen, signature });
        }
        self.write(side, kind, urgency, said[0].officer, Body::write(&said, content))
    }

    /// A MESSAGE entry with any content.
    pub fn raw_message(&mut self, side: Side, urgency: Urgency, content: &[u8]) -> Arc<Entry> {
        self.said(side, Kind::MESSAGE, Purpose::Release, urgency, content)
    }

    pub fn send(&mut self, side: Side, draft: &Draft, serial: u32) -> Arc<Entry> {
        self.raw_message(side, draft.urgency(), &draft.content(serial))
    }

    /// A test message under this number.
    pub fn message(&mut self, side: Side, serial: u32) -> Arc<Entry> {
        self.send(side, &draft(), serial)
    }

    pub fn raw_act(&mut self, side: Side, content: &[u8]) -> Arc<Entry> {
        self.said(side, Kind::ACT, Purpose::Acknowledge, ROUTINE, content)
    }

    pub fn acknowledge(&mut self, by: Side, target: &Entry) -> Arc<Entry> {
        self.raw_act(by, &Act::acknowledge(target.hash()).content())
    }

    /// A receipt of what the side holds without gap, and of these sequence numbers beyond.
    pub fn receipt(&mut self, side: Side, beyond: &[(u64, u64)]) -> Arc<Entry> {
        let ranges = beyond.iter().map(|(from, to)| SeqRange { from: *from, to: *to });
        let receipt = Receipt { beyond: ranges.collect() };
        self.write(side, Kind::RECEIPT, ROUTINE, 0, receipt.to_body())
    }

    pub fn gate(&mut self, side: Side, position: GatePosition, round: u32) -> Arc<Entry> {
        self.write(side, Kind::GATE, Urgency::LINE, 0, gate_body(position, round))
    }

    /// The ledger of one side after these entries. Each is noted as sent or stored 500 ms after it was written.
    pub fn ledger<'a>(&self, own: Side, entries: impl IntoIterator<Item = &'a Arc<Entry>>) -> Ledger {
        let mut ledger = Ledger::new(self.charter().clone(), own);
        entries.into_iter().for_each(|entry| drop(ledger.apply(entry, Some(noted(entry)))));
        ledger
    }

    /// The ledger of one side after all that both wrote.
    pub fn whole_ledger(&self, own: Side) -> Ledger {
        self.ledger(own, &self.entries)
    }

    pub fn serial(&self, side: Side, number: u32) -> Serial {
        Serial { side, class: TrafficClass::Test, number }
    }

    /// What an auditor says about meaning, after the record itself was found in order.
    #[track_caller]
    pub fn examined(&self) -> Vec<Finding> {
        let mut file = Vec::new();
        write_head(&self.paired.signed, &mut file);
        for side in SIDES {
            let of_side = self.entries.iter().filter(|entry| entry.header().side == side);
            of_side.for_each(|entry| write_entry(entry, &mut file));
        }
        let audit = audit(&file, Some(self.charter().line_id()));
        assert!(!audit.findings.iter().any(|finding| finding.broken), "{:#?}", audit.findings);
        assert_eq!(audit.entries.len(), self.entries.len());
        ringdown_message::examine(self.charter(), &audit.entries)
    }
}

pub fn gate_body(position: GatePosition, round: u32) -> Vec<u8> {
    Body::write(&[], &to_cbor(&Gate { position, round, reason: String::new() }))
}

/// The local note that the ledgers of these tests take with an entry.
pub fn noted(entry: &Entry) -> WallTime {
    WallTime::from_ms(entry.header().time.ms() + 500)
}
