//! The part of the ledger that joins messages and acts to dialogues.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use ringdown_record::{Entry, EntryHash, Header, Precedence, Side, TrafficClass, Urgency, WallTime};

use super::{Change, Ledger, MessageRecord};
use crate::act::{Act, Deed};
use crate::content::{Content, Draft, Marker};
use crate::dialogue::{Circumstances, Dialogue, NotNow, Party, Phase, Said, flaw};
use crate::serial::Serial;

/// Acts on messages that are not here, kept until they come.
pub const EARLY_MAX: usize = 256;

/// What the ledger keeps to join entries that came in any order.
#[derive(Clone, Debug, Default)]
pub(super) struct Talk {
    /// Asks, with the message that each is about.
    asks: BTreeMap<EntryHash, usize>,
    /// Acts on messages that are not here.
    early: BTreeMap<EntryHash, Vec<(Said, Deed)>>,
    early_count: usize,
    /// Messages that refer to an entry that is not here.
    waits_for: BTreeMap<EntryHash, Vec<usize>>,
    /// Messages about which something is still to be said.
    open: BTreeSet<usize>,
    /// Messages under a serial that another message bears.
    conflicts: Vec<usize>,
    /// For each side: entries without a gap, and those after it.
    held: [Held; 2],
}

#[derive(Clone, Debug, Default)]
struct Held {
    to: u64,
    beyond: BTreeSet<u64>,
}

impl MessageRecord {
    /// What was said about it.
    pub fn dialogue(&self) -> Cow<'_, Dialogue> {
        match &self.dialogue {
            Some(dialogue) => Cow::Borrowed(dialogue),
            None => Cow::Owned(self.new_dialogue()),
        }
    }

    /// True if what refers to it with this marker may be of this urgency.
    pub fn takes(&self, marker: Marker, urgency: Urgency) -> bool {
        let dialogue = self.dialogue();
        let critical = &dialogue.critical;
        flaw(marker, Party { urgency, critical }, self.party(&dialogue)).is_none()
    }

    fn new_dialogue(&self) -> Dialogue {
        let answered_as = self.marker.filter(|marker| !matches!(marker, Marker::Correction | Marker::Cancel));
        let mut dialogue = Dialogue::new(self.side, answered_as);
        dialogue.acknowledged = self.acknowledged;
        dialogue.in_words = self.is_read_back_in_words();
        dialogue
    }

    pub(super) fn dialogue_mut(&mut self) -> &mut Dialogue {
        if self.dialogue.is_none() {
            self.dialogue = Some(Box::new(self.new_dialogue()));
        }
        self.dialogue.as_mut().expect("made above")
    }

    /// By when an answer is due: at the end of the last standby, else when the sender wants it, else as long after the
    /// message was sealed as is usual for its precedence. `None` for a TEST without either, and for what takes no answer.
    pub fn answer_due(&self) -> Option<WallTime> {
        let dialogue = self.dialogue();
        let later =
            |from: WallTime, minutes: u64| WallTime::from_ms(from.ms().saturating_add(minutes * 60_000));
        let standby = dialogue.standbys.last().map(|(said, minutes)| later(said.at, (*minutes).into()));
        let usual = usual_answer_min(self.urgency.precedence);
        let usual =
            usual.filter(|_| self.urgency.class != TrafficClass::Test && dialogue.answered_as.is_some());
        standby.or(dialogue.answer_by).or(usual.map(|minutes| later(self.sealed, minutes)))
    }

    /// FLASH and IMMEDIATE are read back whatever stands in them, if they can be read and are no TEST.
    fn is_read_back_in_words(&self) -> bool {
        let urgent = matches!(self.urgency.precedence, Precedence::Flash | Precedence::Immediate);
        urgent && self.urgency.class != TrafficClass::Test && self.marker.is_some()
    }

    /// What counts of it where it refers to another or is referred to.
    fn party<'a>(&self, dialogue: &'a Dialogue) -> Party<'a> {
        Party { urgency: self.urgency, critical: &dialogue.critical }
    }

    fn said(&self) -> Said {
        let MessageRecord { side, officer, sealed, hash, place, .. } = *self;
        Said { side, officer, at: sealed, entry: hash, place }
    }
}

/// Minutes after which an answer is due where its sender sets no time.
fn usual_answer_min(precedence: Precedence) -> Option<u64> {
    match precedence {
        Precedence::Line => None,
        Precedence::Flash => Some(10),
        Precedence::Immediate => Some(30),
        Precedence::Priority => Some(180),
        Precedence::Routine => Some(360),
    }
}

fn said(header: &Header, entry: EntryHash) -> Said {
    Said { side: header.side, officer: header.officer, at: header.time, entry, place: header.place }
}

