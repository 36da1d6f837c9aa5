//! On the wire, what both sides know is left out; it comes back as it was signed, or the entry is not taken.

use ringdown_record::body::Body;
use ringdown_record::encoding::{DecodeError, put_varint};
use ringdown_record::wire::{WIRE_LEN_MAX, WireEntry, WireForm, write};
use ringdown_record::{
    Chain, Entry, EntryHash, EntryRef, Kind, Misbehaviour, Missing, Refusal, UnverifiedEntry,
};

use crate::world::{BLUE, GREEN, ROUTINE, SIDES, World, Writing, blame, unverified, wanting};

const NOTHING: WireForm =
    WireForm { incarnation: false, prev: false, peer_incarnation: false, key_list: false };
const ALL: WireForm = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };

fn forms() -> impl Iterator<Item = WireForm> {
    (0..16u8).map(|bits| WireForm {
        incarnation: bits & 1 != 0,
        prev: bits & 2 != 0,
        peer_incarnation: bits & 4 != 0,
        key_list: bits & 8 != 0,
    })
}

fn complete(world: &World, bytes: &[u8], chain: &Chain, own: &Chain) -> Result<UnverifiedEntry, Refusal> {
    let wire = WireEntry::read(bytes).expect("a wire form");
    wire.complete(world.line(), chain, own, &world.salt_key)
}

/// What the receiver makes of a wire form: taken, parked or blamed.
fn received(world: &World, bytes: &[u8], chain: &Chain, own: &Chain) -> Result<Entry, Refusal> {
    complete(world, bytes, chain, own).and_then(|entry| chain.check(entry, own))
}

/// One entry that cites and follows something.
fn sample() -> (World, Entry) {
    let world = World::ready();
    let entry = world.message(BLUE, ROUTINE, b"words").seal();
    (world, entry)
}

// REC-16
#[test]
fn every_form_of_every_entry_comes_back_as_it_was() {
    let world = World::story();
    for side in SIDES {
        for entry in &world.entries[side.index()] {
            let seq = entry.header().place.seq;
            let before = world.partly(side, |held| held < seq);
            // A KEYLIST is under its own list already: that list's hash always goes along.
            for form in forms().filter(|form| form.key_list || entry.header().kind != Kind::KEY_LIST) {
                let wire = write(entry, form);
                assert!(wire.len() <= WIRE_LEN_MAX);
                assert_eq!(WireEntry::read(&wire).expect("readable").seq(), seq);
                let own = world.chain(side.other());
                let completed = complete(&world, &wire, &before, own).expect("complete");
                assert_eq!(completed, unverified(entry), "{seq} {form:?}");
                assert_eq!(&received(&world, &wire, &before, own).expect("honest"), entry);
            }
        }
    }
}

#[test]
fn the_longest_entry_fits_the_longest_wire_form() {
    let world = World::ready();
    let entry = world.next(BLUE, Kind(99), ROUTINE, &vec![0; 65_535]).seal();
    let wire = write(&entry, ALL);
    assert!(wire.len() <= WIRE_LEN_MAX);
    // The page of the record says this number.
    assert_eq!(WIRE_LEN_MAX, 65_685);
    assert_eq!(received(&world, &wire, world.chain(BLUE), world.chain(GREEN)).expect("honest"), entry);
}

#[test]
fn a_short_form_costs_little() {
    // 3-record.md: about 14 bytes of header, the body and 64 bytes of node signature.
    let (_, entry) = sample();
    assert_eq!(write(&entry, NOTHING).len() - entry.body().len(), 14 + 64);
    assert_eq!(write(&entry, ALL).len() - entry.body().len(), 14 + 64 + 1 + 32 + 1 + 8);
}

// REC-9, REC-16
#[test]
fn a_trailing_byte_is_refused() {
    let (_, entry) = sample();
    for form in forms() {
        let mut wire = write(&entry, form);
        wire.push(0);
        assert_eq!(WireEntry::read(&wire), Err(DecodeError::TrailingBytes));
    }
}

// REC-16
#[test]
fn every_truncation_is_refused() {
    let (_, entry) = sample();
    for form in forms() {
        let wire = write(&entry, form);
        for len in 0..wire.len() {
            assert_eq!(WireEntry::read(&wire[..len]), Err(DecodeError::Truncated), "{form:?} cut at {len}");
        }
    }
}

