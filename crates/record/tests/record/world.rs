//! Two sides with fixed keys, and all that they write.
//!
//! [`World`] holds both chains as someone sees them who lacks nothing. A [`Writing`] starts as what an honest node
//! would seal next; a test bends one field of it.

use std::cell::Cell;
use std::sync::Arc;

use ringdown_record::body::{Body, Gate, GatePosition, Incarnation, Receipt, SignedKeyList};
use ringdown_record::charter::{
    self, KeyList, Officer, Party, PrecedenceRule, ROLE_DRAFT, SUITE_ONE_MACHINE,
};
use ringdown_record::encoding::to_cbor;
use ringdown_record::evidence::Evidence;
use ringdown_record::export::{write_entry, write_head};
use ringdown_record::statement::{Purpose, Signature, Statement, StatementTerms};
use ringdown_record::{
    Chain, Charter, Entry, EntryHash, EntryRef, Kind, LineId, Misbehaviour, Missing, Place, Precedence,
    Refusal, SealContext, Secret, Side, SignedCharter, SigningKey, TrafficClass, UnverifiedEntry, Urgency,
    WallTime,
};

pub const BLUE: Side = Side::Zero;
pub const GREEN: Side = Side::One;
pub const SIDES: [Side; 2] = [BLUE, GREEN];

/// One officer releases.
pub const ROUTINE: Urgency = Urgency { precedence: Precedence::Routine, class: TrafficClass::Test };
/// Two officers release.
pub const FLASH: Urgency = Urgency { precedence: Precedence::Flash, class: TrafficClass::Live };

/// May do everything.
pub const FIRST: u16 = 1;
/// May do everything.
pub const SECOND: u16 = 2;
/// May only draft.
pub const CLERK: u16 = 3;

/// All private keys of one side.
pub struct Keys {
    pub root: SigningKey,
    pub node: SigningKey,
    pub officers: [SigningKey; 3],
}

/// See the module.
pub struct World {
    pub keys: [Keys; 2],
    pub charter: Arc<Charter>,
    pub signed: SignedCharter,
    pub salt_key: Secret,
    pub chains: [Chain; 2],
    pub entries: [Vec<Entry>; 2],
    nonce: Cell<u64>,
}

/// An entry that is not sealed yet.
#[derive(Clone)]
pub struct Writing {
    pub line: LineId,
    pub side: Side,
    pub place: Place,
    pub prev: EntryHash,
    pub peer: EntryRef,
    pub time: WallTime,
    pub flags: u8,
    pub key_list: [u8; 32],
    pub kind: Kind,
    pub urgency: Urgency,
    pub officer: u16,
    pub body: Vec<u8>,
    pub node: SigningKey,
    pub salt_key: Secret,
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn keys(seed: u8) -> Keys {
    let officers = [key(seed + 2), key(seed + 3), key(seed + 4)];
    Keys { root: key(seed), node: key(seed + 1), officers }
}

pub fn all_keys() -> [Keys; 2] {
    [keys(10), keys(60)]
}

fn party(name: &str, keys: &Keys) -> Party {
    let names = ["Duty officer", "Second officer", "Clerk"];
    let officer = |n: usize| Officer::held_by_node(n as u16 + 1, names[n], &keys.officers[n].public());
    let mut officers = [officer(0), officer(1), officer(2)];
    officers[1].custody = charter::Custody::Officer;
    officers[2].roles = ROLE_DRAFT;
    let key_list = KeyList { number: 1, previous: [0; 32], officers: officers.into() };
    Party { name: name.into(), root: keys.root.public().to_bytes(), key_list }
}

/// The charter of every world: FLASH needs two releasers, all else one.
pub fn charter(nonce: u8) -> Charter {
    let keys = all_keys();
    let rule =
        |releasers| PrecedenceRule { releasers, stored_caution_s: 1, stored_alarm_s: 2, acknowledge_s: 3 };
    Charter {
        suite: SUITE_ONE_MACHINE,
        nonce: [nonce; 16],
        parties: [party("BLUE", &keys[0]), party("GREEN", &keys[1])],
        rules: [rule(2), rule(1), rule(1), rule(1)],
        release_alone: false,
    }
}

impl World {
    /// A line that has a charter and no entry.
    pub fn found(charter: Charter) -> World {
        let keys = all_keys();
        let signed = charter.sign(&keys[0].root, &keys[1].root);
        let charter = Arc::new(signed.verify().expect("a good charter"));
        World {
            keys,
            chains: SIDES.map(|side| Chain::new(charter.clone(), side)),
            charter,
            signed,
            salt_key: Secret([99; 32]).salt_key(),
            entries: [Vec::new(), Vec::new()],
            nonce: Cell::new(0),
        }
    }