impl Ledger {
    /// Joins a new message to what it refers to, and to what was said about it before it came.
    pub(super) fn join_message(&mut self, index: usize, content: Option<Content>, changes: &mut Vec<Change>) {
        if let Some(content) = content {
            self.set_terms(index, content);
        }
        let hash = self.messages[index].hash;
        for referring in self.talk.waits_for.remove(&hash).unwrap_or_default() {
            self.join(referring, index, changes);
        }
        for (said, deed) in self.talk.early.remove(&hash).unwrap_or_default() {
            self.talk.early_count -= 1;
            self.do_act(index, said, deed, changes);
        }
        self.review(index);
    }

    fn set_terms(&mut self, index: usize, content: Content) {
        let critical: Vec<_> = content.fields.iter().filter(|field| field.critical).cloned().collect();
        let (re, valid_until, answer_by) = (content.re(), content.valid_until(), content.answer_by());
        let plain = critical.is_empty() && re.is_none() && valid_until.is_none() && answer_by.is_none();
        if plain {
            return;
        }
        let dialogue = self.messages[index].dialogue_mut();
        (dialogue.re, dialogue.valid_until, dialogue.answer_by) = (re, valid_until, answer_by);
        dialogue.critical = critical;
        if let Some(re) = re {
            match self.by_hash.get(&re).copied() {
                Some(target) => self.join(index, target, &mut Vec::new()),
                None => self.talk.waits_for.entry(re).or_default().push(index),
            }
        }
    }

    /// What the message `from` does to the message `to` that it refers to.
    fn join(&mut self, from: usize, to: usize, changes: &mut Vec<Change>) {
        let Some(marker) = self.messages[from].marker else { return };
        let said = self.messages[from].said();
        if !matches!(marker, Marker::Correction | Marker::Cancel | Marker::Answer | Marker::Question) {
            return;
        }
        let (this, that) = (self.messages[from].dialogue(), self.messages[to].dialogue());
        let flaw = flaw(marker, self.messages[from].party(&this), self.messages[to].party(&that));
        let answered_as = that.answered_as;
        drop((this, that));
        if flaw.is_none() && marker == Marker::Correction && self.messages[to].side == said.side {
            self.answer_as(from, answered_as);
        }
        let _ = self.messages[to].dialogue_mut().refer(said, marker, flaw);
        self.review(to);
        changes.push(Change::Dialogue(to));
    }

    /// A correction takes over the answers of what it corrects, and so does each later one of it.
    fn answer_as(&mut self, correction: usize, answered_as: Option<Marker>) {
        let mut next = Some(correction);
        while let Some(index) = next {
            let dialogue = self.messages[index].dialogue_mut();
            dialogue.answered_as = answered_as;
            dialogue.refold();
            let later = dialogue.superseded.filter(|(_, marker)| *marker == Marker::Correction);
            next = later.and_then(|(said, _)| self.by_hash.get(&said.entry).copied());
            self.review(index);
        }
    }

    /// Takes in an ACT.
    pub(super) fn add_act(&mut self, entry: &Entry, changes: &mut Vec<Change>) {
        let Ok(act) = Act::of(entry) else { return };
        let said = said(entry.header(), entry.hash());
        let known = match act.deed {
            Deed::Reply { .. } => self.talk.asks.get(&act.target).copied(),
            _ => self.by_hash.get(&act.target).copied(),
        };
        match (known, act.deed) {
            (Some(index), Deed::Reply { yes }) => self.reply(index, said, &act.target, yes, changes),
            (Some(index), deed) => self.do_act(index, said, deed, changes),
            (None, deed) if self.talk.early_count < EARLY_MAX => {
                self.talk.early_count += 1;
                self.talk.early.entry(act.target).or_default().push((said, deed));
            }
            (None, _) => {}
        }
    }

    fn reply(&mut self, index: usize, said: Said, ask: &EntryHash, yes: bool, changes: &mut Vec<Change>) {
        let _ = self.messages[index].dialogue_mut().reply(said, ask, yes);
        self.review(index);
        changes.push(Change::Dialogue(index));
    }

