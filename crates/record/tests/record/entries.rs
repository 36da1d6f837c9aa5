//! One rule by which entries are judged: what a correct node would not seal is refused, what cannot be judged yet
//! waits, and nobody is blamed for what is merely missing.

use ringdown_record::body::{Body, GATE_REASON_LEN_MAX, Gate, GatePosition, Receipt, SeqRange};
use ringdown_record::encoding::{DecodeError, to_cbor};
use ringdown_record::{
    Chain, Entry, EntryHash, EntryRef, Kind, LineId, Misbehaviour, Missing, Place, Precedence, PublicKey,
    Refusal, TrafficClass, Urgency, WallTime,
};

use crate::world::{BLUE, GREEN, ROUTINE, SIDES, World, Writing, blame, charter, key, unverified, wanting};

/// Judges a writing bent by `bend`.
fn bent(world: &World, mut writing: Writing, bend: impl FnOnce(&mut Writing)) -> Result<Entry, Refusal> {
    bend(&mut writing);
    world.check(&writing.seal())
}

#[test]
fn an_honest_entry_is_taken_as_it_was_signed() {
    let world = World::ready();
    let entry = world.receipt(BLUE).seal();
    assert_eq!(world.check(&entry).expect("honest"), entry);
}

// REC-17
#[test]
fn an_entry_that_is_held_is_recognised() {
    // INV-6.
    let mut world = World::ready();
    let entry = world.write(world.receipt(BLUE));
    assert!(matches!(world.check(&entry), Err(Refusal::AlreadyHeld)));
}

// REC-3
#[test]
fn a_wrong_predecessor_is_blamed() {
    // INV-2.
    let world = World::ready();
    for prev in [EntryHash([9; 32]), EntryHash::default(), world.entry(BLUE, 1).hash()] {
        let result = bent(&world, world.receipt(BLUE), |writing| writing.prev = prev);
        assert_eq!(blame(result), Misbehaviour::WrongPredecessor);
    }
}

// REC-3
#[test]
fn a_first_entry_has_no_predecessor() {
    let world = World::found(charter(1));
    let result = bent(&world, world.incarnation(BLUE), |writing| writing.prev = EntryHash([9; 32]));
    assert_eq!(blame(result), Misbehaviour::WrongPredecessor);
}

// REC-3
#[test]
fn an_entry_before_one_that_does_not_follow_it_is_blamed() {
    // INV-2, INV-7: 3 is missing, 4 is here.
    let mut world = World::ready();
    let other = world.next(BLUE, Kind(99), ROUTINE, &Body::write(&[], b"other")).seal();
    world.write(world.receipt(BLUE));
    world.write(world.receipt(BLUE));
    let gap = world.partly(BLUE, |seq| seq != 3);
    let refused = gap.check(unverified(&other), world.chain(GREEN));
    assert_eq!(blame(refused), Misbehaviour::WrongPredecessor);
    gap.check(unverified(world.entry(BLUE, 3)), world.chain(GREEN)).expect("the one that fits");
}

// REC-5
#[test]
fn a_citation_of_an_entry_that_is_not_here_waits() {
    let world = World::ready();
    let place = Place::first(3);
    let result = bent(&world, world.receipt(BLUE), |writing| {
        writing.peer = EntryRef { place, hash: EntryHash([3; 32]) };
    });
    assert_eq!(wanting(result), Missing::Cited);
}

// REC-5
#[test]
fn a_citation_of_another_history_is_blamed() {
    // INV-2.
    let world = World::ready();
    let result = bent(&world, world.receipt(BLUE), |writing| writing.peer.hash = EntryHash([3; 32]));
    assert_eq!(blame(result), Misbehaviour::CitesOtherHistory);
}

