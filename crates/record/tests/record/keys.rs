//! A key list takes force at its own place, for entries in whatever order they come; only good keys are keys.

use curve25519_dalek::edwards::CompressedEdwardsY;
use ringdown_record::audit::Verdict;
use ringdown_record::body::{Body, Incarnation, SignedKeyList};
use ringdown_record::charter::{KeyList, Officer};
use ringdown_record::encoding::{DecodeError, to_cbor};
use ringdown_record::statement::{Purpose, StatementError};
use ringdown_record::{
    Chain, Entry, Kind, Misbehaviour, Missing, Place, PublicKey, Refusal, Side, SigningKey, Urgency, audit,
};

use crate::world::{
    BLUE, FLASH, GREEN, ROUTINE, SECOND, World, Writing, blame, charter, key, sign, unverified, wanting,
};

/// BLUE's next list, without its second officer.
fn without_second(world: &World) -> KeyList {
    world.list_after(BLUE, |list| list.officers.retain(|officer| officer.index != SECOND))
}

fn check(chain: &Chain, other: &Chain, entry: &Entry) -> Result<Entry, Refusal> {
    chain.check(unverified(entry), other)
}

/// A message that BLUE's second officer releases.
fn of_second(world: &World) -> Writing {
    let statement = world.said(BLUE, SECOND, Purpose::Release, ROUTINE, b"second");
    world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([statement], b"second")
}

// REC-8
#[test]
fn a_list_takes_force_at_its_own_place() {
    // INV-26.
    let mut world = World::ready();
    let old = world.chain(BLUE).key_list().1;
    world.write(of_second(&world));
    let list = without_second(&world);
    world.write(world.key_list(BLUE, list.clone()));
    let chain = world.chain(BLUE);
    assert_eq!(chain.key_list_at(3).1, old);
    assert_eq!(chain.key_list_at(4), (&list, list.hash()));
    assert_eq!(chain.key_list(), (&list, list.hash()));
    assert_eq!(world.chain(GREEN).key_list().0.number, 1, "the other side's list is its own");
}

// REC-8
#[test]
fn a_revoked_officer_cannot_speak_after_the_list() {
    // INV-26: not even with a statement made before it.
    let mut world = World::ready();
    let before = of_second(&world);
    world.check(&before.seal()).expect("in time");
    world.write(world.key_list(BLUE, without_second(&world)));
    let statements = Body::read(&before.body).expect("a body").statements;
    let late = world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying(statements, b"second");
    assert_eq!(blame(world.check(&late.seal())), Misbehaviour::Statement(StatementError::Role(SECOND)));
    world.check(&world.message(BLUE, ROUTINE, b"first").seal()).expect("the first officer still speaks");
}

// REC-8
#[test]
fn a_new_officer_speaks_after_the_list_and_not_before() {
    let mut world = World::ready();
    let new = Officer::held_by_node(9, "Deputy", &key(150).public());
    let say = |world: &World| {
        let statement = sign(&world.terms(BLUE, 9, Purpose::Release, ROUTINE, b"x"), &key(150));
        world.check(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([statement], b"x").seal())
    };
    assert_eq!(blame(say(&world)), Misbehaviour::Statement(StatementError::Role(9)));
    world.write(world.key_list(BLUE, world.list_after(BLUE, |list| list.officers.push(new))));
    say(&world).expect("listed");
}

// REC-8
#[test]
fn entries_after_a_list_must_name_it() {
    // INV-26.
    let mut world = World::ready();
    let old = world.chain(BLUE).key_list().1;
    world.write(world.key_list(BLUE, without_second(&world)));
    let entry = Writing { key_list: old, ..world.receipt(BLUE) }.seal();
    assert_eq!(blame(world.check(&entry)), Misbehaviour::WrongKeyList);
}

