//! An entry as it travels: parsed, completed, judged against the chains that are held.
//!
//! What enters a chain was signed by its side's node in exactly these bytes, follows what is held before and after
//! it, cites what is here and never less than before, and carries the statements that its kind needs. Who is
//! convicted of two histories did sign both.

use std::sync::{Arc, LazyLock};

use ringdown_record::body::{Body, Gate, GatePosition, Incarnation, Receipt, SeqRange, SignedKeyList};
use ringdown_record::charter::KeyList;
use ringdown_record::encoding::to_cbor;
use ringdown_record::evidence::Evidence;
use ringdown_record::statement::Purpose;
use ringdown_record::wire::{self, WireEntry, WireForm};
use ringdown_record::{
    Chain, Entry, EntryHash, EntryRef, Kind, Place, Precedence, Refusal, SealContext, Secret, Side,
    UnverifiedEntry, Urgency, WallTime,
};

use crate::source::Source;
use crate::world::{WORLD, draft};

/// The judge that is tried.
pub type Judge = fn(&Chain, UnverifiedEntry, &Chain) -> Result<Entry, Refusal>;

/// GREEN's chain as BLUE holds it, 1/6 missing, and BLUE's own.
struct Held {
    green: Chain,
    blue: Chain,
    entries: Vec<Arc<Entry>>,
}

static HELD: LazyLock<Held> = LazyLock::new(|| {
    let held = |seq: u64| seq <= 5 || seq == 7;
    Held {
        green: WORLD.chain(Side::One, held),
        blue: WORLD.chain(Side::Zero, |_| true),
        entries: WORLD
            .written_by(Side::One)
            .filter(|entry| held(entry.header().place.seq))
            .cloned()
            .collect(),
    }
});

/// The target.
pub fn run(bytes: &[u8]) {
    check(bytes, |chain, candidate, other| chain.check(candidate, other));
}

/// The target with a judge of one's own.
pub fn check(bytes: &[u8], judge: Judge) {
    let mut source = Source(bytes);
    // A signature costs as much as a thousand parsings: most inputs are bytes that nobody signed.
    let (signed, form) = match source.byte() % 8 {
        6 => (WORLD.written_by(Side::One).nth(source.below(8)).cloned(), form(&mut source)),
        7 => (Some(Arc::new(made_up(&mut source))), form(&mut source)),
        _ => return arrive(source.0, &[], judge),
    };
    let Some(entry) = signed else { return };
    let mut wire = wire::write(&entry, form);
    for _ in 0..source.below(4) {
        let at = usize::from(source.two()) % wire.len();
        wire[at] ^= source.byte();
    }
    arrive(&wire, &[entry], judge);
}

fn form(source: &mut Source<'_>) -> WireForm {
    let bits = source.byte();
    WireForm {
        incarnation: bits & 1 != 0,
        prev: bits & 2 != 0,
        peer_incarnation: bits & 4 != 0,
        key_list: bits & 8 != 0,
    }
}

/// Parses, completes, judges. `signed` is what GREEN's node signed besides the story.
fn arrive(bytes: &[u8], signed: &[Arc<Entry>], judge: Judge) {
    let held = &*HELD;
    let Ok(parsed) = WireEntry::read(bytes) else { return };
    let Ok(candidate) = parsed.complete(WORLD.line, &held.green, &held.blue, &WORLD.salt_key) else { return };
    let green = WORLD.keys[1].node.public();
    let story = || WORLD.written_by(Side::One);
    let was_signed = |entry: &Entry| {
        let found = story().chain(signed).find(|signed| signed.hash() == entry.hash());
        found.is_some_and(|signed| signed.body() == entry.body()) && entry.signed_by(&green)
    };
    match judge(&held.green, candidate.clone(), &held.blue) {
        Ok(entry) => {
            assert!(was_signed(&entry), "an entry was taken that GREEN's node did not sign");
            assert!(held.green.hash_at(entry.header().place).is_none(), "two entries at one place");
            fits(&entry, held);
            taken(entry, candidate);
        }
        Err(Refusal::TwoHistories(other)) => {
            assert!(was_signed(&other), "GREEN is convicted by what it did not sign");
            let place = other.header().place;
            let first = held.entries.iter().find(|entry| entry.header().place == place);
            let evidence = Evidence::of(first.expect("one is held at this place"), &other);
            let proved = evidence.expect("two entries").verify(WORLD.line, |_| Some(green));
            assert_eq!(proved, Ok((Side::One, place)), "what convicts GREEN proves it");
        }
        Err(Refusal::AlreadyHeld | Refusal::Parked(_) | Refusal::Misbehaved(_)) => {}
    }
}