// REC-3
#[test]
fn citing_less_than_before_is_blamed() {
    // INV-2: what was receipted cannot be taken back.
    let world = World::ready();
    for peer in [EntryRef::NONE, world.entry(GREEN, 1).reference()] {
        let mut world = World::ready();
        world.write(world.receipt(BLUE));
        let result = bent(&world, world.receipt(BLUE), |writing| writing.peer = peer);
        assert_eq!(blame(result), Misbehaviour::CitesLess);
    }
}

// REC-3
#[test]
fn citing_less_is_blamed_on_either_side_of_a_gap() {
    // INV-2. BLUE's 3 and 4 cite GREEN's 2; a 3 that cites more than the 4 that is here, a 4 that cites less.
    let mut world = World::ready();
    world.write(world.receipt(BLUE));
    let more = world.write(world.receipt(GREEN)).reference();
    let three = Writing { peer: more, ..world.receipt(BLUE) }.seal();
    let four = Writing {
        place: Place::first(5),
        prev: three.hash(),
        peer: world.entry(GREEN, 2).reference(),
        ..world.receipt(BLUE)
    }
    .seal();
    let mut chain = world.chain(BLUE).clone();
    chain.add(&chain.check(unverified(&four), world.chain(GREEN)).expect("nothing before it is here"));
    assert_eq!(blame(chain.check(unverified(&three), world.chain(GREEN))), Misbehaviour::CitesLess);
}

// REC-3
#[test]
fn citing_less_is_blamed_across_a_gap() {
    // INV-2: what the head has cited is cited by all after it, whether or not what is between them is here.
    let mut world = World::ready();
    world.write(world.receipt(BLUE));
    let less = world.entry(GREEN, 1).reference();
    let later = Writing { place: Place::first(9), prev: EntryHash([9; 32]), ..world.receipt(BLUE) };
    world.check(&later.seal()).expect("it cites as much as the head");
    let refused = world.check(&Writing { peer: less, ..later.clone() }.seal());
    assert_eq!(blame(refused), Misbehaviour::CitesLess);
    // The same seen from below: 9 is here and cites GREEN's 2, 5 would cite GREEN's 3.
    let more = world.write(world.receipt(GREEN)).reference();
    world.chains[0].add(&later.seal());
    let between = Writing { place: Place::first(5), peer: more, ..later };
    assert_eq!(blame(world.check(&between.seal())), Misbehaviour::CitesLess);
}

// REC-2
#[test]
fn a_node_signature_by_another_key_is_blamed() {
    let world = World::ready();
    for node in [key(200), world.of(GREEN).node.clone(), world.of(BLUE).root.clone()] {
        let result = bent(&world, world.receipt(BLUE), |writing| writing.node = node);
        assert_eq!(blame(result), Misbehaviour::NodeSignature);
    }
}

// REC-2
#[test]
fn a_first_entry_that_other_keys_signed_is_blamed() {
    let world = World::found(charter(1));
    let result = bent(&world, world.incarnation(BLUE), |writing| writing.node = key(200));
    assert_eq!(blame(result), Misbehaviour::NodeSignature);
    let mut impostor = World::found(charter(1));
    impostor.keys[0].root = key(200);
    assert_eq!(blame(world.check(&impostor.incarnation(BLUE).seal())), Misbehaviour::RootSignature);
}

// REC-2
#[test]
fn a_body_swapped_for_one_of_equal_length_is_blamed() {
    let world = World::ready();
    let entry = world.message(BLUE, ROUTINE, b"attack at dawn").seal();
    let mut candidate = unverified(&entry);
    let from = candidate.body.len() - 4;
    candidate.body[from..].copy_from_slice(b"dusk");
    let result = world.chain(BLUE).check(candidate, world.chain(GREEN));
    assert_eq!(blame(result), Misbehaviour::BodyCommitment);
}

// REC-2
#[test]
fn another_salt_is_blamed() {
    let world = World::ready();
    let mut candidate = unverified(&world.receipt(BLUE).seal());
    candidate.salt[0] ^= 1;
    let result = world.chain(BLUE).check(candidate, world.chain(GREEN));
    assert_eq!(blame(result), Misbehaviour::BodyCommitment);
}

