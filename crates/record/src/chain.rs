//! One side's chain as held here, and the one gate through which entries enter it.
//!
//! [`Chain::check`] is used when an entry arrives, and by the auditor on an export: the same rules online and
//! years later. It relies on the other side's [`Chain`] for citations. Entries may arrive with gaps before them;
//! the part without gaps is a prefix of the writer's chain, the rest are entries of that chain (INV-7).

mod statements;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::body::{Body, Gate, Incarnation, Receipt, SeqRange, SignedKeyList};
use crate::charter::{Charter, KeyList};
use crate::encoding::{DecodeError, from_cbor};
use crate::entry::{Entry, Header, Kind, UnverifiedEntry};
use crate::evidence::Evidence;
use crate::key::PublicKey;
use crate::place::{EntryHash, EntryRef, LineId, Place, Side, WallTime};
use crate::statement::ClientDataError;

pub use statements::StatementError;

/// What is held of one side's chain.
#[derive(Clone, Debug)]
pub struct Chain {
    charter: Arc<Charter>,
    line: LineId,
    side: Side,
    node: Option<PublicKey>,
    channel: [u8; 32],
    /// From which sequence number each list is in force, ascending.
    key_lists: Vec<(u64, KeyList, [u8; 32])>,
    /// Hashes of the part without gaps; index 0 is sequence 1.
    hashes: Vec<EntryHash>,
    /// What the newest entry of that part cites, and when it says it was written.
    cited: Place,
    time: WallTime,
    /// Entries after a gap.
    beyond: BTreeMap<u64, Beyond>,
    /// Each (officer, nonce) is used once.
    nonces: BTreeSet<(u16, [u8; 8])>,
}

/// What must be remembered of an entry until the gap before it is filled.
#[derive(Clone, Debug)]
struct Beyond {
    hash: EntryHash,
    prev: EntryHash,
    cited: Place,
    time: WallTime,
    key_list: [u8; 32],
}

/// Why an entry did not enter the chain.
#[derive(Debug)]
pub enum Refusal {
    /// It is held already; nothing to do.
    AlreadyHeld,
    /// It may be good, but cannot be checked until this is here. Never a reproach.
    Parked(Missing),
    /// The side's key signed it, and also signed another entry for the same place.
    TwoHistories(Box<Entry>),
    /// It cannot come from a correct node.
    Misbehaved(Misbehaviour),
}

/// What has to arrive before an entry can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The predecessor, whose hash was not sent along.
    Predecessor,
    /// An entry that it cites and that is not here.
    Cited,
    /// The key list that it names.
    KeyList,
    /// The side's INCARNATION.
    Incarnation,
}

/// What a correct node would not have sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misbehaviour {
    /// It names another line.
    WrongLine,
    /// It names the other side or an incarnation that does not exist.
    WrongSide,
    /// The first entry is no INCARNATION, or a later one is.
    IncarnationPlace,
    /// The root did not sign this incarnation or key list, or its numbering is wrong.
    RootSignature,
    /// The node's key did not sign it.
    NodeSignature,
    /// The body does not fit the header.
    BodyCommitment,
    /// Its predecessor is another entry than the one in the chain.
    WrongPredecessor,
    /// It cites an entry of ours that is not in our chain.
    CitesOtherHistory,
    /// It cites less than its predecessor did.
    CitesLess,
    /// It names a key list that is not in force at its place.
    WrongKeyList,
    /// The officers who speak are not those who may.
    Statement(StatementError),
    /// An officer's signature does not fit.
    OfficerSignature,
    /// What an officer's browser signed does not fit the statement or the key list.
    ClientData(ClientDataError),
    /// An officer's nonce was used before.
    NonceUsedTwice,
    /// The body is not what its kind requires.
    Body(DecodeError),
}

impl Chain {
    /// An empty chain of one side.
    pub fn new(charter: Arc<Charter>, side: Side) -> Chain {
        let list = charter.party(side).key_list.clone();
        let hash = list.hash();
        let line = charter.line_id();
        Chain {
            charter,
            line,
            side,
            node: None,
            channel: [0; 32],
            key_lists: vec![(0, list, hash)],
            hashes: Vec::new(),
            cited: Place::NONE,
            time: WallTime::default(),
            beyond: BTreeMap::new(),
            nonces: BTreeSet::new(),
        }
    }

    /// The side that writes this chain.
    pub fn side(&self) -> Side {
        self.side
    }

    /// The newest entry before the first gap.
    pub fn head(&self) -> EntryRef {
        match self.hashes.last() {
            None => EntryRef::NONE,
            Some(hash) => EntryRef { place: Place::first(self.hashes.len() as u64), hash: *hash },
        }
    }