/// The rules that an accepted entry must have passed, written down once more.
fn fits(entry: &Entry, held: &Held) {
    let header = entry.header();
    assert_eq!((header.line, header.side, header.place.incarnation), (WORLD.line, Side::One, 1));
    let others = || held.entries.iter().map(|entry| entry.header());
    let seq = header.place.seq;
    if let Some(hash) = held.green.hash_at(Place::first(seq - 1)) {
        assert_eq!(header.prev, hash, "another predecessor");
    }
    for other in others() {
        let in_order = match other.place.seq < seq {
            true => other.peer.place <= header.peer.place,
            false => other.peer.place >= header.peer.place,
        };
        assert!(in_order, "a citation goes back");
        assert!(other.place.seq != seq + 1 || other.prev == entry.hash(), "another successor");
    }
    assert_eq!(held.blue.hash_at(header.peer.place), Some(header.peer.hash), "cites what is not here");
    assert!(header.kind != Kind::INCARNATION, "node keys come first and only there");
    assert!(header.kind != Kind::MESSAGE || header.urgency.precedence != Precedence::Line);
    if !header.kind.is_examined() {
        return;
    }
    let body = Body::read(entry.body()).expect("an examined kind has a body");
    let needs_a_person = matches!(header.kind, Kind::MESSAGE | Kind::ACT);
    assert!(!needs_a_person || !body.statements.is_empty(), "nobody said it");
    let list = &WORLD.paired.charter.party(Side::One).key_list;
    for (index, statement) in body.statements.iter().enumerate() {
        let on_screen = held.blue.hash_at(statement.on_screen).expect("what was on screen is here");
        let officer = list.officer(statement.officer).expect("the officer is listed");
        let said = statement.check(officer, header, on_screen, body.content, body.statements.get(index + 1));
        assert_eq!(said, Ok(()), "the officer did not say it");
        assert!(!held.green.nonce_used(statement.officer, statement.nonce), "said twice");
    }
}

/// Once in the chain, it is held there and nothing else moves.
fn taken(entry: Entry, candidate: UnverifiedEntry) {
    let held = &*HELD;
    let mut chain = held.green.clone();
    chain.add(&entry);
    assert_eq!(chain.hash_at(entry.header().place), Some(entry.hash()));
    assert!(chain.head().place >= held.green.head().place, "the head goes on");
    assert!(held.entries.iter().all(|old| chain.hash_at(old.header().place) == Some(old.hash())));
    assert!(matches!(chain.check(candidate, &held.blue), Err(Refusal::AlreadyHeld)));
}

/// An entry under GREEN's keys, or nearly: places, citations and bodies as the fuzzer likes.
fn made_up(source: &mut Source<'_>) -> Entry {
    let next = [5, 6, 6, 6, 7, 8, 8, 9, 1, 2, 70_000];
    let seq = match source.below(12) {
        choice @ 0..11 => next[choice],
        _ => source.eight().max(1) & ((1 << 48) - 1),
    };
    let before = WORLD.written_by(Side::One).nth(usize::try_from(seq).unwrap_or(0).wrapping_sub(2));
    let prev = match source.below(6) {
        0 => EntryHash(source.array()),
        _ => before.map_or(EntryHash::default(), |before| before.hash()),
    };
    let peer = match source.below(8) {
        0 => EntryRef { place: Place::first(u64::from(source.byte())), hash: EntryHash(source.array()) },
        1 => EntryRef::NONE,
        choice => {
            let cited = WORLD.written_by(Side::Zero).nth(choice - 2);
            cited.map_or(WORLD.head(Side::Zero), |entry| entry.reference())
        }
    };
    let urgency = Urgency::from_byte(source.byte()).unwrap_or(Urgency::LINE);
    let (kind, body) = content(source, urgency, peer);
    let officer = match source.below(5) {
        0 => source.two(),
        _ => Body::read(&body).ok().and_then(|body| Some(body.statements.first()?.officer)).unwrap_or(0),
    };
    let own = &WORLD.keys[if source.below(8) == 1 { 0 } else { 1 }].node;
    let list = WORLD.paired.charter.party(Side::One).key_list.hash();
    let key_list = if source.below(8) == 1 { source.array() } else { list };
    let foreign = Secret([7; 32]);
    let context = SealContext {
        place: Place { incarnation: if source.below(16) == 1 { 2 } else { 1 }, seq },
        prev,
        time: WallTime::from_ms(u64::from(source.two())),
        clock: source.byte(),
        flags: source.byte() & 3,
        key_list,
        node: own,
        salt_key: if source.below(16) == 1 { &foreign } else { &WORLD.salt_key },
        ..WORLD.context(Side::One, EntryRef::NONE, peer)
    };
    Entry::seal(&context, kind, urgency, officer, body)
}

