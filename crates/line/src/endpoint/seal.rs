//! What this side writes: submitted messages and acts, receipts, evidence.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use ringdown_message::Content;
use ringdown_record::body::{Body, RECEIPT_RANGES_MAX, Receipt, SeqRange};
use ringdown_record::encoding::to_cbor;
use ringdown_record::evidence::Evidence;
use ringdown_record::{DraftId, Entry, Kind, Place, Precedence, Refusal, SealContext, TrafficClass, Urgency};

use crate::endpoint::Endpoint;
use crate::input::Submission;
use crate::limits::{EVIDENCE_MAX, RECEIPT_INTERVAL};
use crate::output::Alarm;
use crate::time::Now;

/// Why something was not sealed. Nothing was written.
#[derive(Debug)]
pub enum SubmitError {
    /// The line is not open.
    LineShut,
    /// This record is an older copy; see [`Alarm::OwnRecordIsOld`].
    OwnRecordIsOld,
    /// The disk takes nothing.
    CannotStore,
    /// Another message took this number in the meantime; prepare again.
    SerialTaken {
        /// The next free one.
        next: u32,
    },
    /// Not a message of a known version, nor an act.
    Content,
    /// A statement does not fit; the reason.
    Refused(Refusal),
}

impl Endpoint {
    /// Seals a message or an act. It is sent once it is durable.
    pub fn submit(&mut self, now: Now, submission: Submission) -> Result<Arc<Entry>, SubmitError> {
        self.now = now;
        if self.own_is_old || self.in_doubt() {
            return Err(SubmitError::OwnRecordIsOld);
        }
        if !self.writer.writable {
            return Err(SubmitError::CannotStore);
        }
        match submission.kind {
            Kind::MESSAGE => self.check_message(&submission)?,
            Kind::ACT => {}
            _ => return Err(SubmitError::Content),
        }
        let Submission { draft, kind, urgency, officer, body } = submission;
        let entry = self.sealed(kind, urgency, officer, body);
        // An entry that the peer would refuse would stop this chain for ever: judge it as the peer will.
        self.own.check_sealed(&entry, &self.node.public(), &self.peer).map_err(SubmitError::Refused)?;
        let entry = self.write(entry, draft);
        self.work();
        Ok(entry)
    }

    fn check_message(&self, submission: &Submission) -> Result<(), SubmitError> {
        if !self.gates.is_open() {
            return Err(SubmitError::LineShut);
        }
        let body = Body::read(&submission.body).map_err(|_| SubmitError::Content)?;
        let content = Content::read(body.content).map_err(|_| SubmitError::Content)?;
        let next = self.next_serial(submission.urgency.class);
        if content.serial == next { Ok(()) } else { Err(SubmitError::SerialTaken { next }) }
    }

    /// Signs an entry at the next place, without taking the place.
    fn sealed(&self, kind: Kind, urgency: Urgency, officer: u16, body: Vec<u8>) -> Entry {
        let head = self.own.head();
        let wall = self.now.wall;
        let time = wall.max(self.own.time());
        let place = Place::first(head.place.seq + 1);
        let context = SealContext {
            line: self.line,
            side: self.own.side(),
            place,
            prev: head.hash,
            peer: self.peer.head(),
            time,
            clock: HOST_CLOCK,
            flags: if time == wall { 0 } else { ringdown_record::FLAG_TIME_HELD },
            key_list: self.own.key_list().1,
            salt_key: &self.salt_key,
            node: &self.node,
        };
        Entry::seal(&context, kind, urgency, officer, body)
    }

    /// Takes the place and puts the entry in the open batch.
    fn write(&mut self, entry: Entry, draft: Option<DraftId>) -> Arc<Entry> {
        let entry = Arc::new(entry);
        self.own.add(&entry);
        self.gates.apply(&entry);
        count_serial(&mut self.next_serial, &entry);
        // Entries beyond a gap are named by a RECEIPT only.
        if entry.header().kind == Kind::RECEIPT || !self.peer.has_gap() {
            self.receipt_wanted = None;
        }
        self.writer.add(entry.clone(), draft);
        entry
    }

