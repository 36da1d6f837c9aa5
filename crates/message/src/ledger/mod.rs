//! All messages of a line with their states, computed from the record.
//!
//! The ledger keeps what lists and states need; texts stay on disk. Besides entries it takes one local note, when a
//! message of ours was first handed to a carrier. The note is never evidence and is shown as ours.

mod talk;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use ringdown_record::body::{Body, Receipt};
use ringdown_record::statement::Purpose;
use ringdown_record::{
    Charter, Entry, EntryHash, Kind, Place, Precedence, Side, TrafficClass, Urgency, WallTime,
};

use crate::content::{Content, Marker};
use crate::dialogue::{Dialogue, Said};
use crate::gate::Gates;
use crate::serial::Serial;

/// Messages, receipts and gates of one line, as one side holds them.
#[derive(Clone, Debug)]
pub struct Ledger {
    charter: Arc<Charter>,
    own: Side,
    messages: Vec<MessageRecord>,
    by_hash: BTreeMap<EntryHash, usize>,
    by_serial: BTreeMap<Serial, usize>,
    /// Own messages in ascending place, for turning a receipt into changes.
    own_messages: Vec<usize>,
    /// For each side: how far its entries cite the other side, with the time of the first entry that cites so far.
    receipts: [BTreeMap<Place, WallTime>; 2],
    /// How many own messages the peer's receipts cover without a gap.
    stored: usize,
    /// How many messages of the peer nobody has acknowledged.
    waiting: usize,
    /// Where people of this side acted: what a receipt may name besides messages.
    own_acts: BTreeSet<Place>,
    /// Messages and acts that a receipt names beyond a gap, with the receipt's time.
    stored_beyond: BTreeMap<(Side, Place), WallTime>,
    gates: Gates,
    talk: talk::Talk,
}

/// One message as lists show it.
#[derive(Clone, Debug)]
pub struct MessageRecord {
    /// Who sent it.
    pub side: Side,
    /// Its entry.
    pub hash: EntryHash,
    /// Where it stands.
    pub place: Place,
    /// Precedence and class.
    pub urgency: Urgency,
    /// When its node sealed it, by that node's clock.
    pub sealed: WallTime,
    /// The officer who released it.
    pub officer: u16,
    /// The officer who wrote it, if he signed it too.
    pub drafter: Option<u16>,
    /// The officer who released it as well, if another did.
    pub second_releaser: Option<u16>,
    /// True if one officer released it alone, in an emergency, where two are the rule.
    pub released_alone: bool,
    /// Its serial; `None` if the content cannot be read.
    pub serial: Option<Serial>,
    /// The speech act; `None` likewise.
    pub marker: Option<Marker>,
    /// One line; empty likewise.
    pub subject: String,
    /// When it was first handed to a carrier here. A local note.
    pub sent: Option<WallTime>,
    /// When it was stored here, for messages of the other side. A local note.
    pub arrived: Option<WallTime>,
    /// The first acknowledgement by an officer of the receiving side.
    pub acknowledged: Option<Said>,
    /// What else was said about it; see [`MessageRecord::dialogue`].
    pub dialogue: Option<Box<Dialogue>>,
}

impl MessageRecord {
    /// True if it came later than its precedence allows, by the sender's clock and ours.
    pub fn is_delayed(&self) -> bool {
        let late =
            |at: WallTime| at.ms().saturating_sub(self.sealed.ms()) > delay_max_ms(self.urgency.precedence);
        self.arrived.is_some_and(late)
    }
}

/// Age at arrival from which on a message is DELAYED, in milliseconds.
fn delay_max_ms(precedence: Precedence) -> u64 {
    match precedence {
        Precedence::Line | Precedence::Flash => 60_000,
        Precedence::Immediate => 5 * 60_000,
        Precedence::Priority => 15 * 60_000,
        Precedence::Routine => 60 * 60_000,
    }
}