// REC-1
#[test]
fn an_entry_of_another_line_is_blamed() {
    let world = World::ready();
    let result = bent(&world, world.receipt(BLUE), |writing| writing.line = LineId([1; 32]));
    assert_eq!(blame(result), Misbehaviour::WrongLine);
}

// REC-1
#[test]
fn an_entry_of_the_other_side_is_blamed() {
    let world = World::ready();
    let entry = world.receipt(GREEN).seal();
    let result = world.chain(BLUE).check(unverified(&entry), world.chain(GREEN));
    assert_eq!(blame(result), Misbehaviour::WrongSide);
}

// REC-1
#[test]
fn an_incarnation_that_was_never_declared_is_blamed() {
    let world = World::ready();
    let place = Place { incarnation: 2, seq: 3 };
    let result = bent(&world, world.receipt(BLUE), |writing| writing.place = place);
    assert_eq!(blame(result), Misbehaviour::WrongSide);
}

// REC-2
#[test]
fn node_keys_come_first_and_only_there() {
    let world = World::ready();
    let second =
        Writing { body: world.incarnation(BLUE).body, kind: Kind::INCARNATION, ..world.receipt(BLUE) };
    let second = Writing { urgency: Urgency::LINE, ..second };
    assert_eq!(blame(world.check(&second.seal())), Misbehaviour::IncarnationPlace);
    let unfounded = World::found(charter(1));
    assert_eq!(blame(unfounded.check(&unfounded.receipt(BLUE).seal())), Misbehaviour::IncarnationPlace);
}

// REC-2
#[test]
fn entries_before_the_node_keys_wait() {
    let world = World::story();
    let empty = Chain::new(world.charter.clone(), BLUE);
    let result = empty.check(unverified(world.entry(BLUE, 2)), world.chain(GREEN));
    assert_eq!(wanting(result), Missing::Incarnation);
}

// REC-6
#[test]
fn an_unknown_kind_is_accepted_and_kept() {
    let mut world = World::ready();
    for kind in [14, 99, 255] {
        let body = Body::write(&[], b"\xff of a later version");
        let entry = world.write(world.next(BLUE, Kind(kind), ROUTINE, &body));
        assert_eq!(world.chain(BLUE).head(), entry.reference());
        assert_eq!(entry.header().kind.name(), "UNKNOWN");
    }
}

// REC-6, REC-7
#[test]
fn an_unknown_kind_is_kept_with_what_an_officer_says_in_it() {
    // 3-record.md: stored, receipted and shown as such, never dropped. A body may have statements in every kind.
    let world = World::ready();
    let statement = world.said(BLUE, 1, ringdown_record::statement::Purpose::Release, ROUTINE, b"later");
    let entry = world.next(BLUE, Kind(99), ROUTINE, &[]).saying([statement], b"later").seal();
    world.check(&entry).expect("kept");
}

fn of_kind(world: &World, kind: Kind, content: &[u8]) -> Result<Entry, Refusal> {
    world.check(&world.next(BLUE, kind, Urgency::LINE, &Body::write(&[], content)).seal())
}

fn ranges(list: &[(u64, u64)]) -> Vec<u8> {
    let range = |&(from, to): &(u64, u64)| SeqRange { from, to };
    to_cbor(&Receipt { beyond: list.iter().map(range).collect() })
}