    fn do_act(&mut self, index: usize, said: Said, deed: Deed, changes: &mut Vec<Change>) {
        let message = &mut self.messages[index];
        if matches!(deed, Deed::Acknowledge) && message.side != said.side {
            if message.acknowledged.is_some() {
                return;
            }
            message.acknowledged = Some(said);
            if let Some(dialogue) = &mut message.dialogue {
                dialogue.acknowledged = message.acknowledged;
            }
            if message.side != self.own {
                self.waiting -= 1;
            }
            changes.push(Change::Acknowledged(index));
        } else {
            let asks = matches!(deed, Deed::Ask(_));
            let _ = message.dialogue_mut().apply(said, deed);
            changes.push(Change::Dialogue(index));
            if asks {
                self.talk.asks.insert(said.entry, index);
                for (reply, deed) in self.talk.early.remove(&said.entry).unwrap_or_default() {
                    self.talk.early_count -= 1;
                    if let Deed::Reply { yes } = deed {
                        self.reply(index, reply, &said.entry, yes, changes);
                    }
                }
            }
        }
        self.review(index);
    }

    /// Keeps the set of open dialogues right.
    fn review(&mut self, index: usize) {
        match self.phase(&self.messages[index]) {
            Phase::Open => drop(self.talk.open.insert(index)),
            _ => drop(self.talk.open.remove(&index)),
        }
    }

    /// Notes that an entry is held, whatever it is. What a gap kept open may close now.
    pub(super) fn note_held(&mut self, header: &Header) {
        let held = &mut self.talk.held[header.side.index()];
        if header.place.incarnation != 1 || header.place.seq <= held.to {
            return;
        }
        held.beyond.insert(header.place.seq);
        let had_gap = held.to + 1 != header.place.seq || held.beyond.len() > 1;
        while held.beyond.remove(&(held.to + 1)) {
            held.to += 1;
        }
        if had_gap {
            let side = header.side;
            let of_side = self.talk.open.iter().copied().filter(|index| self.messages[*index].side == side);
            of_side.collect::<Vec<_>>().into_iter().for_each(|index| self.review(index));
        }
    }

    /// True while an entry of the sender before this message is not here.
    pub fn earlier_missing(&self, message: &MessageRecord) -> bool {
        self.talk.held[message.side.index()].to + 1 < message.place.seq
    }

    /// Where its dialogue stands.
    pub fn phase(&self, message: &MessageRecord) -> Phase {
        message.dialogue().phase(self.earlier_missing(message))
    }

    /// What decides, besides the record, what is legal about a message.
    pub fn circumstances(&self, message: &MessageRecord, now: WallTime) -> Circumstances {
        Circumstances { now, delayed: message.is_delayed(), earlier_missing: self.earlier_missing(message) }
    }

    /// Whether a message of ours with this marker may refer to that one: as a correction or cancellation of our own,
    /// as an answer or question about one of theirs. Other markers may refer to anything.
    pub fn may_refer(&self, marker: Marker, message: &MessageRecord) -> Result<(), NotNow> {
        let dialogue = message.dialogue();
        match marker {
            Marker::Correction | Marker::Cancel if message.side != self.own => Err(NotNow::OtherSide),
            Marker::Correction | Marker::Cancel if dialogue.superseded.is_some() => Err(NotNow::Superseded),
            Marker::Answer | Marker::Question => dialogue.may_be_answered_by(self.own, marker),
            _ => Ok(()),
        }
    }

    /// Whether this message of ours may refer to that one.
    pub fn may_be_sent(&self, draft: &Draft, re: &MessageRecord) -> Result<(), NotNow> {
        self.may_refer(draft.marker, re)?;
        let critical: Vec<_> = draft.fields.iter().filter(|field| field.critical).cloned().collect();
        let this = Party { urgency: draft.urgency(), critical: &critical };
        match flaw(draft.marker, this, re.party(&re.dialogue())) {
            Some(flaw) => Err(NotNow::Flawed(flaw)),
            None => Ok(()),
        }
    }

    /// Messages about which something is still to be said, oldest first.
    pub fn open(&self) -> impl Iterator<Item = &MessageRecord> {
        self.talk.open.iter().map(|index| &self.messages[*index])
    }

    /// Messages under a serial that an earlier, different message bears.
    pub fn conflicts(&self) -> impl Iterator<Item = &MessageRecord> {
        self.talk.conflicts.iter().map(|index| &self.messages[*index])
    }

    pub(super) fn note_conflict(&mut self, index: usize) {
        self.talk.conflicts.push(index);
    }

    /// Serials of a side that later ones of the same class show to be missing, at most `most`.
    pub fn missing(&self, side: Side, most: usize) -> Vec<Serial> {
        let mut missing = Vec::new();
        let mut before: Option<Serial> = None;
        for serial in self.by_serial.keys().filter(|serial| serial.side == side) {
            let same = before.filter(|before| before.class == serial.class);
            let first = same.map_or(1, |before| before.number + 1);
            let gap = (first..serial.number).map(|number| Serial { number, ..*serial });
            missing.extend(gap.take(most - missing.len().min(most)));
            before = Some(*serial);
        }
        missing
    }
}