// REC-16
#[test]
fn unknown_form_bits_are_refused() {
    let (_, entry) = sample();
    for bit in 4..8 {
        let mut wire = write(&entry, ALL);
        wire[0] |= 1 << bit;
        assert_eq!(WireEntry::read(&wire), Err(DecodeError::Invalid("form byte")), "bit {bit}");
    }
}

/// The wire form with the varint at this offset written in one byte more.
fn padded(mut wire: Vec<u8>, at: usize) -> Vec<u8> {
    assert!(wire[at] < 0x80, "the varints of the sample take one byte");
    wire[at] |= 0x80;
    wire.insert(at + 1, 0);
    wire
}

// REC-9
#[test]
fn numbers_longer_than_necessary_are_refused() {
    let (_, entry) = sample();
    let wire = write(&entry, ALL);
    let (incarnation, seq, cited_incarnation, cited) = (1, 2, 3 + 32, 4 + 32);
    let officer = cited + 1 + 8 + 5 + 4;
    for at in [incarnation, seq, cited_incarnation, cited, officer] {
        assert_eq!(WireEntry::read(&padded(wire.clone(), at)), Err(DecodeError::NotCanonical), "at {at}");
    }
    let (_, short) = (0, World::ready().receipt(BLUE).seal());
    let body_len = write(&short, NOTHING).len() - 64 - short.body().len() - 1;
    let long_length = padded(write(&short, NOTHING), body_len);
    assert_eq!(WireEntry::read(&long_length), Err(DecodeError::NotCanonical));
}

// REC-16
#[test]
fn numbers_above_their_field_are_refused() {
    let (_, entry) = sample();
    let wire = write(&entry, ALL);
    let with = |at: usize, value: u64| {
        let mut out = wire[..at].to_vec();
        put_varint(&mut out, value);
        out.extend_from_slice(&wire[at + 1..]);
        WireEntry::read(&out)
    };
    assert_eq!(with(1, 1 << 32), Err(DecodeError::Invalid("incarnation")));
    assert_eq!(with(35, 1 << 32), Err(DecodeError::Invalid("cited incarnation")));
    assert_eq!(with(36 + 18, 1 << 16), Err(DecodeError::Invalid("officer")));
    assert!(with(1, u64::from(u32::MAX)).is_ok());
    let mut out = write(&World::ready().receipt(BLUE).seal(), NOTHING);
    let at = out.len() - 64 - 3 - 1;
    out.truncate(at);
    put_varint(&mut out, 65_536);
    out.extend_from_slice(&[0; 65_536 + 64]);
    assert_eq!(WireEntry::read(&out), Err(DecodeError::Invalid("body length")));
}

// REC-4
#[test]
fn unknown_urgencies_are_refused() {
    let (_, entry) = sample();
    let wire = write(&entry, NOTHING);
    let at = 1 + 1 + 1 + 5 + 2;
    assert_eq!(wire[at], ROUTINE.to_byte());
    for (byte, what) in [(0x50, "precedence"), (0xf0, "precedence"), (0x43, "class"), (0x4f, "class")] {
        let mut wire = wire.clone();
        wire[at] = byte;
        assert_eq!(WireEntry::read(&wire), Err(DecodeError::Invalid(what)), "{byte:#x}");
    }
}

// REC-16
#[test]
fn a_cited_incarnation_without_a_cited_entry_is_refused() {
    // encoding.rs: exactly one byte string for a value. Nothing is cited by incarnation 0 and number 0 alone.
    let world = World::found(crate::world::charter(1));
    let entry = world.incarnation(BLUE).seal();
    let form = WireForm { peer_incarnation: true, ..NOTHING };
    let mut wire = write(&entry, form);
    received(&world, &wire, world.chain(BLUE), world.chain(GREEN)).expect("as written");
    wire[2] = 7;
    let taken = WireEntry::read(&wire)
        .is_ok_and(|_| received(&world, &wire, world.chain(BLUE), world.chain(GREEN)).is_ok());
    assert!(!taken, "a second wire form of the same entry");
}