/// What an entry changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message entered the record (index).
    Message(usize),
    /// The peer's receipt now covers this own message (index).
    Stored(usize),
    /// This message was acknowledged (index).
    Acknowledged(usize),
    /// Something else was said about this message (index).
    Dialogue(usize),
    /// A gate moved.
    Line,
}

impl Ledger {
    /// An empty ledger of one side.
    pub fn new(charter: Arc<Charter>, own: Side) -> Ledger {
        Ledger {
            charter,
            own,
            messages: Vec::new(),
            by_hash: BTreeMap::new(),
            by_serial: BTreeMap::new(),
            own_messages: Vec::new(),
            receipts: [BTreeMap::new(), BTreeMap::new()],
            stored: 0,
            waiting: 0,
            own_acts: BTreeSet::new(),
            stored_beyond: BTreeMap::new(),
            gates: Gates::default(),
            talk: talk::Talk::default(),
        }
    }

    /// Takes in a durable entry. `noted` is the local time of sending (own) or storing (the peer's).
    pub fn apply(&mut self, entry: &Entry, noted: Option<WallTime>) -> Vec<Change> {
        let header = entry.header();
        let mut changes = Vec::new();
        self.note_held(header);
        match header.kind {
            Kind::MESSAGE => self.add_message(entry, noted, &mut changes),
            Kind::ACT => {
                if header.side == self.own {
                    self.own_acts.insert(header.place);
                }
                self.add_act(entry, &mut changes);
            }
            Kind::GATE | Kind::INCARNATION => {
                self.gates.apply(entry);
                changes.push(Change::Line);
            }
            _ => {}
        }
        self.add_receipt(header.side, header.peer.place, header.time, &mut changes);
        if header.kind == Kind::RECEIPT {
            self.add_ranges(entry, &mut changes);
        }
        changes
    }

    /// Messages, and acts of ours, that a RECEIPT names beyond a gap.
    fn add_ranges(&mut self, entry: &Entry, changes: &mut Vec<Change>) {
        let header = entry.header();
        let Ok(receipt) = Body::read(entry.body()).and_then(|body| Receipt::read(body.content)) else {
            return;
        };
        let named =
            |place: &Place| receipt.beyond.iter().any(|range| (range.from..=range.to).contains(&place.seq));
        if header.side != self.own {
            let beyond = (Bound::Excluded(header.peer.place), Bound::Unbounded);
            for place in self.own_acts.range(beyond).filter(|place| named(place)) {
                let first = self.stored_beyond.entry((self.own, *place)).or_insert(header.time);
                *first = header.time.min(*first);
            }
        }
        for (index, message) in self.messages.iter().enumerate().rev() {
            let of_other = message.side != header.side && message.place > header.peer.place;
            if !of_other || !named(&message.place) {
                continue;
            }
            let known = self.receipt_of(message.side, message.place).is_some();
            let first = self.stored_beyond.entry((message.side, message.place)).or_insert(header.time);
            *first = header.time.min(*first);
            if message.side == self.own && !known {
                changes.push(Change::Stored(index));
            }
        }
    }

    fn add_message(&mut self, entry: &Entry, noted: Option<WallTime>, changes: &mut Vec<Change>) {
        let header = entry.header();
        let own = header.side == self.own;
        let body = Body::read(entry.body()).ok();
        let content = body.as_ref().and_then(|body| Content::read(body.content).ok());
        let said = body.map(|body| body.statements).unwrap_or_default();
        let second =
            |purpose| said.get(1).filter(|second| second.purpose == purpose).map(|second| second.officer);
        let serial = content.as_ref().map(|content| Serial {
            side: header.side,
            class: header.urgency.class,
            number: content.serial,
        });
        let index = self.messages.len();
        self.messages.push(MessageRecord {
            side: header.side,
            hash: entry.hash(),
            place: header.place,
            urgency: header.urgency,
            sealed: header.time,
            officer: header.officer,
            drafter: second(Purpose::Draft),
            second_releaser: second(Purpose::Release),
            released_alone: said.first().is_some_and(|first| first.purpose == Purpose::ReleaseAlone),
            serial,
            marker: content.as_ref().map(|content| content.marker),
            subject: content.as_ref().map(|content| content.subject.clone()).unwrap_or_default(),
            sent: noted.filter(|_| own),
            arrived: noted.filter(|_| !own),
            acknowledged: None,
            dialogue: None,
        });
        self.by_hash.insert(entry.hash(), index);
        if let Some(serial) = serial
            && *self.by_serial.entry(serial).or_insert(index) != index
        {
            self.note_conflict(index);
        }
        if own {
            self.own_messages.push(index);
        } else {
            self.waiting += 1;
        }
        changes.push(Change::Message(index));
        self.join_message(index, content, changes);
    }