    /// A line on which both sides have node keys.
    pub fn begun() -> World {
        World::found(charter(1)).begin()
    }

    pub fn begin(mut self) -> World {
        let writings = SIDES.map(|side| self.incarnation(side));
        writings.into_iter().for_each(|writing| drop(self.write(writing)));
        self
    }

    /// Both sides are READY.
    pub fn ready() -> World {
        World::found(charter(1)).begin_ready()
    }

    pub fn begin_ready(self) -> World {
        let mut world = self.begin();
        SIDES.into_iter().for_each(|side| drop(world.write(world.gate(side, GatePosition::Ready))));
        world
    }

    /// The same, but by the charter one officer may release a FLASH alone.
    pub fn of_one_alone() -> World {
        World::found(Charter { release_alone: true, ..charter(1) }).begin_ready()
    }

    /// Every kind of entry at least once; BLUE speaks last.
    pub fn story() -> World {
        let mut world = World::ready();
        let message = world.write(world.message(BLUE, ROUTINE, b"first"));
        world.write(world.act(GREEN, &message.hash().0));
        world.write(world.message(GREEN, FLASH, b"second"));
        world.write(world.receipt(BLUE));
        let list = world.list_after(BLUE, |list| drop(list.officers.remove(1)));
        world.write(world.key_list(BLUE, list));
        world.write(world.message(BLUE, ROUTINE, b"third"));
        world.write(world.receipt(GREEN));
        world.write(world.gate(GREEN, GatePosition::Shut));
        world.write(world.next(BLUE, Kind(200), ROUTINE, &Body::write(&[], b"of a later version")));
        world
    }

    pub fn line(&self) -> LineId {
        self.charter.line_id()
    }

    pub fn of(&self, side: Side) -> &Keys {
        &self.keys[side.index()]
    }

    pub fn chain(&self, side: Side) -> &Chain {
        &self.chains[side.index()]
    }

    /// The entry of one side at this sequence number.
    pub fn entry(&self, side: Side, seq: u64) -> &Entry {
        &self.entries[side.index()][seq as usize - 1]
    }

    /// What an honest node would seal next, with this body.
    pub fn next(&self, side: Side, kind: Kind, urgency: Urgency, body: &[u8]) -> Writing {
        let (own, other) = (self.chain(side), self.chain(side.other()));
        Writing {
            line: self.line(),
            side,
            place: Place::first(own.head().place.seq + 1),
            prev: own.head().hash,
            peer: other.head(),
            time: WallTime::from_ms(own.time().ms() + 1_000),
            flags: 0,
            key_list: own.key_list().1,
            kind,
            urgency,
            officer: 0,
            body: body.to_vec(),
            node: self.of(side).node.clone(),
            salt_key: self.salt_key.clone(),
        }
    }

    pub fn incarnation(&self, side: Side) -> Writing {
        let keys = self.of(side);
        let incarnation =
            Incarnation::sign(self.line(), side, 1, &keys.node.public(), [side as u8 + 1; 32], &keys.root);
        let body = Body::write(&[], &to_cbor(&incarnation));
        let mut writing = self.next(side, Kind::INCARNATION, Urgency::LINE, &body);
        writing.peer = EntryRef::NONE;
        writing
    }

    pub fn gate(&self, side: Side, position: GatePosition) -> Writing {
        let gate = Gate { position, round: 1, reason: String::new() };
        self.next(side, Kind::GATE, Urgency::LINE, &Body::write(&[], &to_cbor(&gate)))
    }