    /// What the head cites of the other side.
    pub fn cited(&self) -> Place {
        self.cited
    }

    /// When the head says it was written.
    pub fn time(&self) -> WallTime {
        self.time
    }

    /// The node's key, once the INCARNATION is here.
    pub fn node(&self) -> Option<&PublicKey> {
        self.node.as_ref()
    }

    /// The node's X25519 key from the INCARNATION.
    pub fn channel_key(&self) -> [u8; 32] {
        self.channel
    }

    /// Hash of the entry at a place, if it is held.
    pub fn hash_at(&self, place: Place) -> Option<EntryHash> {
        if place == Place::NONE {
            return Some(EntryHash::default());
        }
        if place.incarnation != 1 || place.seq == 0 {
            return None;
        }
        let index = usize::try_from(place.seq - 1).ok()?;
        self.hashes.get(index).copied().or_else(|| self.beyond.get(&place.seq).map(|beyond| beyond.hash))
    }

    /// The list in force at a sequence number, with its hash.
    pub fn key_list_at(&self, seq: u64) -> (&KeyList, [u8; 32]) {
        let (_, list, hash) =
            self.key_lists.iter().rev().find(|(from, ..)| *from <= seq).expect("list 1 is in force from 0");
        (list, *hash)
    }

    /// All lists, the newest last.
    pub(crate) fn key_lists(&self) -> impl Iterator<Item = &KeyList> {
        self.key_lists.iter().map(|(_, list, _)| list)
    }

    /// The newest list.
    pub fn key_list(&self) -> (&KeyList, [u8; 32]) {
        self.key_list_at(u64::MAX)
    }

    /// True while entries are held after a gap.
    pub fn has_gap(&self) -> bool {
        !self.beyond.is_empty()
    }

    /// Entries held after the first gap, as ranges, ascending.
    pub fn ranges_beyond(&self) -> Vec<SeqRange> {
        let mut ranges: Vec<SeqRange> = Vec::new();
        for &seq in self.beyond.keys() {
            match ranges.last_mut() {
                Some(last) if last.to + 1 == seq => last.to = seq,
                _ => ranges.push(SeqRange { from: seq, to: seq }),
            }
        }
        ranges
    }

    /// True when this officer used this nonce before.
    pub fn nonce_used(&self, officer: u16, nonce: [u8; 8]) -> bool {
        self.nonces.contains(&(officer, nonce))
    }

    /// Checks an entry against this chain and the other side's. Changes nothing; [`Chain::add`] does.
    pub fn check(&self, candidate: UnverifiedEntry, other: &Chain) -> Result<Entry, Refusal> {
        let header = candidate.header;
        let hash = header.hash();
        let held = self.hash_at(header.place);
        if held == Some(hash) {
            return Err(Refusal::AlreadyHeld);
        }
        self.check_origin(&candidate)?;
        if held.is_some() {
            return Err(Refusal::TwoHistories(Box::new(candidate.into_entry(hash))));
        }
        self.check_fit(&header, &candidate.body, other)?;
        Ok(candidate.into_entry(hash))
    }

    /// Checks an entry that `node` has just sealed for this chain, at its end: all that [`Chain::check`] asks, but for the
    /// signature that was made a moment ago. It must be this chain's node, or the peer would refuse the entry.
    pub fn check_sealed(&self, entry: &Entry, node: &PublicKey, other: &Chain) -> Result<(), Refusal> {
        let header = entry.header();
        if self.hash_at(header.place).is_some() {
            return Err(Refusal::AlreadyHeld);
        }
        self.check_address(header)?;
        if self.node != Some(*node) {
            return Err(Misbehaviour::NodeSignature.into());
        }
        self.check_fit(header, entry.body(), other)
    }

    /// Everything after the signature: place, citations, key list, content and statements.
    fn check_fit(&self, header: &Header, body: &[u8], other: &Chain) -> Result<(), Refusal> {
        self.check_place(header)?;
        self.check_citation(header, other)?;
        self.check_key_list_named(header)?;
        let body = match Body::read(body) {
            Ok(body) => body,
            // What a later version writes may not even begin like a body known here. It is kept as it is.
            Err(_) if !header.kind.is_examined() => return Ok(()),
            Err(error) => return Err(Misbehaviour::Body(error).into()),
        };
        self.check_content(header, &body, other)?;
        self.check_statements(header, &body, other)
    }

    /// Fields, line, side and incarnation (REC-4, REC-1).
    fn check_address(&self, header: &Header) -> Result<(), Refusal> {
        header.check_fields().map_err(Misbehaviour::Body)?;
        if header.line != self.line {
            return Err(Misbehaviour::WrongLine.into());
        }
        if header.side != self.side || header.place.incarnation != 1 {
            return Err(Misbehaviour::WrongSide.into());
        }
        Ok(())
    }