/// Kind and body, mostly of a form that its kind allows.
fn content(source: &mut Source<'_>, urgency: Urgency, peer: EntryRef) -> (Kind, Vec<u8>) {
    let nonce = source.eight().to_be_bytes();
    let said = |purpose, content: &[u8]| {
        let statement = WORLD.statement(Side::One, purpose, urgency, nonce, peer, content);
        Body::write(&[statement], content)
    };
    match source.below(9) {
        0 => (Kind(source.byte()), source.some(300).to_vec()),
        1 => {
            let (from, len) = (u64::from(source.byte()), u64::from(source.byte()));
            let beyond = vec![SeqRange { from, to: from + len }; source.below(3)];
            (Kind::RECEIPT, Receipt { beyond }.to_body())
        }
        2 => (Kind::MESSAGE, said(Purpose::Release, &draft("made up").content(source.byte().into()))),
        3 => (Kind::MESSAGE, said(Purpose::Release, source.some(300))),
        4 => {
            let target = WORLD.story[source.below(10)].hash();
            let purpose =
                source.pick(&[Purpose::Acknowledge, Purpose::Answer, Purpose::Consent, Purpose::Draft]);
            (Kind::ACT, said(purpose, &ringdown_message::Act::acknowledge(target).content()))
        }
        5 => {
            let position = source.pick(&[GatePosition::Shut, GatePosition::Ready]);
            let reason = String::from_utf8_lossy(source.some(300)).into_owned();
            let gate = to_cbor(&Gate { position, round: source.byte().into(), reason });
            (
                Kind::GATE,
                if source.below(2) == 0 { Body::write(&[], &gate) } else { said(Purpose::Consent, &gate) },
            )
        }
        6 => (Kind::KEY_LIST, Body::write(&[], &key_list(source))),
        7 => {
            let keys = &WORLD.keys[source.below(2)];
            let (node, channel) = (keys.node.public(), source.array());
            let number = 1 + u32::from(source.byte()) % 2;
            let incarnation = Incarnation::sign(WORLD.line, Side::One, number, &node, channel, &keys.root);
            (Kind::INCARNATION, Body::write(&[], &to_cbor(&incarnation)))
        }
        _ => (Kind::EVIDENCE, Body::write(&[], &evidence(source))),
    }
}

fn key_list(source: &mut Source<'_>) -> Vec<u8> {
    let first = &WORLD.paired.charter.party(Side::One).key_list;
    let mut officers = first.officers.clone();
    officers.truncate(source.below(3));
    let previous = if source.below(4) == 1 { source.array() } else { first.hash() };
    let list = KeyList { number: 2 + u32::from(source.byte()) % 2, previous, officers };
    let root = &WORLD.keys[if source.below(4) == 1 { 0 } else { 1 }].root;
    to_cbor(&SignedKeyList::sign(WORLD.line, Side::One, list, root))
}

fn evidence(source: &mut Source<'_>) -> Vec<u8> {
    let accused = source.pick(&[Side::Zero, Side::One]);
    let twice = |body: &[u8]| {
        let context = WORLD.context(accused, EntryRef::NONE, EntryRef::NONE);
        Entry::seal(&context, Kind::RECEIPT, Urgency::LINE, 0, body.to_vec())
    };
    let evidence = Evidence::of(&twice(&[1]), &twice(source.some(20)));
    evidence.map_or_else(|| source.some(700).to_vec(), |evidence| to_cbor(&evidence))
}