    pub fn receipt(&self, side: Side) -> Writing {
        let receipt = Receipt { beyond: self.chain(side.other()).ranges_beyond() };
        self.next(side, Kind::RECEIPT, ROUTINE, &receipt.to_body())
    }

    pub fn evidence(&self, side: Side, evidence: &Evidence) -> Writing {
        self.next(side, Kind::EVIDENCE, Urgency::LINE, &Body::write(&[], &to_cbor(evidence)))
    }

    /// A message with as many releasers as the charter asks for.
    pub fn message(&self, side: Side, urgency: Urgency, content: &[u8]) -> Writing {
        let both = [(FIRST, Purpose::Release), (SECOND, Purpose::Release)];
        let releasers = usize::from(self.charter.releasers(urgency));
        let said = self.said_by(side, &both[..releasers], urgency, content);
        self.next(side, Kind::MESSAGE, urgency, &[]).saying(said, content)
    }

    pub fn act(&self, side: Side, content: &[u8]) -> Writing {
        let statement = self.said(side, FIRST, Purpose::Acknowledge, ROUTINE, content);
        self.next(side, Kind::ACT, ROUTINE, &[]).saying([statement], content)
    }

    /// A list that may follow the one in force.
    pub fn list_after(&self, side: Side, edit: impl FnOnce(&mut KeyList)) -> KeyList {
        let (list, hash) = self.chain(side).key_list();
        let mut list = KeyList { number: list.number + 1, previous: hash, officers: list.officers.clone() };
        edit(&mut list);
        list
    }

    pub fn key_list(&self, side: Side, list: KeyList) -> Writing {
        let hash = list.hash();
        let signed = SignedKeyList::sign(self.line(), side, list, &self.of(side).root);
        self.key_list_with(side, hash, &signed)
    }

    pub fn key_list_with(&self, side: Side, names: [u8; 32], signed: &SignedKeyList) -> Writing {
        let body = Body::write(&[], &to_cbor(signed));
        Writing { key_list: names, ..self.next(side, Kind::KEY_LIST, Urgency::LINE, &body) }
    }

    /// The terms of what an officer would honestly say now, with a fresh nonce.
    pub fn terms<'a>(
        &self,
        side: Side,
        officer: u16,
        purpose: Purpose,
        urgency: Urgency,
        content: &'a [u8],
    ) -> StatementTerms<'a> {
        self.nonce.set(self.nonce.get() + 1);
        StatementTerms {
            line: self.line(),
            side,
            incarnation: 1,
            officer,
            purpose,
            urgency,
            nonce: self.nonce.get().to_be_bytes(),
            on_screen: self.chain(side.other()).head(),
            content,
            over: None,
        }
    }

    pub fn said(
        &self,
        side: Side,
        officer: u16,
        purpose: Purpose,
        urgency: Urgency,
        content: &[u8],
    ) -> Statement {
        let key = &self.of(side).officers[usize::from(officer) - 1];
        sign(&self.terms(side, officer, purpose, urgency, content), key)
    }

    /// What several officers say, in this order: the last signs first, and each signs what follows too.
    pub fn said_by(
        &self,
        side: Side,
        speakers: &[(u16, Purpose)],
        urgency: Urgency,
        content: &[u8],
    ) -> Vec<Statement> {
        let mut said: Vec<Statement> = Vec::new();
        for &(officer, purpose) in speakers.iter().rev() {
            let terms = self.terms(side, officer, purpose, urgency, content);
            let terms = StatementTerms { over: said.first(), ..terms };
            let key = &self.of(side).officers[usize::from(officer) - 1];
            said.insert(0, sign(&terms, key));
        }
        said
    }

    /// Judges an entry as one who holds all before it.
    pub fn check(&self, entry: &Entry) -> Result<Entry, Refusal> {
        let side = entry.header().side;
        let result = self.chain(side).check(unverified(entry), self.chain(side.other()));
        self.agree(entry, &result);
        result
    }

    /// The judge of what was just sealed says the same, where both are asked: of an entry under the chain's own key, at
    /// a free place behind the first.
    fn agree(&self, entry: &Entry, result: &Result<Entry, Refusal>) {
        let side = entry.header().side;
        let chain = self.chain(side);
        let free = chain.hash_at(entry.header().place).is_none() && entry.header().place.seq > 1;
        let Some(node) = chain.node().filter(|node| free && entry.signed_by(node)) else { return };
        if entry.header().kind == Kind::INCARNATION {
            return;
        }
        let sealed = chain.check_sealed(entry, node, self.chain(side.other()));
        assert_eq!(format!("{sealed:?}"), format!("{:?}", result.as_ref().map(drop)), "{entry:?}");
    }

    /// Seals, checks and keeps.
    pub fn write(&mut self, writing: Writing) -> Entry {
        let entry = self.check(&writing.seal()).expect("an honest entry");
        self.chains[writing.side.index()].add(&entry);
        self.entries[writing.side.index()].push(entry.clone());
        entry
    }

    /// One side's chain in the eyes of someone who holds only the entries that `held` names.
    pub fn partly(&self, side: Side, held: impl Fn(u64) -> bool) -> Chain {
        let mut chain = Chain::new(self.charter.clone(), side);
        let wanted = |entry: &&Entry| held(entry.header().place.seq);
        self.entries[side.index()].iter().filter(wanted).for_each(|entry| chain.add(entry));
        chain
    }

    /// All entries in the order of an export.
    pub fn all(&self) -> Vec<&Entry> {
        self.entries.iter().flatten().collect()
    }

    pub fn export(&self) -> Vec<u8> {
        self.export_of(self.all())
    }

    pub fn export_of<'a>(&self, entries: impl IntoIterator<Item = &'a Entry>) -> Vec<u8> {
        let mut file = Vec::new();
        write_head(&self.signed, &mut file);
        entries.into_iter().for_each(|entry| write_entry(entry, &mut file));
        file
    }
}