// REC-8
#[test]
fn entries_before_a_list_may_not_name_it() {
    // INV-26: neither alone nor once the list itself is at hand.
    let mut world = World::ready();
    let list = without_second(&world);
    let early = Writing { key_list: list.hash(), ..world.receipt(BLUE) }.seal();
    let after = Writing { place: Place::first(4), prev: early.hash(), ..world.key_list(BLUE, list) }.seal();
    assert!(world.check(&early).is_err());
    assert!(world.check(&after).is_err(), "its predecessor is not in the record");
    world.entries[0].extend([early, after]);
    let audit = audit(&world.export(), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Broken));
}

// REC-8
#[test]
fn a_list_that_never_was_is_in_force_nowhere() {
    // All before this entry is here, so no list can still arrive that it could mean.
    let world = World::ready();
    let entry = Writing { key_list: [5; 32], ..world.receipt(BLUE) }.seal();
    assert_eq!(blame(world.check(&entry)), Misbehaviour::WrongKeyList);
}

// REC-8
#[test]
fn an_entry_after_a_gap_that_names_an_unknown_list_waits() {
    let mut world = World::ready();
    world.write(world.key_list(BLUE, without_second(&world)));
    let after = world.write(world.receipt(BLUE));
    let gap = world.partly(BLUE, |seq| seq < 3);
    assert_eq!(wanting(check(&gap, world.chain(GREEN), &after)), Missing::KeyList);
    let filled = world.partly(BLUE, |seq| seq < 4);
    check(&filled, world.chain(GREEN), &after).expect("the list is here");
}

// REC-15
#[test]
fn a_list_after_a_gap_waits_for_what_is_before_it() {
    let mut world = World::ready();
    world.write(world.receipt(BLUE));
    let list = world.write(world.key_list(BLUE, without_second(&world)));
    let gap = world.partly(BLUE, |seq| seq < 3);
    assert_eq!(wanting(check(&gap, world.chain(GREEN), &list)), Missing::Predecessor);
}

// REC-15
#[test]
fn a_revoked_officer_cannot_overtake_the_list() {
    // INV-26, in whatever order the entries arrive: 4 is sealed after the KEYLIST at 3 but names the old list, is
    // released by the officer whom 3 revokes, and is brought first.
    let world = World::ready();
    let list = world.key_list(BLUE, without_second(&world)).seal();
    let revoked = Writing { place: Place::first(4), prev: list.hash(), ..of_second(&world) }.seal();
    let mut chain = world.chain(BLUE).clone();
    let taken = check(&chain, world.chain(GREEN), &revoked);
    if let Ok(entry) = &taken {
        chain.add(entry);
    }
    let listed = check(&chain, world.chain(GREEN), &list);
    assert!(taken.is_err() || listed.is_err(), "an entry under the old list stands after the new one");
}

/// BLUE's KEYLIST with a list bent by `bend`, correctly signed and named.
fn bent(world: &World, bend: impl FnOnce(&mut KeyList)) -> Result<Entry, Refusal> {
    world.check(&world.key_list(BLUE, world.list_after(BLUE, bend)).seal())
}

// REC-15
#[test]
fn a_list_must_follow_the_one_before_it() {
    let mut world = World::ready();
    for number in [0, 1, 3, u32::MAX] {
        assert_eq!(blame(bent(&world, |list| list.number = number)), Misbehaviour::RootSignature, "{number}");
    }
    let green = world.charter.party(GREEN).key_list.hash();
    for previous in [[0; 32], [9; 32], green] {
        assert_eq!(blame(bent(&world, |list| list.previous = previous)), Misbehaviour::RootSignature);
    }
    let second = world.key_list(BLUE, without_second(&world));
    world.write(second.clone());
    let again =
        Writing { key_list: second.key_list, ..world.next(BLUE, second.kind, Urgency::LINE, &second.body) };
    assert_eq!(blame(world.check(&again.seal())), Misbehaviour::RootSignature, "the same list once more");
    bent(&world, |_| {}).expect("number 3 follows");
}