// REC-6
#[test]
fn a_malformed_receipt_is_blamed() {
    let world = World::ready();
    let many: Vec<_> = (1..=33).map(|n| (n * 2, n * 2)).collect();
    for list in [&[(0, 1)][..], &[(3, 2)], &[(2, 3), (4, 5)], &[(5, 6), (2, 3)], &[(2, 9), (3, 4)], &many] {
        let reason = blame(of_kind(&world, Kind::RECEIPT, &ranges(list)));
        assert_eq!(reason, Misbehaviour::Body(DecodeError::Invalid("receipt ranges")), "{list:?}");
    }
    of_kind(&world, Kind::RECEIPT, &ranges(&many[..32])).expect("as many as are allowed");
    for content in [&b""[..], b"\x80", b"\x81", b"\x81\x80\x00", b"\x81\x98\x00", b"\x9f\x80\xff", b"\xa0"] {
        assert!(
            matches!(blame(of_kind(&world, Kind::RECEIPT, content)), Misbehaviour::Body(_)),
            "{content:x?}"
        );
    }
}

// REC-6
#[test]
fn a_malformed_gate_is_blamed() {
    let world = World::ready();
    let gate =
        |round, reason: &str| to_cbor(&Gate { position: GatePosition::Shut, round, reason: reason.into() });
    let longest = "x".repeat(GATE_REASON_LEN_MAX);
    of_kind(&world, Kind::GATE, &gate(1, &longest)).expect("the longest reason");
    let good = gate(1, "why");
    let mut unknown_position = good.clone();
    unknown_position[1] = 2;
    let trailing = [&good[..], &[0]].concat();
    for content in [gate(0, ""), gate(1, &(longest + "x")), unknown_position, trailing, Vec::new()] {
        assert!(
            matches!(blame(of_kind(&world, Kind::GATE, &content)), Misbehaviour::Body(_)),
            "{content:x?}"
        );
    }
}

// REC-6
#[test]
fn a_body_that_is_no_body_is_blamed() {
    let world = World::ready();
    for body in [&[][..], &[3], &[1], &[255, 0]] {
        let entry = world.next(BLUE, Kind::RECEIPT, ROUTINE, body).seal();
        assert!(matches!(blame(world.check(&entry)), Misbehaviour::Body(_)), "{body:x?}");
        let unknown = world.next(BLUE, Kind(99), ROUTINE, body).seal();
        world.check(&unknown).expect("a kind of a later version may have a body of its own");
    }
}

// REC-4
#[test]
fn precedence_line_belongs_to_the_line_alone() {
    let world = World::ready();
    let refused = Misbehaviour::Body(DecodeError::Invalid("precedence for this kind"));
    let message = world.message(BLUE, Urgency::LINE, b"urgent").seal();
    assert_eq!(blame(world.check(&message)), refused);
    let gate = bent(&world, world.gate(BLUE, GatePosition::Shut), |writing| writing.urgency = ROUTINE);
    assert_eq!(blame(gate), refused);
}

// REC-4
#[test]
fn fields_without_meaning_are_blamed() {
    let world = World::ready();
    let bends: [fn(&mut Writing); 5] = [
        |writing| writing.flags = 0x80,
        |writing| writing.place.seq = 0,
        |writing| writing.place.incarnation = 0,
        |writing| writing.peer.place.incarnation = 0,
        |writing| writing.peer.place = Place::NONE,
    ];
    for (index, bend) in bends.into_iter().enumerate() {
        let reason = blame(bent(&world, world.receipt(BLUE), bend));
        assert!(matches!(reason, Misbehaviour::Body(_)), "bend {index}: {reason:?}");
    }
}

// REC-4
#[test]
fn no_time_is_a_reason_to_refuse() {
    // INV-24.
    let mut world = World::ready();
    for time in [WallTime::MAX, WallTime::default(), WallTime::from_ms(5)] {
        world.write(Writing { time, ..world.receipt(BLUE) });
    }
}

// REC-3
#[test]
fn entries_may_come_in_any_order() {
    // INV-7: a prefix, and entries of that chain after it.
    let world = World::story();
    for side in SIDES {
        let last = world.entries[side.index()].len() as u64;
        for missing in 2..last {
            let gap = world.partly(side, |seq| seq != missing);
            assert_eq!(gap.head(), world.entry(side, missing - 1).reference());
            assert_eq!(gap.ranges_beyond(), [SeqRange { from: missing + 1, to: last }]);
        }
    }
}