impl Writing {
    /// Puts statements before content; the first statement's officer stands in the header.
    pub fn saying(self, statements: impl IntoIterator<Item = Statement>, content: &[u8]) -> Writing {
        let statements: Vec<Statement> = statements.into_iter().collect();
        let officer = statements.first().map_or(0, |statement| statement.officer);
        Writing { officer, body: Body::write(&statements, content), ..self }
    }

    pub fn seal(&self) -> Entry {
        let context = SealContext {
            line: self.line,
            side: self.side,
            place: self.place,
            prev: self.prev,
            peer: self.peer,
            time: self.time,
            clock: 1 << 5 | 31,
            flags: self.flags,
            key_list: self.key_list,
            salt_key: &self.salt_key,
            node: &self.node,
        };
        Entry::seal(&context, self.kind, self.urgency, self.officer, self.body.clone())
    }
}

pub fn sign(terms: &StatementTerms<'_>, key: &SigningKey) -> Statement {
    Statement {
        officer: terms.officer,
        purpose: terms.purpose,
        nonce: terms.nonce,
        on_screen: terms.on_screen.place,
        signature: key.sign(&terms.digest()).into(),
    }
}

/// The signature of a statement of form 1.
pub fn ed25519(statement: &mut Statement) -> &mut [u8; 64] {
    match &mut statement.signature {
        Signature::Ed25519(signature) => signature,
        Signature::Passkey(_) => panic!("a passkey signed this"),
    }
}

pub fn unverified(entry: &Entry) -> UnverifiedEntry {
    UnverifiedEntry {
        header: *entry.header(),
        salt: *entry.salt(),
        signature: *entry.signature(),
        body: entry.body().to_vec(),
    }
}

/// What the entry is blamed for.
#[track_caller]
pub fn blame(result: Result<Entry, Refusal>) -> Misbehaviour {
    match result {
        Err(Refusal::Misbehaved(reason)) => reason,
        other => panic!("not blamed: {other:?}"),
    }
}

/// What has to come before the entry can be judged.
#[track_caller]
pub fn wanting(result: Result<Entry, Refusal>) -> Missing {
    match result {
        Err(Refusal::Parked(missing)) => missing,
        other => panic!("not parked: {other:?}"),
    }
}