// REC-15
#[test]
fn only_the_sides_own_root_signs_a_list() {
    let world = World::ready();
    let list = without_second(&world);
    let by = |line, side, root: &SigningKey| SignedKeyList::sign(line, side, list.clone(), root);
    let (blue, green) = (world.of(BLUE), world.of(GREEN));
    let elsewhere = World::found(charter(2)).line();
    for signed in [
        by(world.line(), BLUE, &blue.node),
        by(world.line(), BLUE, &blue.officers[0]),
        by(world.line(), BLUE, &green.root),
        by(world.line(), GREEN, &blue.root),
        by(elsewhere, BLUE, &blue.root),
    ] {
        let entry = world.key_list_with(BLUE, list.hash(), &signed).seal();
        assert_eq!(blame(world.check(&entry)), Misbehaviour::RootSignature);
    }
}

// REC-15
#[test]
fn a_list_entry_names_its_own_list() {
    let mut world = World::ready();
    let first = world.chain(BLUE).key_list().1;
    let names = |world: &World, key_list| {
        world.check(&Writing { key_list, ..world.key_list(BLUE, without_second(world)) }.seal())
    };
    assert_eq!(blame(names(&world, first)), Misbehaviour::WrongKeyList);
    assert_eq!(blame(names(&world, [5; 32])), Misbehaviour::WrongKeyList);
    world.write(world.key_list(BLUE, without_second(&world)));
    assert_eq!(blame(names(&world, first)), Misbehaviour::WrongKeyList);
}

// REC-14
#[test]
fn a_list_that_is_none_is_blamed() {
    let world = World::ready();
    let unordered = bent(&world, |list| list.officers.swap(0, 1));
    assert_eq!(blame(unordered), Misbehaviour::Body(DecodeError::Invalid("order of officers")));
    let many = |list: &mut KeyList| {
        list.officers = (1..=257).map(|n| Officer { index: n, ..list.officers[0].clone() }).collect();
    };
    assert_eq!(blame(bent(&world, many)), Misbehaviour::Body(DecodeError::Invalid("number of officers")));
    let bends: [fn(&mut Officer); 7] = [
        |officer| officer.index = 0,
        |officer| officer.name = String::new(),
        |officer| officer.name = "x".repeat(65),
        |officer| officer.name = "Duty\u{202e}officer".into(),
        |officer| officer.algorithm = 2,
        |officer| officer.rp_id = "x".repeat(256),
        |officer| officer.origin = "x".repeat(256),
    ];
    for (index, bend) in bends.into_iter().enumerate() {
        let reason = blame(bent(&world, |list| bend(&mut list.officers[0])));
        assert!(matches!(reason, Misbehaviour::Body(_)), "bend {index}: {reason:?}");
    }
}

// REC-14
#[test]
fn as_many_and_as_long_as_the_limits_allow_is_a_list() {
    let world = World::ready();
    let with_key = |n: u16| {
        let mut seed = [1; 32];
        seed[..2].copy_from_slice(&n.to_be_bytes());
        Officer::held_by_node(n, "N", &SigningKey::from_seed(&seed).public())
    };
    bent(&world, |list| list.officers = (1..=256).map(with_key).collect()).expect("256 officers");
    let long = |list: &mut KeyList| {
        let officer = &mut list.officers[0];
        (officer.name, officer.rp_id, officer.origin) = ("x".repeat(64), "x".repeat(255), "x".repeat(255));
    };
    bent(&world, long).expect("the longest texts");
    bent(&world, |list| list.officers.clear()).expect("a list of nobody");
}

// REC-14
#[test]
fn one_key_does_not_count_as_two_officers() {
    // research/protocol.md 7.13: one key counted twice in a threshold.
    let mut world = World::ready();
    let list = world.list_after(BLUE, |list| list.officers[1].key = list.officers[0].key.clone());
    let writing = world.key_list(BLUE, list);
    if world.check(&writing.seal()).is_err() {
        return;
    }
    world.write(writing);
    world.keys[0].officers[1] = world.of(BLUE).officers[0].clone();
    let alone = world.message(BLUE, FLASH, b"released by one key under two names").seal();
    assert!(world.check(&alone).is_err(), "FLASH asks for two releasers; one key spoke twice");
}