#[test]
fn kinds_and_urgencies_have_the_names_of_the_page() {
    let kinds: Vec<&str> = (0..=14).map(|kind| Kind(kind).name()).collect();
    assert_eq!(
        kinds.join(" "),
        "UNKNOWN MESSAGE RECEIPT ACT GATE KEYLIST INCARNATION CHECKPOINT AMEND CLOSE LINECHECK ATTEMPT CLOCK \
         EVIDENCE UNKNOWN"
    );
    let examined: Vec<u8> = (0..=255).filter(|kind| Kind(*kind).is_examined()).collect();
    assert_eq!(examined, [1, 2, 3, 4, 5, 6, 13]);
    let of_the_line: Vec<u8> = (0..=255).filter(|kind| Kind(*kind).belongs_to_line()).collect();
    assert_eq!(of_the_line, [4, 5, 6, 9, 13]);
    assert_eq!(Precedence::ALL.map(Precedence::name), ["LINE", "FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"]);
    assert_eq!(TrafficClass::ALL.map(TrafficClass::name), ["LIVE", "EXERCISE", "TEST"]);
}

#[test]
fn a_chain_says_what_it_holds() {
    let mut world = World::ready();
    world.write(world.receipt(GREEN));
    world.write(world.receipt(BLUE));
    let (chain, empty) = (world.chain(BLUE), Chain::new(world.charter.clone(), BLUE));
    assert_eq!((chain.cited(), empty.cited()), (Place::first(3), Place::NONE));
    assert_eq!((chain.channel_key(), empty.channel_key()), ([1; 32], [0; 32]));
    assert_eq!(world.chain(GREEN).channel_key(), [2; 32]);
    assert_eq!((chain.time(), empty.time()), (world.entry(BLUE, 3).header().time, WallTime::default()));
    assert_eq!(chain.node(), Some(&world.of(BLUE).node.public()));
    let gap = world.partly(BLUE, |seq| seq != 2);
    assert_eq!((chain.has_gap(), empty.has_gap(), gap.has_gap()), (false, false, true));
    assert_eq!((gap.cited(), gap.head().place), (Place::NONE, Place::first(1)), "the gap is not counted");
}

#[test]
fn times_count_from_2025_and_are_held_at_both_ends() {
    // 2026-11-23 20:15:00 Z, as in the example of the page.
    let time = WallTime::from_unix_ms(1_795_464_900_000);
    assert_eq!((time.ms(), time.unix_ms()), (59_775_300_000, 1_795_464_900_000));
    assert_eq!(WallTime::from_unix_ms(0).ms(), 0, "before 2025");
    assert_eq!(WallTime::from_unix_ms(WallTime::EPOCH_UNIX_MS + 1).ms(), 1);
    assert_eq!(WallTime::MAX.ms(), (1 << 40) - 1);
    assert_eq!(WallTime::from_ms(1 << 40), WallTime::MAX);
    assert_eq!(WallTime::from_ms(u64::MAX), WallTime::MAX);
}

// REC-2, REC-19: what another key sealed, or at a place that is taken, is not one's own.
#[test]
fn what_was_just_sealed_is_under_this_chains_key_and_at_a_free_place() {
    let mut world = World::ready();
    let entry = world.receipt(BLUE).seal();
    let node = *world.chain(BLUE).node().expect("begun");
    let check = |world: &World, node: PublicKey| {
        world
            .chain(BLUE)
            .check_sealed(&entry, &node, world.chain(GREEN))
            .map_err(|refusal| format!("{refusal:?}"))
    };
    assert_eq!(check(&world, node), Ok(()));
    let other = Err(format!("{:?}", Refusal::Misbehaved(Misbehaviour::NodeSignature)));
    assert_eq!(check(&world, key(77).public()), other);
    world.write(world.receipt(BLUE));
    assert_eq!(check(&world, node), Err("AlreadyHeld".to_owned()));
}