// REC-16
#[test]
fn every_flipped_bit_is_noticed() {
    let (world, entry) = sample();
    for form in [NOTHING, ALL] {
        let wire = write(&entry, form);
        for bit in 0..wire.len() * 8 {
            let mut flipped = wire.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let taken = WireEntry::read(&flipped)
                .is_ok_and(|_| received(&world, &flipped, world.chain(BLUE), world.chain(GREEN)).is_ok());
            assert!(!taken, "{form:?}: bit {} of byte {}", bit % 8, bit / 8);
        }
    }
}

// REC-16
#[test]
fn a_body_swapped_on_the_way_fails_the_signature() {
    let (world, entry) = sample();
    let mut wire = write(&entry, NOTHING);
    let at = wire.len() - 64 - 1;
    assert_eq!(wire[at], b's');
    wire[at] = b'S';
    let result = received(&world, &wire, world.chain(BLUE), world.chain(GREEN));
    assert_eq!(blame(result), Misbehaviour::NodeSignature);
}

// REC-16
#[test]
fn a_wrong_filled_in_predecessor_fails_the_signature() {
    // The receiver holds another 2 than the one that this 3 follows.
    let (world, _) = sample();
    let follows_other = Writing { prev: EntryHash([9; 32]), ..world.receipt(BLUE) }.seal();
    let result = received(&world, &write(&follows_other, NOTHING), world.chain(BLUE), world.chain(GREEN));
    assert_eq!(blame(result), Misbehaviour::NodeSignature);
    let form = WireForm { prev: true, ..NOTHING };
    let result = received(&world, &write(&follows_other, form), world.chain(BLUE), world.chain(GREEN));
    assert_eq!(blame(result), Misbehaviour::WrongPredecessor, "sent along, it can be named");
}

// REC-16
#[test]
fn a_wrong_filled_in_citation_fails_the_signature() {
    let (world, _) = sample();
    let peer = EntryRef { hash: EntryHash([9; 32]), ..world.chain(GREEN).head() };
    let cites_other = Writing { peer, ..world.receipt(BLUE) }.seal();
    for form in forms() {
        let result = received(&world, &write(&cites_other, form), world.chain(BLUE), world.chain(GREEN));
        assert_eq!(blame(result), Misbehaviour::NodeSignature);
    }
}

// REC-16
#[test]
fn what_cannot_be_filled_in_is_waited_for() {
    let mut world = World::ready();
    let cited = world.write(world.receipt(GREEN));
    world.write(world.receipt(BLUE));
    let entry = world.write(world.receipt(BLUE));
    let wire = |form| write(&entry, form);
    let gap = world.partly(BLUE, |seq| seq < 3);
    let green = world.chain(GREEN);
    assert_eq!(wanting(received(&world, &wire(NOTHING), &gap, green)), Missing::Predecessor);
    let with_prev = WireForm { prev: true, ..NOTHING };
    received(&world, &wire(with_prev), &gap, green).expect("FLASH may overtake like this");
    let less = world.partly(GREEN, |seq| seq < cited.header().place.seq);
    assert_eq!(wanting(received(&world, &wire(ALL), world.chain(BLUE), &less)), Missing::Cited);
}

// REC-8, REC-16
#[test]
fn an_entry_under_a_list_that_is_not_here_is_waited_for() {
    let mut world = World::ready();
    world.write(world.key_list(BLUE, world.list_after(BLUE, |_| {})));
    let after = world.write(world.next(BLUE, Kind(99), ROUTINE, &Body::write(&[], b"x")));
    let gap = world.partly(BLUE, |seq| seq < 3);
    let result = received(&world, &write(&after, ALL), &gap, world.chain(GREEN));
    assert_eq!(wanting(result), Missing::KeyList);
    let whole = world.partly(BLUE, |seq| seq < 4);
    received(&world, &write(&after, ALL), &whole, world.chain(GREEN)).expect("the list is here");
}

// REC-16
#[test]
fn other_salts_fail_the_signature() {
    // K_salt is the line's secret: without it no body can be tied to a hash.
    let (world, entry) = sample();
    let wire = WireEntry::read(&write(&entry, ALL)).expect("a wire form");
    let other = ringdown_record::Secret([1; 32]);
    let candidate =
        wire.complete(world.line(), world.chain(BLUE), world.chain(GREEN), &other).expect("complete");
    let result = world.chain(BLUE).check(candidate, world.chain(GREEN));
    assert_eq!(blame(result), Misbehaviour::NodeSignature);
}