    /// Seals a RECEIPT when peer entries wait for one and nothing else has cited them.
    pub(super) fn seal_receipt_if_due(&mut self) {
        let Some(urgency) = self.receipt_wanted else { return };
        let urgent = urgency.precedence <= Precedence::Flash;
        let rested = self.now.instant.since(self.receipt_sealed) >= RECEIPT_INTERVAL;
        if !(urgent || rested) || self.own_is_old || self.in_doubt() || !self.writer.writable {
            return;
        }
        self.receipt_sealed = self.now.instant;
        let receipt = Receipt { beyond: self.ranges_to_name() };
        let entry = self.sealed(Kind::RECEIPT, urgency, 0, receipt.to_body());
        self.write(entry, None);
        if !self.unnamed.is_empty() {
            self.want_receipt(urgency);
        }
    }

    /// Ranges for a RECEIPT: when there are more than it can name, those with entries that none named yet. Otherwise
    /// the peer would repeat the rest for ever, ahead of the less urgent entry that is missing.
    fn ranges_to_name(&mut self) -> Vec<SeqRange> {
        self.unnamed = self.unnamed.split_off(&(self.peer.head().place.seq + 1));
        let mut beyond = self.peer.ranges_beyond();
        if beyond.len() > RECEIPT_RANGES_MAX {
            let is_new = |range: &SeqRange| self.unnamed.range(range.from..=range.to).next().is_some();
            let count_new = beyond.iter().filter(|range| is_new(range)).count();
            let mut old = RECEIPT_RANGES_MAX.saturating_sub(count_new);
            beyond.retain(|range| {
                let keep_old = !is_new(range) && old > 0;
                old -= usize::from(keep_old);
                is_new(range) || keep_old
            });
            beyond.truncate(RECEIPT_RANGES_MAX);
        }
        for range in &beyond {
            self.unnamed.retain(|seq| !(range.from..=range.to).contains(seq));
        }
        beyond
    }

    /// Seals the proof that the peer's key signed two entries for one place.
    pub(super) fn seal_evidence(&mut self, held: &Entry, other: &Entry) {
        let place = held.header().place;
        let Some(evidence) = Evidence::of(held, other) else { return };
        if self.proven.len() >= EVIDENCE_MAX || !self.proven.insert(place) {
            return;
        }
        self.alarm(Alarm::TwoHistories { place });
        if !self.own_is_old && !self.in_doubt() {
            let body = Body::write(&[], &to_cbor(&evidence));
            let entry = self.sealed(Kind::EVIDENCE, Urgency::LINE, 0, body);
            self.write(entry, None);
        }
    }
}

/// Clock source 1, the host's clock; uncertainty unknown.
const HOST_CLOCK: u8 = 1 << 5 | 31;

/// Keeps the next serial number of each class.
pub(super) fn count_serial(next: &mut BTreeMap<TrafficClass, u32>, entry: &Entry) {
    if entry.header().kind != Kind::MESSAGE {
        return;
    }
    let content = Body::read(entry.body()).ok().and_then(|body| Content::read(body.content).ok());
    if let Some(content) = content {
        next.insert(entry.header().urgency.class, content.serial.saturating_add(1));
    }
}

impl fmt::Display for SubmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubmitError::LineShut => f.write_str("the line is shut; messages can be sent when both sides are ready"),
            SubmitError::OwnRecordIsOld => f.write_str(
                "this record is an older copy than the one the peer knows; restore the newest copy of the home",
            ),
            SubmitError::CannotStore => f.write_str("the disk takes nothing; free space on it"),
            SubmitError::SerialTaken { next } => {
                write!(f, "another message took this number; prepare again, the next number is {next}")
            }
            SubmitError::Content => f.write_str("the content is not a message of a known version"),
            SubmitError::Refused(Refusal::Misbehaved(reason)) => {
                write!(f, "the other side would refuse this entry: {reason}")
            }
            SubmitError::Refused(Refusal::Parked(missing)) => write!(f, "this cannot be sealed: {missing}"),
            SubmitError::Refused(_) => f.write_str("this place in the record is taken"),
        }
    }
}

impl std::error::Error for SubmitError {}