/// Every encoding of a point of small order that decoders are known to take.
const SMALL_ORDER: [&str; 14] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

pub fn hex<const N: usize>(text: &str) -> [u8; N] {
    let byte = |n: usize| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).expect("hex");
    std::array::from_fn(byte)
}

// REC-10
#[test]
fn keys_of_small_order_are_no_keys() {
    let world = World::ready();
    for weak in SMALL_ORDER {
        let weak: [u8; 32] = hex(weak);
        assert_eq!(PublicKey::from_bytes(&weak), None, "{weak:02x?}");
        let list = blame(bent(&world, |list| list.officers[0].key = weak.to_vec()));
        assert_eq!(list, Misbehaviour::Body(DecodeError::Invalid("key of an officer")));
        assert!(root_refused(weak), "{weak:02x?} as a root");
        assert_eq!(blame(with_node_key(weak)), Misbehaviour::RootSignature);
    }
}

fn root_refused(root: [u8; 32]) -> bool {
    let mut charter = charter(1);
    charter.parties[1].root = root;
    let keys = crate::world::all_keys();
    let refused = charter.sign(&keys[0].root, &keys[1].root).verify();
    refused == Err(DecodeError::Invalid("root key"))
}

/// BLUE's first entry with this node key, signed by BLUE's root.
fn with_node_key(node: [u8; 32]) -> Result<Entry, Refusal> {
    let world = World::found(charter(1));
    let mut incarnation =
        Incarnation { number: 1, reason: 0, node, channel: [1; 32], root_signature: [0; 64] };
    let terms = [
        &b"ringdown/1 incarnation"[..],
        &world.line().0,
        &[Side::Zero.index() as u8],
        &1u32.to_be_bytes(),
        &[0],
        &node,
        &[1; 32],
    ];
    incarnation.root_signature = world.of(BLUE).root.sign(&terms.concat());
    let body = Body::write(&[], &to_cbor(&incarnation));
    world.check(&Writing { body, ..world.incarnation(BLUE) }.seal())
}

#[test]
fn the_terms_of_an_incarnation_are_the_ones_of_this_test() {
    // Else the small-order test above would refuse for want of a signature.
    with_node_key(key(11).public().to_bytes()).expect("the same layout");
}

// REC-10
#[test]
fn a_key_has_one_encoding() {
    // RFC 8032, 5.1.3: y is below p. These are p + y for all y < 19 that are on the curve and not of small order;
    // whoever takes them knows one key under two names, and whoever does not judges the record otherwise (INV-11).
    for last in [0xf0, 0xf1, 0xf2, 0xf3, 0xf6, 0xf7, 0xfb, 0xfc, 0xfd, 0xff] {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (last, 0x7f);
        let mut canonical = [0; 32];
        canonical[0] = last - 0xed;
        assert!(PublicKey::from_bytes(&canonical).is_some(), "{last:#x} is a point");
        assert_eq!(PublicKey::from_bytes(&bytes), None, "{last:#x}");
    }
}

// REC-10
#[test]
fn a_key_is_a_point_that_is_written_as_it_is_read() {
    // Around the largest y there are, where an encoding stops to be canonical; the curve's own library is the oracle.
    let mut counted = [0, 0];
    for last in [0x00, 0x7e, 0x7f, 0x80, 0xfe, 0xff] {
        for (at, middle) in [(1, 0xff), (1, 0xfe), (15, 0x00), (30, 0xfe), (30, 0x7f)] {
            for first in 0..=255 {
                let mut bytes = [0xff; 32];
                (bytes[0], bytes[at], bytes[31]) = (first, middle, last);
                let point = CompressedEdwardsY(bytes).decompress();
                let good = point.is_some_and(|point| !point.is_small_order() && point.compress().0 == bytes);
                assert_eq!(PublicKey::from_bytes(&bytes).is_some(), good, "{bytes:02x?}");
                counted[usize::from(good)] += 1;
            }
        }
    }
    assert!(counted[0] > 1_000 && counted[1] > 1_000, "{counted:?}");
}