    fn add_receipt(&mut self, by: Side, cited: Place, at: WallTime, changes: &mut Vec<Change>) {
        let first = self.receipts[by.index()].entry(cited).or_insert(at);
        *first = at.min(*first);
        if by == self.own {
            return;
        }
        while let Some(index) = self.own_messages.get(self.stored) {
            let message = &self.messages[*index];
            if message.place > cited {
                break;
            }
            if !self.stored_beyond.contains_key(&(message.side, message.place)) {
                changes.push(Change::Stored(*index));
            }
            self.stored += 1;
        }
    }

    /// Notes when an own message was first handed to a carrier. False if there is no such message.
    pub fn note_sent(&mut self, hash: &EntryHash, at: WallTime) -> bool {
        let Some(index) = self.by_hash.get(hash) else { return false };
        self.messages[*index].sent.get_or_insert(at);
        true
    }

    /// All messages in the order in which they entered this side's record.
    pub fn messages(&self) -> &[MessageRecord] {
        &self.messages
    }

    /// The message with this serial; the first, should there be two.
    pub fn find(&self, serial: &Serial) -> Option<&MessageRecord> {
        self.by_serial.get(serial).map(|index| &self.messages[*index])
    }

    /// The message in this entry.
    pub fn find_entry(&self, hash: &EntryHash) -> Option<&MessageRecord> {
        self.by_hash.get(hash).map(|index| &self.messages[*index])
    }

    /// The next own serial number of a class.
    pub fn next_number(&self, class: TrafficClass) -> u32 {
        let first = Serial { side: self.own, class, number: 0 };
        let last = Serial { number: u32::MAX, ..first };
        self.by_serial.range(first..=last).next_back().map_or(1, |(serial, _)| serial.number + 1)
    }

    /// The gates.
    pub fn gates(&self) -> &Gates {
        &self.gates
    }

    /// The charter.
    pub fn charter(&self) -> &Arc<Charter> {
        &self.charter
    }

    /// The side that holds this ledger.
    pub fn own(&self) -> Side {
        self.own
    }

    /// How many messages of the peer nobody has acknowledged.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// How many own messages the peer is not known to have.
    pub fn unstored(&self) -> usize {
        self.unstored_messages().count()
    }

    /// Own messages that the peer is not known to have, oldest first. Looks at none of those that its receipts cover.
    pub fn unstored_messages(&self) -> impl Iterator<Item = &MessageRecord> {
        let rest = self.own_messages[self.stored..].iter().map(|index| &self.messages[*index]);
        rest.filter(|message| message.acknowledged.is_none() && !self.is_receipted(message))
    }

    pub(crate) fn is_receipted(&self, message: &MessageRecord) -> bool {
        let newest = self.receipts[message.side.other().index()].last_key_value();
        newest.is_some_and(|(cited, _)| *cited >= message.place)
            || self.stored_beyond.contains_key(&(message.side, message.place))
    }

    /// When the other side's node first signed that it holds the message or act of this side at this place.
    pub(crate) fn receipt_of(&self, side: Side, place: Place) -> Option<WallTime> {
        let receipts = &self.receipts[side.other().index()];
        let beyond = self.stored_beyond.get(&(side, place)).copied();
        let covered = receipts.range(place..).next().map(|(_, at)| *at);
        beyond.into_iter().chain(covered).min()
    }
}