    /// Line, side, incarnation, body and node signature (REC-1, REC-2).
    fn check_origin(&self, candidate: &UnverifiedEntry) -> Result<(), Refusal> {
        let header = &candidate.header;
        self.check_address(header)?;
        if !candidate.body_matches() {
            return Err(Misbehaviour::BodyCommitment.into());
        }
        let is_first = header.place.seq == 1;
        if is_first != (header.kind == Kind::INCARNATION) {
            return Err(Misbehaviour::IncarnationPlace.into());
        }
        let node = match (self.node, is_first) {
            (Some(node), _) => node,
            (None, true) => self.read_incarnation(&candidate.body)?.0,
            (None, false) => return Err(Refusal::Parked(Missing::Incarnation)),
        };
        if candidate.signed_by(&node) { Ok(()) } else { Err(Misbehaviour::NodeSignature.into()) }
    }

    /// Predecessor and successor, as far as they are held, and citations that never go back (REC-3, INV-2).
    fn check_place(&self, header: &Header) -> Result<(), Refusal> {
        let seq = header.place.seq;
        let before = if seq == 1 { Place::NONE } else { Place::first(seq - 1) };
        if self.hash_at(before).is_some_and(|hash| hash != header.prev) {
            return Err(Misbehaviour::WrongPredecessor.into());
        }
        if self.beyond.get(&(seq + 1)).is_some_and(|after| after.prev != header.hash()) {
            return Err(Misbehaviour::WrongPredecessor.into());
        }
        let below = self.beyond.range(..seq).next_back().map_or(self.cited, |(_, below)| below.cited);
        let above = self.beyond.range(seq + 1..).next().map(|(_, above)| above.cited);
        if header.peer.place < below || above.is_some_and(|above| above < header.peer.place) {
            return Err(Misbehaviour::CitesLess.into());
        }
        Ok(())
    }

    /// The key list that an entry names is the one in force at its place (REC-8).
    fn check_key_list_named(&self, header: &Header) -> Result<(), Refusal> {
        if header.key_list == self.key_list_at(header.place.seq).1 || header.kind == Kind::KEY_LIST {
            return Ok(());
        }
        let known = self.key_lists.iter().any(|(.., hash)| *hash == header.key_list);
        if known || self.is_next(header.place.seq) {
            return Err(Misbehaviour::WrongKeyList.into());
        }
        Err(Refusal::Parked(Missing::KeyList))
    }

    /// True when everything before this sequence number is held.
    pub(crate) fn is_next(&self, seq: u64) -> bool {
        seq == self.hashes.len() as u64 + 1
    }

    /// The cited entry of the other side is the one held here (REC-5, INV-2).
    fn check_citation(&self, header: &Header, other: &Chain) -> Result<(), Refusal> {
        if header.peer == EntryRef::NONE {
            return Ok(());
        }
        match other.hash_at(header.peer.place) {
            Some(hash) if hash == header.peer.hash => Ok(()),
            Some(_) => Err(Misbehaviour::CitesOtherHistory.into()),
            None => Err(Refusal::Parked(Missing::Cited)),
        }
    }

    /// The content of the record's own kinds (REC-6).
    fn check_content(&self, header: &Header, body: &Body<'_>, other: &Chain) -> Result<(), Refusal> {
        let content = body.content;
        match header.kind {
            Kind::RECEIPT => drop(Receipt::read(content).map_err(Misbehaviour::Body)?),
            Kind::GATE => drop(Gate::read(content).map_err(Misbehaviour::Body)?),
            Kind::INCARNATION if header.peer != EntryRef::NONE || header.prev != EntryHash::default() => {
                return Err(Misbehaviour::IncarnationPlace.into());
            }
            Kind::KEY_LIST => self.check_key_list(header, content)?,
            Kind::EVIDENCE => {
                let evidence = Evidence::read(content).map_err(Misbehaviour::Body)?;
                let keys_here = self.node.is_some() && other.node.is_some();
                if !keys_here {
                    return Err(Refusal::Parked(Missing::Incarnation));
                }
                evidence.verify(self.line, |side| if side == self.side { self.node } else { other.node })?;
            }
            _ => {}
        }
        Ok(())
    }

