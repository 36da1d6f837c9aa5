//! A key that signs two entries for one place is caught, with proof; nobody can be made to look as if it did.

use ringdown_record::body::Body;
use ringdown_record::encoding::to_cbor;
use ringdown_record::evidence::Evidence;
use ringdown_record::{
    Chain, Entry, EntryRef, Kind, LineId, Misbehaviour, Missing, Place, Refusal, Urgency, WallTime,
};

use crate::world::{BLUE, GREEN, ROUTINE, World, Writing, blame, key, unverified, wanting};

// REC-17
#[test]
fn a_place_used_again_is_two_histories() {
    // INV-1, INV-9: whether the first one stands in the chain or after a gap.
    let mut world = World::ready();
    let other = world.next(BLUE, Kind(99), ROUTINE, &Body::write(&[], b"other")).seal();
    world.write(world.receipt(BLUE));
    assert!(matches!(world.check(&other), Err(Refusal::TwoHistories(entry)) if *entry == other));
    let gap = world.partly(BLUE, |seq| seq != 2);
    let result = gap.check(unverified(&other), world.chain(GREEN));
    assert!(matches!(result, Err(Refusal::TwoHistories(_))));
}

// REC-17
#[test]
fn a_forged_claim_on_a_place_is_no_second_history() {
    // INV-10: nobody can make a side look double without its key.
    let mut world = World::ready();
    let forged = Writing { node: key(200), ..world.receipt(BLUE) }.seal();
    world.write(world.receipt(BLUE));
    let other = Writing { kind: Kind(99), ..world.receipt(BLUE) };
    let forged_kind = Writing { place: Place::first(3), node: key(200), ..other }.seal();
    assert!(matches!(world.check(&forged), Err(Refusal::AlreadyHeld)), "the same pre-image");
    assert_eq!(blame(world.check(&forged_kind)), Misbehaviour::NodeSignature);
}

/// Two receipts of BLUE for one place.
fn contradiction(world: &World) -> (Entry, Entry) {
    let later = Writing { time: WallTime::MAX, ..world.receipt(BLUE) };
    (world.receipt(BLUE).seal(), later.seal())
}

// REC-6, REC-17
#[test]
fn evidence_of_two_histories_verifies_in_either_order() {
    // INV-9.
    let world = World::ready();
    let (a, b) = contradiction(&world);
    let evidence = Evidence::of(&a, &b).expect("a contradiction");
    assert_eq!(Evidence::of(&b, &a), Some(evidence.clone()));
    assert_eq!(Evidence::read(&to_cbor(&evidence)), Ok(evidence.clone()));
    let node = |side| world.chain(side).node().copied();
    assert_eq!(evidence.verify(world.line(), node), Ok((BLUE, Place::first(3))));
    assert_eq!(evidence.accused(), Some((BLUE, Place::first(3))));
    world.check(&world.evidence(GREEN, &evidence).seal()).expect("kept");
}

// REC-6
#[test]
fn evidence_of_equal_or_unrelated_entries_is_refused() {
    // INV-10.
    let world = World::ready();
    let (a, b) = contradiction(&world);
    assert_eq!(Evidence::of(&a, &a), None);
    assert_eq!(Evidence::of(&a, world.entry(BLUE, 2)), None);
    assert_eq!(Evidence::of(world.entry(BLUE, 2), world.entry(GREEN, 2)), None);
    // By hand, as `of` does not make them: the same twice, and the larger hash first.
    let (low, high) = if a.hash() < b.hash() { (&a, &b) } else { (&b, &a) };
    for (first, second) in
        [(low, low), (high, low), (low, world.entry(BLUE, 2)), (low, world.entry(GREEN, 2))]
    {
        let evidence = Evidence::read(&evidence_bytes(first, second)).expect("well formed");
        let node = |side| world.chain(side).node().copied();
        assert!(evidence.verify(world.line(), node).is_err());
        let body = Body::write(&[], &to_cbor(&evidence));
        let entry = world.next(GREEN, Kind::EVIDENCE, Urgency::LINE, &body).seal();
        assert!(matches!(blame(world.check(&entry)), Misbehaviour::Body(_)));
    }
    let right = Evidence::read(&evidence_bytes(low, high)).expect("well formed");
    assert_eq!(Some(right), Evidence::of(&a, &b), "the bytes by hand are the right ones");
}

/// Canonical CBOR: [[bytes(219), bytes(64)], [bytes(219), bytes(64)]].
fn evidence_bytes(first: &Entry, second: &Entry) -> Vec<u8> {
    let signed = |entry: &Entry| {
        [&[0x82, 0x58, 219][..], &entry.header().preimage(), &[0x58, 64], entry.signature()].concat()
    };
    [&[0x82][..], &signed(first), &signed(second)].concat()
}

// REC-6
#[test]
fn evidence_under_other_keys_or_of_another_line_is_refused() {
    // INV-10.
    let world = World::ready();
    let (a, _) = contradiction(&world);
    let forged = Writing { node: key(200), time: WallTime::MAX, ..world.receipt(BLUE) }.seal();
    let evidence = Evidence::of(&a, &forged).expect("looks like one");
    let refused = blame(world.check(&world.evidence(GREEN, &evidence).seal()));
    assert_eq!(refused, Misbehaviour::NodeSignature);
    let elsewhere = Writing { line: LineId([1; 32]), ..world.receipt(BLUE) }.seal();
    let node = |side| world.chain(side).node().copied();
    if let Some(evidence) = Evidence::of(&a, &elsewhere) {
        assert!(evidence.verify(world.line(), node).is_err(), "one place on two lines contradicts nothing");
    }
}

// REC-6
#[test]
fn evidence_against_a_side_whose_keys_are_not_here_waits() {
    let world = World::ready();
    let (a, b) = contradiction(&world);
    let evidence = Evidence::of(&a, &b).expect("a contradiction");
    let entry = Writing {
        place: Place::first(2),
        prev: world.entry(GREEN, 1).hash(),
        ..world.evidence(GREEN, &evidence)
    };
    let entry = Writing { peer: EntryRef::NONE, ..entry }.seal();
    let empty = Chain::new(world.charter.clone(), BLUE);
    let result = world.partly(GREEN, |seq| seq == 1).check(unverified(&entry), &empty);
    assert_eq!(wanting(result), Missing::Incarnation);
}