    fn check_key_list(&self, header: &Header, content: &[u8]) -> Result<(), Refusal> {
        let signed: SignedKeyList = from_cbor(content).map_err(Misbehaviour::Body)?;
        signed.list.check().map_err(Misbehaviour::Body)?;
        let (current, current_hash) = self.key_list_at(header.place.seq);
        let follows = signed.list.number == current.number + 1 && signed.list.previous == current_hash;
        if !self.is_next(header.place.seq) {
            return Err(Refusal::Parked(Missing::Predecessor));
        }
        let signed_by_root = signed.verify(self.line, self.side, &self.charter.root(self.side));
        if !follows || !signed_by_root {
            return Err(Misbehaviour::RootSignature.into());
        }
        // An entry that came before this list and names an older one was sealed against it.
        let new = signed.list.hash();
        let overtaken = self.beyond.values().any(|after| after.key_list != new);
        if header.key_list != new || overtaken {
            return Err(Misbehaviour::WrongKeyList.into());
        }
        Ok(())
    }

    fn read_incarnation(&self, body: &[u8]) -> Result<(PublicKey, [u8; 32]), Misbehaviour> {
        let body = Body::read(body).map_err(Misbehaviour::Body)?;
        let incarnation: Incarnation = from_cbor(body.content).map_err(Misbehaviour::Body)?;
        let root = self.charter.root(self.side);
        let node = incarnation.verify(self.line, self.side, &root);
        match node {
            Some(node) if incarnation.number == 1 => Ok((node, incarnation.channel)),
            _ => Err(Misbehaviour::RootSignature),
        }
    }

    /// Takes in an entry that [`Chain::check`] passed, that this node sealed, or that the store gave back.
    pub fn add(&mut self, entry: &Entry) {
        let header = entry.header();
        assert_eq!(header.side, self.side, "an entry goes to its own side's chain");
        if self.hash_at(header.place).is_some() {
            return;
        }
        self.learn(entry);
        let beyond = Beyond {
            hash: entry.hash(),
            prev: header.prev,
            cited: header.peer.place,
            time: header.time,
            key_list: header.key_list,
        };
        self.beyond.insert(header.place.seq, beyond);
        while let Some(next) = self.beyond.remove(&(self.hashes.len() as u64 + 1)) {
            self.hashes.push(next.hash);
            self.cited = next.cited;
            self.time = next.time;
        }
    }

    /// Keys and nonces that an entry brings.
    fn learn(&mut self, entry: &Entry) {
        let seq = entry.header().place.seq;
        let Ok(body) = Body::read(entry.body()) else { return };
        for statement in &body.statements {
            self.nonces.insert((statement.officer, statement.nonce));
        }
        match entry.header().kind {
            Kind::INCARNATION => {
                let (node, channel) =
                    self.read_incarnation(entry.body()).expect("checked before it became an entry");
                self.node = Some(node);
                self.channel = channel;
            }
            Kind::KEY_LIST => {
                let signed: SignedKeyList =
                    from_cbor(body.content).expect("checked before it became an entry");
                let hash = signed.list.hash();
                self.key_lists.push((seq, signed.list, hash));
            }
            _ => {}
        }
    }
}

impl From<Misbehaviour> for Refusal {
    fn from(misbehaviour: Misbehaviour) -> Self {
        Refusal::Misbehaved(misbehaviour)
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Missing::Predecessor => "its predecessor is not here",
            Missing::Cited => "it cites an entry that is not here",
            Missing::KeyList => "it names a key list that is not here",
            Missing::Incarnation => "the side's node keys are not here",
        })
    }
}

impl fmt::Display for Misbehaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Misbehaviour::WrongLine => "it belongs to another line",
            Misbehaviour::WrongSide => "it names the wrong side or an unknown incarnation",
            Misbehaviour::IncarnationPlace => "node keys must come first in an incarnation and only there",
            Misbehaviour::RootSignature => "the side's root key did not sign these keys",
            Misbehaviour::NodeSignature => "the node's key did not sign it",
            Misbehaviour::BodyCommitment => "the body is not the one that was signed",
            Misbehaviour::WrongPredecessor => "it does not follow from the entry before it",
            Misbehaviour::CitesOtherHistory => {
                "it cites an entry of the other side that is not in that chain"
            }
            Misbehaviour::CitesLess => "it cites less of the other side than the entry before it",
            Misbehaviour::WrongKeyList => "it names a key list that is not in force at its place",
            Misbehaviour::Statement(error) => {
                return write!(f, "its officers' statements do not fit: {error}");
            }
            Misbehaviour::OfficerSignature => {
                "an officer's key did not sign this content in these circumstances"
            }
            Misbehaviour::ClientData(error) => {
                return write!(f, "an officer's client data do not fit: {error}");
            }
            Misbehaviour::NonceUsedTwice => "an officer's statement was used before",
            Misbehaviour::Body(error) => return write!(f, "its body cannot be read: {error}"),
        })
    }
}
